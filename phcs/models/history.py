"""Live records of pets' and owners' histories: one table a kind, its columns as `core.history` declares them."""

from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.history import HISTORY, FactSpec, FactType, fact_specs
from phcs.core.records import RecordKind
from phcs.models.base import Base, UtcDateTime
from phcs.models.records import LiveRecord

_LINKED = {"pet": "pets.id", "invoice": "invoices.id"}


def _column(spec: FactSpec) -> Any:
    """The column of a fact. An amount is kept in ten-thousandths (`values.amounts`), so that sums are exact."""
    if spec.type is FactType.DAY:
        return mapped_column(sa.Date, nullable=True)
    if spec.type is FactType.MOMENT:
        return mapped_column(UtcDateTime, nullable=True)
    if spec.type in {FactType.AMOUNT, FactType.WHOLE}:
        return mapped_column(sa.BigInteger, nullable=True)
    if spec.type is FactType.LINK:
        return mapped_column(sa.ForeignKey(_LINKED[spec.links_to]), nullable=True)
    kind = sa.Text() if spec.limit > 2_000 else sa.String(spec.limit)
    return mapped_column(kind, nullable=False, default="")


class HistoryRecord(LiveRecord, Base):
    """A record of one kind of history; `owner_id` is NULL for kinds that belong to nobody."""

    __abstract__ = True
    __table_args__: Any = ()
    kind: ClassVar[RecordKind]
    looked_up: ClassVar[tuple[str, ...]] = ()
    """Facts that records of an organisation are found by."""

    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("owners.id"))

    def __init_subclass__(cls, **options: Any) -> None:
        """Give the table the columns and indexes that its kind declares."""
        name, declared = cls.kind.value, HISTORY[cls.kind.value]
        table = cls.__dict__["__tablename__"]
        for fact, spec in fact_specs(name).items():
            if fact != "notes":
                setattr(cls, fact, _column(spec))
        links = [fact for fact, spec in fact_specs(name).items() if spec.type is FactType.LINK]
        rules = [sa.CheckConstraint("version >= 1", name="version")]
        if declared.is_owned:
            rules.append(sa.CheckConstraint("owner_id IS NOT NULL", name="has_owner"))
        when = (declared.when,) if declared.when else ()
        indexes = [sa.Index(f"ix_{table}_{column}", column, *when, "id") for column in ("owner_id", *links)]
        indexes.append(sa.Index(f"ix_{table}_organisation_id", "organisation_id", *when, "id"))
        indexes.append(sa.Index(f"ix_{table}_import_id", "import_id"))
        indexes += [
            sa.Index(f"ix_{table}_organisation_id_{fact}", "organisation_id", fact) for fact in cls.looked_up
        ]
        cls.__table_args__ = (*rules, *indexes)
        super().__init_subclass__(**options)


class Product(HistoryRecord):
    """Something that a clinic sells."""

    __tablename__ = "products"
    kind = RecordKind.PRODUCT


class MedicalRecord(HistoryRecord):
    """A consultation, treatment or procedure."""

    __tablename__ = "medical_records"
    kind = RecordKind.MEDICAL_RECORD


class Vaccination(HistoryRecord):
    """A vaccine that a pet was given."""

    __tablename__ = "vaccinations"
    kind = RecordKind.VACCINATION


class Appointment(HistoryRecord):
    """An appointment as the old system kept it."""

    __tablename__ = "appointments"
    kind = RecordKind.APPOINTMENT


class Invoice(HistoryRecord):
    """An invoice as the old system kept it."""

    __tablename__ = "invoices"
    kind = RecordKind.INVOICE


class InvoiceLine(HistoryRecord):
    """A line of an invoice."""

    __tablename__ = "invoice_lines"
    kind = RecordKind.INVOICE_LINE


class Payment(HistoryRecord):
    """Money that was paid."""

    __tablename__ = "payments"
    kind = RecordKind.PAYMENT


class Document(HistoryRecord):
    """A file about a pet or an owner; the file itself lies in the store."""

    __tablename__ = "documents"
    kind = RecordKind.DOCUMENT
    looked_up = ("sha256",)


HISTORY_TABLES: dict[RecordKind, type[HistoryRecord]] = {
    one.kind: one
    for one in (
        Product,
        MedicalRecord,
        Vaccination,
        Appointment,
        Invoice,
        InvoiceLine,
        Payment,
        Document,
    )
}
