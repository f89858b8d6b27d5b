"""What a pet's and an owner's history is made of: its record kinds and their facts, declared once.

Columns, targets of a mapping, checks, exports and pages are made from these declarations. As everywhere, facts are
texts and '' says nothing. By type: a DAY is `2026-05-24`; a MOMENT ISO 8601 in UTC; a WHOLE a whole number; an AMOUNT
an exact decimal as `values.amounts.amount_text` writes it, whole ten-thousandths; a CHOICE one of its `choices`; a LINK
the id of another record (`str` of its UUID).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from phcs.core.immutable import immutable

LONG = 32_000


class FactType(StrEnum):
    """How a fact is written down."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    WHOLE = "whole"
    AMOUNT = "amount"
    CHOICE = "choice"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact: its `label` for people, its type, its most characters; `links_to` is the kind that a LINK names."""

    label: str
    type: FactType = FactType.TEXT
    limit: int = 200
    choices: tuple[str, ...] = ()
    links_to: str = ""


def _fact(label: str, type_: FactType = FactType.TEXT, *, limit: int = 200) -> Any:
    return field(default="", metadata={"spec": FactSpec(label, type_, limit)})


def _choice(label: str, members: type[StrEnum]) -> Any:
    choices = tuple(member.value for member in members)
    return field(default="", metadata={"spec": FactSpec(label, FactType.CHOICE, 40, choices)})


def _link(label: str, kind: str) -> Any:
    return field(default="", metadata={"spec": FactSpec(label, FactType.LINK, 40, links_to=kind)})


class MedicalType(StrEnum):
    """What a medical record tells of."""

    CONSULTATION = "consultation"
    TREATMENT = "treatment"
    PROCEDURE = "procedure"
    OTHER = "other"


class AppointmentStatus(StrEnum):
    """What became of an appointment."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class InvoiceStatus(StrEnum):
    """Where an invoice stands, as its source says."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"


@immutable
class MedicalRecordFacts:
    """A consultation, treatment or procedure."""

    type: str = _choice("type", MedicalType)
    type_given: str = _fact("type as given")
    happened_at: str = _fact("date", FactType.MOMENT)
    description: str = _fact("description", limit=LONG)
    diagnosis: str = _fact("diagnosis", limit=LONG)
    treatment: str = _fact("treatment", limit=LONG)
    vet: str = _fact("vet")
    notes: str = _fact("notes", limit=LONG)
    pet_id: str = _link("pet", "pet")


@immutable
class VaccinationFacts:
    """A vaccine that a pet was given."""

    vaccine: str = _fact("vaccine")
    given_on: str = _fact("date given", FactType.DAY)
    due_on: str = _fact("next due", FactType.DAY)
    lot: str = _fact("lot")
    manufacturer: str = _fact("manufacturer")
    given_by: str = _fact("given by")
    notes: str = _fact("notes", limit=LONG)
    pet_id: str = _link("pet", "pet")


@immutable
class AppointmentFacts:
    """An appointment as the old system kept it; it is history, nobody is booked by it."""

    starts_at: str = _fact("start", FactType.MOMENT)
    duration_minutes: str = _fact("duration in minutes", FactType.WHOLE)
    status: str = _choice("status", AppointmentStatus)
    status_given: str = _fact("status as given")
    reason: str = _fact("reason", limit=2_000)
    vet: str = _fact("vet")
    location: str = _fact("location")
    notes: str = _fact("notes", limit=LONG)
    pet_id: str = _link("pet", "pet")


@immutable
class InvoiceFacts:
    """An invoice as the old system kept it; amounts are in `currency` (ISO 4217)."""

    number: str = _fact("number")
    issued_on: str = _fact("date", FactType.DAY)
    subtotal: str = _fact("subtotal", FactType.AMOUNT)
    tax: str = _fact("tax", FactType.AMOUNT)
    total: str = _fact("total", FactType.AMOUNT)
    paid: str = _fact("paid", FactType.AMOUNT)
    currency: str = _fact("currency", limit=3)
    status: str = _choice("status", InvoiceStatus)
    status_given: str = _fact("status as given")
    notes: str = _fact("notes", limit=LONG)
    pet_id: str = _link("pet", "pet")


@immutable
class InvoiceLineFacts:
    """One line of an invoice."""

    line_no: str = _fact("line number", FactType.WHOLE)
    product_code: str = _fact("product code")
    description: str = _fact("description", limit=2_000)
    quantity: str = _fact("quantity", FactType.AMOUNT)
    unit_price: str = _fact("unit price", FactType.AMOUNT)
    tax: str = _fact("tax", FactType.AMOUNT)
    total: str = _fact("total", FactType.AMOUNT)
    invoice_id: str = _link("invoice", "invoice")


@immutable
class PaymentFacts:
    """Money that was paid, for one invoice where the source says which."""

    paid_on: str = _fact("date", FactType.DAY)
    amount: str = _fact("amount", FactType.AMOUNT)
    currency: str = _fact("currency", limit=3)
    method: str = _fact("method")
    notes: str = _fact("notes", limit=LONG)
    invoice_id: str = _link("invoice", "invoice")


@immutable
class ProductFacts:
    """Something that a clinic sells; it belongs to nobody."""

    code: str = _fact("code")
    name: str = _fact("name", limit=500)
    category: str = _fact("category")
    price: str = _fact("price", FactType.AMOUNT)
    currency: str = _fact("currency", limit=3)
    stock: str = _fact("stock", FactType.AMOUNT)
    unit: str = _fact("unit")
    notes: str = _fact("notes", limit=LONG)


@immutable
class DocumentFacts:
    """A file about a pet or an owner; the file itself lies in the store, found by its `sha256`."""

    file_name: str = _fact("file name", limit=500)
    title: str = _fact("title", limit=500)
    dated_on: str = _fact("date", FactType.DAY)
    media_type: str = _fact("type", limit=100)
    size: str = _fact("size in bytes", FactType.WHOLE)
    sha256: str = _fact("checksum", limit=64)
    notes: str = _fact("notes", limit=LONG)
    pet_id: str = _link("pet", "pet")


HistoryFacts = (
    MedicalRecordFacts
    | VaccinationFacts
    | AppointmentFacts
    | InvoiceFacts
    | InvoiceLineFacts
    | PaymentFacts
    | ProductFacts
    | DocumentFacts
)


@dataclass(frozen=True, slots=True)
class HistoryKind:
    """What holds for all records of one kind.

    `label` and `plural` are for people; `when` is the fact by which a history is ordered, '' for none; `needs` are the
    facts without which a row is an error; `titled` are the facts that say in a line what it is. A record of a kind that
    `is_owned` has an owner, directly or through its pet or invoice.
    """

    label: str
    plural: str
    facts: type[HistoryFacts]
    when: str
    titled: tuple[str, ...]
    needs: tuple[str, ...] = ()
    is_owned: bool = True

    @property
    def path(self) -> str:
        """The word of addresses and commands, e.g. `medical-records`."""
        return self.plural.replace(" ", "-")


HISTORY: dict[str, HistoryKind] = {
    "medical_record": HistoryKind(
        "medical record",
        "medical records",
        MedicalRecordFacts,
        "happened_at",
        ("type_given", "description", "diagnosis"),
        ("happened_at",),
    ),
    "vaccination": HistoryKind(
        "vaccination",
        "vaccinations",
        VaccinationFacts,
        "given_on",
        ("vaccine",),
        ("vaccine", "given_on"),
    ),
    "appointment": HistoryKind(
        "appointment",
        "appointments",
        AppointmentFacts,
        "starts_at",
        ("reason", "status_given"),
        ("starts_at",),
    ),
    "invoice": HistoryKind(
        "invoice", "invoices", InvoiceFacts, "issued_on", ("number", "total"), ("issued_on", "total")
    ),
    "invoice_line": HistoryKind(
        "invoice line", "invoice lines", InvoiceLineFacts, "", ("description", "total"), ("total",)
    ),
    "payment": HistoryKind(
        "payment", "payments", PaymentFacts, "paid_on", ("method", "amount"), ("paid_on", "amount")
    ),
    "product": HistoryKind(
        "product", "products", ProductFacts, "", ("name", "code"), ("name",), is_owned=False
    ),
    "document": HistoryKind(
        "document", "documents", DocumentFacts, "dated_on", ("title", "file_name"), ("file_name",)
    ),
}
"""Every kind by the value of its RecordKind, parents before children."""


def fact_specs(kind: str) -> dict[str, FactSpec]:
    """The facts of a kind of history, in declared order."""
    return {name: found.metadata["spec"] for name, found in HISTORY[kind].facts.__dataclass_fields__.items()}


LINKS: dict[str, dict[str, str]] = {
    kind: {name: spec.links_to for name, spec in fact_specs(kind).items() if spec.type is FactType.LINK}
    for kind in HISTORY
}
"""Which facts of a kind name which other kind's records."""
