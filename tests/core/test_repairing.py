"""A repaired row is checked as if the file had said so; what reading had to mend goes with the cell it was about."""

from dataclasses import replace

import pytest

from phcs.core.checking import CheckSettings
from phcs.core.checking_order import CheckOrder, HandedRow, hand_over, handed_row
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.reading.choices import READER_DECIDES
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import RecordKind
from phcs.core.repair_recipes import RecipeFile, RecipeStep, steps_by_position, steps_of
from phcs.core.repairing import (
    RIGHT,
    ROW_ITSELF,
    RawRow,
    RowRepairer,
    clean_value,
    position_of,
    raw_row,
    row_ranges,
)
from tests.builders import NOW

HEADINGS = ("Name", "Phone", "E-mail", "Note")
TARGETS = ("owner.full_name", "owner.phone", "owner.email", "")
MAPPING = TableMapping(
    source="plain",
    kind=RecordKind.OWNER,
    reason="",
    columns=tuple(
        ColumnMapping(at, heading, target, 100, "")
        for at, (heading, target) in enumerate(zip(HEADINGS, TARGETS, strict=True))
    ),
)
ORDER = CheckOrder(MAPPING, HEADINGS, CheckSettings(), NOW)
READING = TableReading(
    name="list.csv",
    format="delimited",
    encoding="utf-8",
    delimiter=",",
    header_row=1,
    columns=tuple(ColumnReading(at, heading, heading, 1, ()) for at, heading in enumerate(HEADINGS)),
    rows=1,
    blank_rows=0,
    repeated_headers=0,
    first_rows=(),
    choices=READER_DECIDES,
)
GOOD = ["Ana Silva", "+14155550101", "ana@example.org", ""]


def read(cells: list[str], *flags: str) -> HandedRow:
    """The row as staging gets it from the file."""
    (line,) = hand_over([(2, list(cells), flags)], ORDER.checker())
    return handed_row(line.decode())


def raw_of(cells: list[str], *flags: str) -> RawRow:
    """The row as it is found when somebody repairs it."""
    row = read(cells, *flags)
    told = [(code, column, value) for code, _, column, value, _ in row.findings]
    return raw_row(2, cells, told, headings=HEADINGS, digest=row.digest)


@pytest.mark.parametrize(
    ("position", "wrong"), [(0, ""), (1, "12"), (2, "ana"), (1, "\ufffd"), (3, "anything")]
)
def test_a_repaired_row_is_what_a_file_that_had_it_right_gives(position: int, wrong: str) -> None:
    bad = [wrong if at == position else cell for at, cell in enumerate(GOOD)]
    repaired = RowRepairer(ORDER).checked(raw_of(bad), {position: GOOD[position]})

    right = read(GOOD)
    assert repaired._replace(digest="", findings=[*map(tuple, repaired.findings)]) == right._replace(
        digest="", findings=[*map(tuple, right.findings)]
    )


def test_the_digest_stays_the_files_own() -> None:
    raw = raw_of(["Ana Silva", "12", "", ""])
    assert RowRepairer(ORDER).checked(raw, {1: ""}).digest == raw.digest


@pytest.mark.parametrize(
    "flags",
    [("wide",), ("narrow", "character"), ("error:1",), ("long:1", "uncalculated:2"), ("merged", "hidden")],
)
def test_flags_are_found_again_behind_their_findings(flags: tuple[str, ...]) -> None:
    assert set(raw_of(["Ana Silva", "#N/A", "", ""], *flags).flags) == set(flags)


def test_the_flag_of_a_repaired_cell_goes_and_comes_back_with_it() -> None:
    raw, repairer = raw_of(["Ana Silva", "#N/A", "", ""], "error:1"), RowRepairer(ORDER)

    assert codes(repairer.checked(raw, {1: "+14155550101"})) == []
    assert "cell.error" in codes(repairer.checked(raw, {2: "ana@example.org"}))
    assert repairer.checked(raw, {}) == read(["Ana Silva", "#N/A", "", ""], "error:1")


