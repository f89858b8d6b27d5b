"""Rows of tables of pets and of kinds of history: what they state, whose it is, and what does not fit together."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b

from phcs.core.findings import FindingCode, Severity
from phcs.core.history import (
    HISTORY,
    AppointmentFacts,
    HistoryFacts,
    InvoiceFacts,
    InvoiceLineFacts,
    ProductFacts,
    VaccinationFacts,
)
from phcs.core.mapping.history_facts import HistoryReader, checked_minutes
from phcs.core.mapping.mapped_row import MappedRow
from phcs.core.mapping.owner_facts import read_one_pet, read_owner, read_row_pets
from phcs.core.mapping.rules import CheckRules
from phcs.core.mapping.targets import APPOINTMENT_END, KNOWN_BY, owning_targets
from phcs.core.records import KIND_OF_FACTS, OwnerFacts, RecordKind, RowRecord
from phcs.core.values.damaged_ids import is_damaged_id
from phcs.core.values.names import read_person_name
from phcs.core.values.texts import is_blank_word

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_CENT = Decimal("0.01")
_WORDS_OF_REFERENCE = {
    "owner.external_id": "the owner's id",
    "pet.external_id": "the pet's id",
    "invoice.external_id": "the invoice's id",
    "owner.full_name": "the owner's name",
}


def read_pet_row(row: MappedRow, rules: CheckRules) -> RowRecord:
    """Return what a row of a table of pets states: one pet, its own id, and whose it is."""
    pet = read_one_pet(row, rules)
    if not (pet.name or pet.species or pet.microchip):
        target = next((one for one in KNOWN_BY if row.heading_of(one)), "")
        row.add(FindingCode.FACT_MISSING, _ERROR, target, detail="pet's name, species or microchip")
    owner = _named_owner(row, rules)
    record = RowRecord(
        owner=owner,
        owner_external_id=_reference(row, "owner.external_id"),
        pets=(pet,),
        pet_external_id=_reference(row, "pet.external_id"),
    )
    if owner is None and not record.owner_external_id:
        _note_missing_reference(row, RecordKind.PET)
    return record


def read_history_row(row: MappedRow, rules: CheckRules, reader: HistoryReader) -> RowRecord:
    """Return what a row of a kind of history states, its own id and whose it is; '' as a reference names nobody."""
    history = reader.read(row)
    of_kind = HISTORY[reader.kind.value]
    owner = _named_owner(row, rules) if of_kind.is_owned else None
    pets = read_row_pets(row, rules, {}) if of_kind.is_owned and row.table.has_pets else ()
    record = RowRecord(
        owner=owner,
        owner_external_id=_reference(row, "owner.external_id"),
        pets=pets,
        pet_external_id=_reference(row, "pet.external_id"),
        history=_checked(history, row, rules),
        invoice_external_id=_reference(row, "invoice.external_id")
        if reader.kind is not RecordKind.INVOICE
        else "",
    )
    if of_kind.is_owned and not _says_whose(record, reader.kind):
        _note_missing_reference(row, reader.kind)
    own_id = _reference(row, f"{reader.kind}.external_id") or _id_of_its_own(history)
    return replace(record, history_external_id=own_id or derived_history_id(record))


def _reference(row: MappedRow, target: str) -> str:
    text = row.values.get(target, "")
    return "" if is_blank_word(text) else text


def _says_whose(record: RowRecord, kind: RecordKind) -> bool:
    if kind is RecordKind.INVOICE_LINE:
        return bool(record.invoice_external_id)
    named = (record.owner_external_id, record.pet_external_id, record.invoice_external_id)
    return record.owner is not None or any(named)


def _note_missing_reference(row: MappedRow, kind: RecordKind) -> None:
    """Note that nothing says whose a row is; a person may give such rows an owner, but not a line an invoice."""
    owning = owning_targets(kind)
    target = next((one for one in owning if row.heading_of(one)), "")
    words = [_WORDS_OF_REFERENCE[one] for one in owning if one in _WORDS_OF_REFERENCE]
    severity = _ERROR if kind is RecordKind.INVOICE_LINE else _WARNING
    row.add(FindingCode.REFERENCE_MISSING, severity, target, detail=f"{' or '.join(words)} is missing")


def _named_owner(row: MappedRow, rules: CheckRules) -> OwnerFacts | None:
    """Return the person where the row names one; how to reach them need not stand in such a row."""
    get = row.values.get
    name = read_person_name(
        get("owner.full_name", ""), get("owner.given_name", ""), get("owner.family_name", "")
    )
    return read_owner(row, rules, is_flagged=False, wants_contact=False) if name.full_name else None


def _checked(history: HistoryFacts, row: MappedRow, rules: CheckRules) -> HistoryFacts:
    """Return the facts with what they give together, and note what does not fit together."""
    if isinstance(history, VaccinationFacts):
        if history.due_on and history.given_on and history.due_on < history.given_on:
            detail = f"the day on which it was given ({history.given_on})"
            row.add(FindingCode.DATE_ORDER, _WARNING, "vaccination.due_on", detail=detail)
    elif isinstance(history, InvoiceFacts):
        _check_sums(history, row)
    elif isinstance(history, AppointmentFacts) and not history.duration_minutes:
        return replace(history, duration_minutes=_minutes_until_end(history, row, rules))
    return history


def _minutes_until_end(history: AppointmentFacts, row: MappedRow, rules: CheckRules) -> str:
    text = row.values.get(APPOINTMENT_END, "")
    if not text or not history.starts_at or is_blank_word(text):
        return ""
    end = rules.moment(text)
    if end is None:
        row.add(FindingCode.DATE_INVALID, _WARNING, APPOINTMENT_END)
        return ""
    start = datetime.fromisoformat(history.starts_at)
    if end < start:
        row.add(FindingCode.DATE_ORDER, _WARNING, APPOINTMENT_END, detail="the start of the appointment")
        return ""
    return checked_minutes(row, APPOINTMENT_END, (end - start) // timedelta(minutes=1))


def _check_sums(invoice: InvoiceFacts, row: MappedRow) -> None:
    """Note a total that is not what its parts give, and one that is less than what was paid."""
    if not invoice.total:
        return
    total = Decimal(invoice.total)
    if invoice.subtotal:
        parts = Decimal(invoice.subtotal) + Decimal(invoice.tax or 0)
        if abs(total - parts) > _CENT:
            detail = f"subtotal {invoice.subtotal} and tax {invoice.tax or '0.00'} give {parts:.2f}"
            row.add(FindingCode.AMOUNT_SUM, _WARNING, "invoice.total", detail=detail)
    if invoice.paid and 0 <= total < Decimal(invoice.paid):
        row.add(FindingCode.AMOUNT_OVERPAID, _WARNING, "invoice.paid", detail=invoice.total)


def _id_of_its_own(history: HistoryFacts) -> str:
    """Return what a record without id is known by in every clinic: an invoice's number, a product's code.

    One that a spreadsheet has shortened names nothing.
    """
    own = history.number if isinstance(history, InvoiceFacts) else ""
    if isinstance(history, ProductFacts):
        own = history.code
    return "" if is_damaged_id(own) else own


def derived_history_id(record: RowRecord) -> str:
    """Return an id for a record whose source gives none: the same facts have the same id in every import.

    What may change later (a status, what was paid, notes) is not part of it; of a line, which has nothing else, all is.
    """
    history = record.history
    if history is None:
        return ""
    of_kind = HISTORY[KIND_OF_FACTS[type(history)].value]
    if isinstance(history, InvoiceLineFacts):
        told = list(asdict(history).values())
    else:
        names = dict.fromkeys((*of_kind.needs, *of_kind.titled, *([of_kind.when] if of_kind.when else ())))
        told = [getattr(history, name) for name in names if not name.endswith("_given")]
    told += [record.owner_external_id, record.pet_external_id, record.invoice_external_id]
    if record.owner is not None:
        told += [record.owner.full_name, record.owner.phone or record.owner.phone_given, record.owner.email]
    told += [f"{pet.name} {pet.species} {pet.microchip}" for pet in record.pets]
    digest = blake2b("\x1f".join(told).encode("utf-8", "surrogatepass"), digest_size=8)
    return f"row:{digest.hexdigest()}"
