"""Rows of pets and of histories: what they state, whose it is, and everything that is wrong with them at once."""

from datetime import UTC, datetime

import pytest

from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.errors import InvalidInputError
from phcs.core.findings import RowStatus
from phcs.core.history import AppointmentFacts, InvoiceFacts, MedicalRecordFacts, VaccinationFacts
from phcs.core.mapping.answers import MappingDocument
from phcs.core.mapping.column_decisions import decide_columns
from phcs.core.mapping.corrections import remap
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.mapping.unknown_values import unknown_values
from phcs.core.reading.column_facts import ColumnFacts, Proof
from phcs.core.reading.tables import ColumnReading, SourceRow, TableReading
from phcs.core.records import PetFacts, RecordKind, RowRecord, record_as_json, record_from_json

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
IN_COLOMBIA = CheckSettings(region="CO", time_zone="America/Bogota")


def mapping_of(kind: RecordKind, *targets: str, source: str = "plain") -> TableMapping:
    columns = tuple(ColumnMapping(at, target, target, 100, "") for at, target in enumerate(targets))
    return TableMapping(source, kind, "", columns, day_first=True)


def check_mapped(mapping: TableMapping, *cells: str, settings: CheckSettings = IN_COLOMBIA) -> CheckedRow:
    headings = tuple(column.heading for column in mapping.columns)
    return RowChecker(mapping, headings, settings, NOW).check(SourceRow(1, list(cells)))


def check(kind: RecordKind, row: dict[str, str], settings: CheckSettings = IN_COLOMBIA) -> CheckedRow:
    return check_mapped(mapping_of(kind, *row), *row.values(), settings=settings)


def found(checked: CheckedRow) -> list[tuple[str, str, str]]:
    return [(one.severity.value, one.code.value, one.column) for one in checked.findings]


VACCINATION = {
    "pet.external_id": "7",
    "vaccination.vaccine": "Rabia",
    "vaccination.given_on": "14/03/2025",
    "vaccination.due_on": "14/03/2026",
}
INVOICE = {"owner.external_id": "1", "invoice.issued_on": "2025-03-14", "invoice.total": "119.000"}


def test_a_vaccination_is_known_by_what_it_says_and_belongs_to_the_pet_that_it_names() -> None:
    checked = check(RecordKind.VACCINATION, VACCINATION)
    assert (checked.status, checked.record.pet_external_id) == (RowStatus.VALID, "7")
    assert checked.record.history == VaccinationFacts("Rabia", "2025-03-14", "2026-03-14")
    assert checked.record.history_external_id == "row:4eff8da58574ee4d"
    assert record_from_json(record_as_json(checked.record)) == checked.record


def test_every_problem_of_a_row_is_found_at_once() -> None:
    row = {
        "vaccination.vaccine": " ",
        "vaccination.given_on": "31/02/2025",
        "vaccination.due_on": "soon",
        "pet.external_id": "-",
    }
    assert found(check(RecordKind.VACCINATION, row)) == [
        ("error", "date.invalid", "vaccination.given_on"),
        ("warning", "date.invalid", "vaccination.due_on"),
        ("error", "fact.missing", "vaccination.vaccine"),
        ("warning", "reference.missing", "pet.external_id"),
    ]


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        ({"vaccination.due_on": "13/03/2025"}, ("warning", "date.order", "vaccination.due_on")),
        ({"vaccination.given_on": "22/11/2026"}, ("warning", "date.future", "vaccination.given_on")),
        ({"vaccination.given_on": "14/03/1925"}, ("warning", "date.implausible", "vaccination.given_on")),
        ({"vaccination.given_on": "00/00/0000"}, ("error", "fact.missing", "vaccination.given_on")),
    ],
)
def test_an_odd_date_is_noted(row: dict[str, str], finding: tuple[str, str, str]) -> None:
    assert finding in found(check(RecordKind.VACCINATION, VACCINATION | row))


