"""What whole columns tell while they are inspected."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.reading import TableReading, inspect_table
from phcs.core.reading.column_facts import (
    MAX_CODED,
    MAX_VALUES,
    NOTHING_KNOWN,
    ColumnFacts,
    FactsTally,
    Proof,
    facts_of,
)
from tests.core.mapped_lists import LIMITS, written

PROOF = Proof(7, "x")


def facts_of_column(*cells: str, chunk: int = 2_000) -> ColumnFacts:
    """The facts of a column whose first cell stands in row 2."""
    tally = FactsTally()
    for start in range(0, len(cells), chunk):
        part = cells[start : start + chunk]
        tally.add(0, part, range(start + 2, start + 2 + len(part)))
    return tally.of(0)


def test_each_value_of_a_coded_column_is_counted_without_blanks_around_it() -> None:
    facts = facts_of_column("dog", " dog", "cat", "", "Dog ", "dog")
    assert (facts.values, facts.has_more) == ((("dog", 3), ("Dog", 1), ("cat", 1)), False)


def test_a_column_with_too_many_values_or_with_prose_is_not_coded() -> None:
    many = facts_of_column(*["a"] * 300, *map(str, range(MAX_VALUES + 1)))
    prose = facts_of_column("dog", "a" * 61)
    assert [(facts.values, facts.has_more) for facts in (many, prose)] == [((), True), ((), True)]


def test_only_so_many_columns_of_a_table_are_coded() -> None:
    tally = FactsTally()
    for position in range(MAX_CODED + 2):
        tally.add(position, ("dog", "cat"), ())
    assert [bool(tally.of(position).values) for position in range(MAX_CODED + 2)] == [
        *[True] * MAX_CODED,
        False,
        False,
    ]


def test_the_row_that_proves_the_order_may_be_the_last_of_many() -> None:
    facts = facts_of_column(*["03/04/2026"] * 9_999, "25/03/2026")
    assert (facts.either, facts.day_first, facts.month_first) == (
        Proof(2, "03/04/2026"),
        Proof(10_001, "25/03/2026"),
        None,
    )


def test_both_orders_are_proven_where_a_column_contradicts_itself() -> None:
    facts = facts_of_column("25/03/2026", "26/03/2026", "03/25/2026", "03/26/2026")
    assert (facts.day_first, facts.month_first) == (Proof(2, "25/03/2026"), Proof(4, "03/25/2026"))


def test_day_numbers_and_ages_are_seen() -> None:
    facts = facts_of_column("46000.5", "2 años 3 meses", "61000", "46001")
    assert (facts.serial, facts.age) == (Proof(2, "46000.5"), Proof(3, "2 años 3 meses"))


def test_decimal_marks_are_proven_by_their_first_cell() -> None:
    facts = facts_of_column("1,234", "4,5 kg", "4.5 kg", "3,5")
    assert (facts.comma, facts.point) == (Proof(3, "4,5 kg"), Proof(4, "4.5 kg"))


def test_a_column_that_is_blank_at_first_is_still_looked_at() -> None:
    facts = facts_of_column(*[""] * 5_000, "25/03/2026")
    assert facts.day_first == Proof(5_002, "25/03/2026")


def test_an_inspected_file_tells_the_rows_as_a_spreadsheet_counts_them() -> None:
    content = written([["Name", "Date"], ["Ana", "03/04/2026"], ["", ""], ["Luis", "25/03/2026"]])
    reading = inspect_table(io.BytesIO(content), name="list.csv", limits=LIMITS)
    assert reading.facts[1].day_first == Proof(4, "25/03/2026")
    assert TableReading.from_json(reading.as_json()) == reading


def test_entries_of_json_are_looked_at_too() -> None:
    content = b'[{"date": "03/04/2026"}, {"date": "25/03/2026"}]'
    reading = inspect_table(io.BytesIO(content), name="list.json", limits=LIMITS)
    assert facts_of(reading.facts, 0).day_first == Proof(2, "25/03/2026")


def test_a_reading_of_a_former_version_knows_nothing() -> None:
    content = written([["Name"], ["Ana"]])
    stored = inspect_table(io.BytesIO(content), name="list.csv", limits=LIMITS).as_json()
    old = TableReading.from_json({**stored, "columns": [column[:5] for column in stored["columns"]]})
    assert facts_of(old.facts, 0) == facts_of(old.facts, 9) == NOTHING_KNOWN


@pytest.mark.parametrize(
    "facts",
    [
        ColumnFacts(),
        ColumnFacts(values=(("a", 1),), has_more=True, day_first=PROOF, serial=PROOF, age=PROOF, comma=PROOF),
    ],
)
def test_facts_survive_being_stored(facts: ColumnFacts) -> None:
    assert ColumnFacts.from_json(facts.as_json()) == facts


CELL = st.text(max_size=12) | st.sampled_from(
    ["25/03/2026", "03/25/2026", "03/04/2026", "46000", "2Y", "4,5", "4.5", "", " ", "dog", "Dog"]
)


@settings(deadline=None)
@given(cells=st.lists(CELL, max_size=60), chunk=st.integers(1, 60))
def test_looking_never_raises_and_counts_each_filled_cell(cells: list[str], chunk: int) -> None:
    facts = facts_of_column(*cells, chunk=chunk)
    assert sum(count for _, count in facts.values) == sum(1 for cell in cells if cell.strip())
    assert ColumnFacts.from_json(facts.as_json()) == facts


@settings(deadline=None)
@given(cells=st.lists(CELL.filter(str.strip), min_size=1, max_size=60))
def test_chunks_of_rows_do_not_matter_once_the_look_of_a_column_is_known(cells: list[str]) -> None:
    sample = ("25/03/2026", "4,5", "1", "2", "3")
    assert facts_of_column(*sample, *cells, chunk=65) == facts_of_column(*sample, *cells, chunk=5)
