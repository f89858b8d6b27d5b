"""Systems are told apart by their headings: every golden export is its own system's, and no other's."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.mapping.dropping import SENSITIVE
from phcs.core.mapping.targets import is_target
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import RecordKind
from phcs.core.sources import SOURCES, recognise, source_named
from phcs.core.sources.plain import PLAIN
from phcs.core.sources.recognising import recognised
from phcs.core.sources.source import Export, Source, heading_sets
from phcs.core.values.texts import fold_heading

TESTS = Path(__file__).parent.parent
SYSTEMS = tuple(source for source in SOURCES if source is not PLAIN)
WAITWHILE_FILES = ("visits", "customers", "no_service_column")


def golden_headings() -> Iterator[tuple[str, str, list[str]]]:
    files = [path for path in sorted(TESTS.glob("golden/*/*.csv")) if path.parent.name != "plain"]
    files += [TESTS / "exports" / "waitwhile" / f"{name}.csv" for name in WAITWHILE_FILES]
    for path in files:
        first = path.read_text("utf-8-sig").splitlines()[0]
        yield path.parent.name, path.stem, next(csv.reader([first], delimiter=";" if ";" in first else ","))


def folded(headings: list[str]) -> dict[int, str]:
    return {position: fold_heading(heading) for position, heading in enumerate(headings)}


def build_reading(*headings: str) -> TableReading:
    columns = tuple(ColumnReading(position, text, text, 0, ()) for position, text in enumerate(headings))
    return TableReading("list.csv", "delimited", "utf-8", ",", 1, columns, 0, 0, 0, ())


PAIRS = [
    pytest.param(owner, other, headings, id=f"{owner}-{name}-{other.key}")
    for owner, name, headings in golden_headings()
    for other in SYSTEMS
]


@pytest.mark.parametrize(("owner", "other", "headings"), PAIRS)
def test_the_headings_of_a_system_are_its_own_and_no_others(
    owner: str, other: Source, headings: list[str]
) -> None:
    is_recognised = other.export_of(frozenset(folded(headings).values())) is not None
    assert is_recognised == (other.key == owner)


@pytest.mark.parametrize(
    "headings",
    [
        ("First Name", "Last Name", "State", "Zip", "Phone"),
        ("First Name", "Last Name", "Email", "Phone", "Notes"),
        ("Name", "Phone", "Email", "Service", "Date"),
        ("id", "nombre", "telefono", "correo"),
        ("Name", "Address", "City", "State", "Zip", "Home Phone"),
        ("Animal ID", "Name", "Species", "Owner", "Phone"),
    ],
)
def test_a_list_of_nobodys_is_a_plain_list(headings: tuple[str, ...]) -> None:
    assert recognise(build_reading(*headings)).source == "plain"


def test_recognition_says_source_kind_and_how_many_headings_it_knows() -> None:
    mapping = recognise(build_reading("Record ID", "First Name", "Last Name", "Lead Status", "Shoe size"))
    assert (mapping.source, mapping.kind, mapping.reason, mapping.confidence) == (
        "hubspot",
        RecordKind.OWNER,
        "HubSpot contacts: 4 of 5 headings",
        92,
    )


def test_two_systems_that_are_as_likely_leave_the_choice_to_the_person() -> None:
    exports = (Export("people", RecordKind.OWNER, {"a": "owner.full_name"}, heading_sets("a|b")),)
    one, two = Source("one", "One", exports), Source("two", "Two", exports)
    found = recognised({0: "a", 1: "b"}, (one, two, PLAIN), given=None, kind=None, labelled=())
    assert found.source is PLAIN
    assert found.reason(known=1, columns=2).endswith(
        "could be One or Two: choose the source if it is one of them"
    )


def test_of_two_systems_the_one_that_knows_more_headings_is_meant() -> None:
    few = Export("people", RecordKind.OWNER, {"a": "owner.full_name"}, heading_sets("a"))
    more = Export("people", RecordKind.OWNER, {"a": "owner.full_name", "b": "owner.phone"}, heading_sets("a"))
    sources = (Source("few", "Few", (few,)), Source("more", "More", (more,)), PLAIN)
    found = recognised({0: "a", 1: "b"}, sources, given=None, kind=None, labelled=())
    assert (found.source.key, found.confidence) == ("more", 100)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("auto", "PHCS cannot import animals without owners yet"),
        ("shelterluv", "PHCS cannot import animals without owners yet"),
    ],
)
def test_records_of_a_kind_that_is_still_to_come_are_refused_by_name(source: str, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence) as refused:
        recognise(build_reading("Animal ID", "Name", "Species", "Altered in Care"), source=source)
    assert refused.value.reason == "file.kind_not_yet"


def test_a_person_may_still_import_such_a_file_as_what_they_say_it_is() -> None:
    reading = build_reading("Animal ID", "Name", "Species", "Altered in Care")
    assert recognise(reading, source="plain", kind="owner").kind is RecordKind.OWNER


def test_a_dental_patient_is_an_owner_and_never_a_pet() -> None:
    mapping = recognise(build_reading("PatNum", "LName", "FName", "Gender", "Birthdate", "Preferred"))
    assert mapping.kind is RecordKind.OWNER
    assert not [column.target for column in mapping.columns if column.target.startswith("pet.")]


@pytest.mark.parametrize(
    "heading", ["SSN", "Cédula", "Owner's SSN", "DNI del cliente", "Passport No.", "Social Security Number"]
)
def test_a_national_number_is_never_mapped_by_itself(heading: str) -> None:
    column = recognise(build_reading("Name", "Phone", heading)).columns[2]
    assert (column.target, column.suggested) == ("", "")
    assert column.reason == SENSITIVE


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.key)
def test_a_source_can_be_named_whatever_the_headings_are(source: Source) -> None:
    assert recognise(build_reading("Name", "Phone"), source=source.key, kind="owner").source == source.key
    assert source_named(source.key) is source


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.key)
def test_what_a_source_declares_is_sound(source: Source) -> None:
    declared = [
        (export.kind, heading, target)
        for export in source.exports
        for heading, target in export.headings.items()
    ]
    assert [target for _, _, target in declared if not target or not is_target(target)] == []
    assert [one for one in declared if one[0] is RecordKind.OWNER and one[2].startswith("case.")] == []
    assert [
        heading for _, heading, _ in declared if heading in {*source.passed_over, *source.sensitive}
    ] == []
    assert all(export.not_yet or export.headings for export in source.exports)