def test_an_appointment_joins_day_and_clock_and_knows_its_length_by_its_end() -> None:
    row = {
        "owner.external_id": "1",
        "appointment.starts_at": "14/03/2025",
        "row.clock": "9:30 a. m.",
        "row.ends_at": "14/03/2025 10:15",
        "appointment.status": "No asistió",
    }
    assert check(RecordKind.APPOINTMENT, row).record.history == AppointmentFacts(
        starts_at="2025-03-14T14:30:00+00:00",
        duration_minutes="45",
        status="no_show",
        status_given="No asistió",
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"row.clock": "mañana"}, "clock.invalid"),
        ({"appointment.duration_minutes": "0"}, "duration.invalid"),
        ({"appointment.duration_minutes": "a while"}, "duration.invalid"),
        ({"appointment.duration_minutes": "48 h"}, "duration.invalid"),
        ({"row.ends_at": "13/03/2025"}, "date.order"),
        ({"appointment.status": "quién sabe"}, "word.unknown"),
    ],
)
def test_what_is_odd_about_an_appointment_is_a_warning(more: dict[str, str], code: str) -> None:
    row = {"owner.external_id": "1", "appointment.starts_at": "14/03/2025"} | more
    assert [(one.severity.value, one.code.value) for one in check(RecordKind.APPOINTMENT, row).findings] == [
        ("warning", code)
    ]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"invoice.subtotal": "100.000", "invoice.tax": "18.000"}, "amount.sum"),
        ({"invoice.paid": "119.001"}, "amount.overpaid"),
        ({"invoice.total": "(119.000)"}, "amount.negative"),
        ({"invoice.total": "119,000"}, "amount.ambiguous"),
        ({"invoice.total": "1,23456789"}, "amount.rounded"),
        ({"invoice.tax": "19%"}, "amount.invalid"),
        ({"invoice.currency": "doblones"}, "currency.unknown"),
        ({"invoice.currency": "USD", "invoice.total": "COP 5"}, "currency.differs"),
    ],
)
def test_amounts_that_do_not_fit_are_kept_with_a_warning(more: dict[str, str], code: str) -> None:
    checked = check(RecordKind.INVOICE, INVOICE | more)
    assert [(one.severity.value, one.code.value) for one in checked.findings] == [("warning", code)]


def test_sums_are_compared_exactly() -> None:
    row = INVOICE | {
        "invoice.subtotal": "0,1",
        "invoice.tax": "0,2",
        "invoice.total": "0,3",
        "invoice.paid": "0,3",
    }
    assert check(RecordKind.INVOICE, row).findings == ()


@pytest.mark.parametrize(
    ("settings", "more", "currency"),
    [
        (IN_COLOMBIA, {}, "COP"),
        (CheckSettings(region="CO", currency="EUR"), {}, "EUR"),
        (IN_COLOMBIA, {"invoice.total": "US$ 10"}, "USD"),
        (IN_COLOMBIA, {"invoice.currency": "euros"}, "EUR"),
    ],
)
def test_the_currency_is_the_rows_own_else_the_organisations(
    settings: CheckSettings, more: dict[str, str], currency: str
) -> None:
    history = check(RecordKind.INVOICE, INVOICE | more, settings).record.history
    assert isinstance(history, InvoiceFacts)
    assert history.currency == currency


def test_the_decimal_mark_that_a_column_proves_holds_for_all_its_cells() -> None:
    mapping = mapping_of(RecordKind.INVOICE, *INVOICE)
    columns = (*mapping.columns[:2], ColumnMapping(2, "total", "invoice.total", 100, "", decimal="point"))
    checked = check_mapped(
        TableMapping("plain", RecordKind.INVOICE, "", columns), "1", "2025-03-14", "45.000"
    )
    assert isinstance(checked.record.history, InvoiceFacts)
    assert checked.record.history.total == "45.00"


def test_an_invoice_is_known_by_its_number_and_a_line_needs_its_invoice() -> None:
    assert check(RecordKind.INVOICE, INVOICE | {"invoice.number": "F-1"}).record.history_external_id == "F-1"
    line = {"invoice_line.total": "5", "invoice.external_id": "", "owner.external_id": "1"}
    assert found(check(RecordKind.INVOICE_LINE, line)) == [
        ("error", "reference.missing", "invoice.external_id")
    ]


def test_what_changes_later_is_no_part_of_a_records_own_id() -> None:
    more = {"invoice.paid": "5", "invoice.status": "Pagada", "invoice.notes": "x"}
    ids = {check(RecordKind.INVOICE, row).record.history_external_id for row in (INVOICE, INVOICE | more)}
    assert len(ids) == 1
    assert (
        check(RecordKind.INVOICE, INVOICE | {"owner.external_id": "2"}).record.history_external_id not in ids
    )


def test_a_row_that_names_a_person_and_a_pet_needs_no_reference_and_no_phone() -> None:
    row = {name: text for name, text in VACCINATION.items() if name != "pet.external_id"}
    checked = check(RecordKind.VACCINATION, row | {"owner.full_name": "Ana Gil", "pet.name": "Luna"})
    assert checked.findings == ()
    assert checked.record.owner is not None
    assert (checked.record.owner.full_name, checked.record.pets) == ("Ana Gil", (PetFacts(name="Luna"),))


def test_a_product_belongs_to_nobody() -> None:
    checked = check(
        RecordKind.PRODUCT, {"product.name": "Gotas", "product.code": "P1", "product.stock": "1.500"}
    )
    assert (checked.findings, checked.record.history_external_id) == ((), "P1")
    assert checked.record.owner is None