def test_a_look_at_the_whole_row_settles_what_is_about_the_row_alone() -> None:
    raw = raw_of(["Ana Silva", "12", "", ""], "wide")

    assert codes(RowRepairer(ORDER).checked(raw, {ROW_ITSELF: RIGHT})) == ["phone.invalid"]
    assert codes(RowRepairer(ORDER).checked(raw, {})) == ["row.too_wide", "phone.invalid"]


def test_an_unreadable_character_is_settled_when_none_is_left() -> None:
    raw = raw_of(["An\ufffd Silva", "+14155550101", "", ""], "character")

    assert codes(RowRepairer(ORDER).checked(raw, {0: "Ana Silva"})) == []
    assert codes(RowRepairer(ORDER).checked(raw, {1: "+14155550102"})) == ["row.unreadable_character"]


def test_a_cell_that_the_row_was_too_short_for_is_filled_in() -> None:
    raw = RawRow(2, ("Ana Silva",), (), "")
    assert (
        RowRepairer(ORDER).checked(raw, {2: "ana@example.org"}).cells == '["Ana Silva","","ana@example.org"]'
    )


def test_columns_are_named_by_heading_or_letter() -> None:
    assert [position_of(READING, name) for name in ("Phone", " Note ", "B")] == [1, 3, 1]
    twice = replace(
        READING,
        columns=(
            ColumnReading(0, "Phone", "Phone", 1, ()),
            ColumnReading(1, "Phone (2)", "Phone", 1, ()),
        ),
    )
    assert (position_of(twice, "Phone (2)"), position_of(twice, "Phone")) == (1, 0)
    for name in ("", "Fax", "E"):
        with pytest.raises(InvalidInputError):
            position_of(READING, name)


@pytest.mark.parametrize("position", [-2, 4, 1_000])
def test_there_is_nothing_to_repair_beside_the_table(position: int) -> None:
    with pytest.raises(InvalidInputError):
        RowRepairer(ORDER).require_column(position)


def test_what_no_cell_can_hold_is_refused() -> None:
    assert clean_value("two\r\nlines\r") == "two\nlines\n"
    for text in ("x" * 32_768, "a\x00b", "\ud800"):
        with pytest.raises(InvalidInputError):
            clean_value(text)


def test_row_numbers_are_written_as_people_write_them() -> None:
    assert row_ranges([4, 7, 8, 9, 12, 13]) == "4, 7-9, 12-13"


def test_a_recipe_holds_values_that_were_always_repaired_in_one_way() -> None:
    made = steps_of(
        [
            ("Species", "Dogg ", "dog"),
            ("Species", "Dogg", "dog"),
            ("Species", "", "cat"),
            ("Phone", "12", "+1415"),
            ("Phone", "12", "+1416"),
            ("City", "Paris", "Paris"),
        ]
    )
    assert made == (RecipeStep("Species", "Dogg", "dog"),)


def test_steps_find_their_column_by_its_heading_however_it_is_written() -> None:
    steps = [RecipeStep("PHONE", "12", ""), RecipeStep("Fax", "x", "y"), RecipeStep("email", "a", "b")]
    assert steps_by_position(steps, READING, MAPPING) == {1: {"12": ""}, 2: {"a": "b"}}


def test_a_recipe_goes_into_a_file_and_back() -> None:
    file = RecipeFile("Door list", HEADINGS, (RecipeStep("Phone", "12", ""),))

    assert RecipeFile.from_bytes(file.as_bytes()) == file
    for content in (
        b"{}",
        b"[]",
        b"no",
        b'{"form": "phcs repair recipe/1", "name": "x", "headings": [], "steps": [1]}',
    ):
        with pytest.raises(InvalidInputError):
            RecipeFile.from_bytes(content)


def codes(row: HandedRow) -> list[str]:
    return [code for code, *_ in row.findings]
