"""Which files a saved mapping fits, and what it makes of them."""

from dataclasses import replace

import orjson
import pytest

from phcs.core.errors import InvalidInputError
from phcs.core.mapping.corrections import ColumnChoice, remap
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.template_file import LARGEST, TemplateFile
from phcs.core.mapping.templates import applied, heading_signature, likeness, new_and_gone
from phcs.core.reading.choices import ReadingChoices
from phcs.core.reading.column_facts import ColumnFacts, Proof
from phcs.core.sources import recognise
from tests.core.test_mapping_tables import build_reading, targets_of

HEADINGS = ("Name", "Phone", "Wofür", "Created", "Species", "Notes", "Remarks")
OPEN = ColumnFacts(either=Proof(2, "03/04/2026"))
DAY_FIRST = ColumnFacts(day_first=Proof(7, "25/03/2026"))


def saved_mapping() -> TableMapping:
    return remap(
        recognise(build_reading(*HEADINGS), kind="case"),
        targets={2: "case.services", 3: "case.opened_at", 6: "case.notes", 5: "case.notes"},
        constants={"case.status": "new"},
        values={"pet.species": {"Dogg": "dog"}},
        columns={3: ColumnChoice(date_order="day_first"), 0: ColumnChoice(split="first_word")},
        joins={"case.notes": "; "},
    )


def file_of(mapping: TableMapping) -> TemplateFile:
    return TemplateFile("List", HEADINGS, mapping, ReadingChoices(header_row=3))


def written(**changes: object) -> bytes:
    return orjson.dumps(file_of(saved_mapping()).as_json() | changes)


def test_order_case_and_accents_of_headings_do_not_count_and_their_number_does() -> None:
    assert heading_signature(["Name", "Teléfono"]) == heading_signature(["TELEFONO", " name "])
    assert heading_signature(["Name", "Name"]) != heading_signature(["Name"])
    assert heading_signature(["a", "b"]) != heading_signature(["ab"])


def test_files_are_alike_by_the_share_of_headings_that_both_have() -> None:
    assert likeness(["A", "B", "C", "D"], ["d", "c", "b", "e"]) == pytest.approx(3 / 5)
    assert likeness([], []) == 0


def test_new_and_gone_headings_are_named_as_each_file_spells_them() -> None:
    assert new_and_gone(["NAME", "City", "Name"], ["name", "Zip"]) == (("City", "Name"), ("Zip",))


def test_columns_are_found_by_their_heading_wherever_they_stand() -> None:
    turned = build_reading(*reversed(HEADINGS))

    mapping = applied(saved_mapping(), recognise(turned, kind="case"), called="List")

    assert targets_of(mapping) == targets_of(saved_mapping())[::-1]
    assert [column.position for column in mapping.columns] == list(range(7))
    assert (mapping.columns[6].split, mapping.values) == ("first_word", saved_mapping().values)


def test_a_new_column_feeds_what_was_suggested_unless_another_feeds_that_already() -> None:
    suggested = recognise(build_reading(*HEADINGS, "City", "Country"), kind="case")
    saved = remap(saved_mapping(), targets={6: "owner.city"}, constants={})

    mapping = applied(saved, suggested, called="List")

    assert targets_of(suggested)[7:] == ["owner.city", "owner.country"]
    assert targets_of(mapping)[6:] == ["owner.city", "", "owner.country"]


def test_what_the_new_file_lacks_is_missing_again() -> None:
    reading = build_reading("Phone", "Wofür")

    mapping = applied(saved_mapping(), recognise(reading, kind="case"), called="List")

    assert mapping.missing == ("owner.full_name",)


@pytest.mark.parametrize(
    ("saved_reason", "facts", "order", "reason"),
    [
        ("chosen by a person", OPEN, "day_first", "chosen by a person"),
        ("chosen by a person", DAY_FIRST, "day_first", "row 7 reads 25/03/2026"),
        (
            "chosen by a person",
            ColumnFacts(month_first=Proof(4, "03/25/2026")),
            "month_first",
            "row 4 reads 03/25/2026",
        ),
        ("row 3 reads 31/01/2026", OPEN, "day_first", "as saved in “List”"),
        ("row 3 reads 31/01/2026", DAY_FIRST, "day_first", "row 7 reads 25/03/2026"),
        (
            "row 3 reads 31/01/2026",
            ColumnFacts(month_first=Proof(4, "03/25/2026")),
            "month_first",
            "row 4 reads 03/25/2026",
        ),
    ],
)
def test_the_saved_order_of_day_and_month_holds_where_the_file_leaves_it_open(
    saved_reason: str, facts: ColumnFacts, order: str, reason: str
) -> None:
    saved = saved_mapping()
    columns = tuple(
        replace(column, date_reason=saved_reason if column.date_order else "") for column in saved.columns
    )
    nothing = ColumnFacts()

    mapping = applied(
        replace(saved, columns=columns),
        recognise(build_reading(*HEADINGS), kind="case"),
        facts=[nothing, nothing, nothing, facts, nothing, nothing, nothing],
        called="List",
    )

    assert (mapping.columns[3].date_order, mapping.columns[3].date_reason) == (order, reason)
    assert mapping.open_dates == ()


def test_a_saved_mapping_comes_back_from_its_file_as_it_was() -> None:
    before = file_of(saved_mapping())

    after = TemplateFile.from_bytes(orjson.dumps(before.as_json()))

    assert after.as_json() == before.as_json()
    assert after.mapping.columns[3].date_order == "day_first"
    assert after.reading.header_row == 3


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a saved mapping"),
        (b'{"name": "x"}', "not a saved mapping"),
        (b" " * (LARGEST + 1), "at most 1,000 kB"),
        (written(phcs_template=2), "newer PHCS"),
        (written(phcs_template=True), "newer PHCS"),
        (written(surprise=1), "does not know: surprise"),
        (written(source="klingon"), "no source called klingon"),
        (written(kind="pet owner"), "no kind called pet owner"),
        (written(name=7), "does not say the name"),
        (written(columns=[]), "names 1 to 1,000 columns"),
        (written(columns=[{"heading": 7}]), "Column 1 of this file must look like"),
        (written(columns=[{"heading": "a", "surprise": ""}]), "Column 1 of this file must look like"),
        (written(columns=[{"heading": "a", "feeds": "owner.colour"}]), "no field called owner.colour"),
        (written(columns=[{"heading": "a", "feeds": "owner.phone"}]), "not complete"),
        (written(constants={"case.status": 7}), "constants of this file must be texts"),
        (written(constants={"case.status": "purple"}), "not a known status"),
        (written(values={"pet.species": {"x": "dragon"}}), "cannot mean dragon"),
        (written(values=[]), "answers by field"),
        (written(joins={"case.notes": "<br>"}), "from the list"),
        (written(reading={"encoding": "klingon"}), "encoding is not on offer"),
        (written(reading={"header_row": "1"}), "about reading is not understood"),
        (written(reading={"header_row": True}), "about reading is not understood"),
    ],
)
def test_a_file_that_is_not_a_saved_mapping_is_refused_with_the_reason(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        TemplateFile.from_bytes(content)