def test_a_row_of_a_table_of_pets_states_one_pet_and_whose_it_is() -> None:
    row = {
        "pet.external_id": "9",
        "owner.external_id": "1",
        "pet.name": "Luna & Sol",
        "pet.species": "Canino",
    }
    pet = PetFacts(name="Luna & Sol", species="dog", species_given="Canino")
    assert check(RecordKind.PET, row).record == RowRecord(
        owner_external_id="1", pets=(pet,), pet_external_id="9"
    )


def test_a_pet_without_anything_to_know_it_by_is_an_error_and_one_without_owner_a_warning() -> None:
    row = {"pet.external_id": "9", "owner.external_id": "", "pet.name": "", "pet.species": ""}
    assert found(check(RecordKind.PET, row)) == [
        ("error", "fact.missing", "pet.name"),
        ("warning", "reference.missing", "owner.external_id"),
    ]


def test_a_person_says_what_an_unknown_word_means() -> None:
    row = {
        "pet.external_id": "7",
        "medical_record.happened_at": "2025-03-14",
        "medical_record.type": "Adivinación",
    }
    mapping = mapping_of(RecordKind.MEDICAL_RECORD, *row)
    answered = remap(
        mapping, targets={}, constants={}, values={"medical_record.type": {"Adivinación": "other"}}
    )
    checked = check_mapped(answered, *row.values())
    assert checked.findings == ()
    assert isinstance(checked.record.history, MedicalRecordFacts)
    assert (checked.record.history.type, checked.record.history.type_given) == ("other", "Adivinación")


def test_a_systems_own_number_for_a_status_is_read() -> None:
    row = {
        "owner.external_id": "1",
        "appointment.starts_at": "2026-03-02 09:00:00",
        "appointment.status": "5",
    }
    checked = check_mapped(mapping_of(RecordKind.APPOINTMENT, *row, source="open_dental"), *row.values())
    assert isinstance(checked.record.history, AppointmentFacts)
    assert (checked.record.history.status, checked.record.history.status_given) == ("no_show", "5")


def test_texts_longer_than_their_field_are_errors() -> None:
    row = {"pet.external_id": "7", "document.file_name": "x.pdf", "document.sha256": "a" * 65}
    assert found(check(RecordKind.DOCUMENT, row)) == [("error", "value.too_long", "document.sha256")]


@pytest.mark.parametrize(
    ("target", "value"),
    [("invoice.currency", "$"), ("invoice.status", "tarot"), ("invoice.external_id", "1")],
)
def test_a_constant_that_no_row_could_have_is_refused(target: str, value: str) -> None:
    with pytest.raises(InvalidInputError):
        remap(mapping_of(RecordKind.INVOICE, *INVOICE), targets={}, constants={target: value})


def test_words_of_a_coded_fact_that_are_not_known_are_asked_about_once() -> None:
    mapping = mapping_of(
        RecordKind.APPOINTMENT, "owner.external_id", "appointment.starts_at", "appointment.status"
    )
    words = (("Confirmada", 9), ("Atendido por otro", 2), ("completda", 1))
    facts = (ColumnFacts(), ColumnFacts(), ColumnFacts(values=words))
    asked = [(one.value, one.count, one.proposed) for one in unknown_values(mapping, facts)]
    assert asked == [("Atendido por otro", 2, "completed"), ("completda", 1, "completed")]


def test_amounts_of_one_table_share_the_mark_that_one_of_its_columns_proves() -> None:
    mapping = mapping_of(RecordKind.INVOICE, "invoice.total", "invoice.tax", "invoice.number")
    proof = ColumnFacts(point=Proof(7, "7.5"))
    decided = decide_columns(mapping, (proof, ColumnFacts(), ColumnFacts()))
    assert [column.decimal for column in decided.columns] == ["point", "point", ""]
    open_ones = decide_columns(mapping, (proof, ColumnFacts(comma=Proof(8, "7,5")), ColumnFacts()))
    assert [column.decimal for column in open_ones.columns] == ["point", "comma", ""]


def test_a_program_says_the_decimal_mark_by_heading() -> None:
    columns = tuple(ColumnReading(at, name, name, 0, ()) for at, name in enumerate(("Invoice No", "Total")))
    reading = TableReading("list.csv", "delimited", "utf-8", ",", 1, columns, 0, 0, 0, ())
    document = MappingDocument.from_json(
        {"columns": {"Total": "invoice.total"}, "decimals": {"Total": "point"}}, called="It"
    )
    mapping = mapping_of(RecordKind.INVOICE, "invoice.number", "")
    assert document.answers(reading).applied(mapping, reading).columns[1].decimal == "point"
