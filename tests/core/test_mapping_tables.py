import pytest

from phcs.core.errors import InvalidInputError
from phcs.core.mapping.corrections import remap
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.targets import TARGETS, is_target
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import FACTS, RecordKind
from phcs.core.sources import recognise


def build_reading(*headings: str, rows: tuple[tuple[str, ...], ...] = ()) -> TableReading:
    columns = tuple(
        ColumnReading(position, heading, heading, len(rows), tuple(row[position] for row in rows))
        for position, heading in enumerate(headings)
    )
    return TableReading("list.csv", "delimited", "utf-8", ",", 1, columns, len(rows), 0, 0, rows)


def targets_of(mapping: TableMapping) -> list[str]:
    return [column.target for column in mapping.columns]


@pytest.mark.parametrize("spelling", ["FIRST_NAME", "firstName", "First Name", " first-name ", "First_name:"])
def test_a_heading_is_known_in_any_case_and_spacing(spelling: str) -> None:
    mapping = recognise(build_reading("ID", "STATE", spelling))
    assert (mapping.source, targets_of(mapping)[2]) == ("waitwhile", "owner.given_name")


def test_columns_are_recognised_wherever_they_stand() -> None:
    mapping = recognise(build_reading("STATE", "whatever", "PHONE", "ID", "SERVICE", "NAME"))
    assert targets_of(mapping) == [
        "row.state",
        "",
        "owner.phone",
        "case.external_id",
        "case.services",
        "owner.full_name",
    ]


def test_an_unknown_column_is_named_and_kept_raw() -> None:
    column = recognise(build_reading("ID", "STATE", "NAME", "Shirt size")).columns[3]
    assert (column.heading, column.target, column.confidence) == ("Shirt size", "", 0)
    assert "kept" in column.reason


def test_the_visitors_internet_address_never_becomes_the_owners_address() -> None:
    mapping = recognise(build_reading("id", "state", "name", "city", "region", "country", "remoteIp"))
    assert targets_of(mapping)[3:] == ["", "", "", ""]
    assert {column.reason for column in mapping.columns[3:]} == {
        "comes from the visitor's internet address, not from the owner; never used as an address"
    }


def test_a_plain_list_of_people_is_read_as_owners_with_their_address() -> None:
    mapping = recognise(build_reading("Nombre", "Teléfono", "Correo electrónico", "Ciudad"))
    assert (mapping.source, mapping.kind, mapping.missing) == ("plain", RecordKind.OWNER, ())
    assert targets_of(mapping) == ["owner.full_name", "owner.phone", "owner.email", "owner.city"]


def test_a_plain_list_of_requests_is_read_as_cases() -> None:
    mapping = recognise(build_reading("Name", "Phone", "Service", "Date"))
    assert (mapping.source, mapping.kind) == ("plain", RecordKind.CASE)
    assert targets_of(mapping) == ["owner.full_name", "owner.phone", "case.services", "case.opened_at"]


def test_a_second_phone_column_feeds_the_second_phone() -> None:
    assert targets_of(recognise(build_reading("Name", "Phone", "Mobile")))[1:] == [
        "owner.phone",
        "owner.phone2",
    ]


def test_a_case_without_name_and_service_columns_asks_for_both() -> None:
    mapping = recognise(build_reading("ID", "STATE"))
    assert (mapping.missing, mapping.is_complete) == (("owner.full_name", "case.services"), False)


def test_a_service_label_in_the_cells_is_enough() -> None:
    row = ("1", "WAITING", "Ana", "x", "Reason for visit", "", "", "Food")
    mapping = recognise(build_reading("ID", "STATE", "NAME", "F1", "F2", "F3", "F4", "F5", rows=(row,)))
    assert (mapping.label_groups, mapping.label_targets, mapping.missing) == (True, ("case.services",), ())


def test_a_person_may_say_the_source_and_the_kind() -> None:
    mapping = recognise(build_reading("name", "phone"), source="waitwhile", kind="case")
    assert (mapping.source, mapping.kind, mapping.missing) == (
        "waitwhile",
        RecordKind.CASE,
        ("case.services",),
    )


@pytest.mark.parametrize(("source", "kind"), [("okvett", "auto"), ("auto", "tarot")])
def test_an_unknown_source_or_kind_is_refused(source: str, kind: str) -> None:
    with pytest.raises(InvalidInputError, match="choose"):
        recognise(build_reading("name"), source=source, kind=kind)


def test_one_service_for_the_whole_import_completes_the_mapping() -> None:
    mapping = remap(
        recognise(build_reading("ID", "STATE", "NAME")), targets={}, constants={"case.services": "medical"}
    )
    assert (mapping.constants, mapping.missing) == ((("case.services", "medical"),), ())


def test_naming_the_service_column_completes_the_mapping() -> None:
    mapping = remap(
        recognise(build_reading("ID", "STATE", "NAME", "Shirt")), targets={3: "case.services"}, constants={}
    )
    assert (mapping.columns[3].target, mapping.columns[3].confidence, mapping.missing) == (
        "case.services",
        100,
        (),
    )


def test_taking_a_required_target_away_is_noticed() -> None:
    mapping = remap(recognise(build_reading("ID", "STATE", "NAME", "SERVICE")), targets={2: ""}, constants={})
    assert mapping.missing == ("owner.full_name",)


@pytest.mark.parametrize(
    ("targets", "constants"),
    [
        ({9: "owner.phone"}, {}),
        ({0: "owner.shoe_size"}, {}),
        ({0: "owner.custom."}, {}),
        ({}, {"case.services": "tarot"}),
        ({}, {"case.status": "DONE?"}),
        ({}, {"case.external_id": "1"}),
    ],
)
def test_a_correction_that_cannot_be_is_refused(targets: dict[int, str], constants: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        remap(recognise(build_reading("ID", "STATE")), targets=targets, constants=constants)


def test_a_mapping_survives_being_stored() -> None:
    row = ("1", "WAITING", "03/25/2026", "x", "Notes", "", "", "Food")
    mapping = recognise(build_reading("ID", "STATE", "CREATED", "F1", "F2", "F3", "F4", "F5", rows=(row,)))
    assert TableMapping.from_json(mapping.as_json()) == mapping


@pytest.mark.parametrize("target", [target for target, _ in TARGETS if not target.startswith("row.")])
def test_every_target_is_a_fact_an_id_or_a_custom_field(target: str) -> None:
    kind, _, fact = target.partition(".")
    facts = FACTS[RecordKind(kind)].__dataclass_fields__
    assert fact.split(".")[0] in {*facts, "external_id"}
    assert is_target(target)
