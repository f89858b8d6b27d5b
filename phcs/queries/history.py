"""Records of a history: the list of one kind, one record's page, what is due and what is owed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.history import HISTORY, InvoiceStatus
from phcs.core.records import RecordKind, fact_names
from phcs.models.history import HISTORY_TABLES, Invoice, InvoiceLine, Payment, Vaccination
from phcs.models.records import Owner, Pet
from phcs.queries.paging import PAGE_SIZE, Page, page_of
from phcs.queries.provenance import Provenance, RecordFact, provenance_of, record_facts
from phcs.queries.searching import RecordFilter, cleaned_search, holds_text, is_shown

MOST_LINES = 500
"""Lines and payments on an invoice's page, and vaccinations that are looked at for what is due."""


@dataclass(frozen=True, slots=True)
class HistoryFilter(RecordFilter):
    """Which records of one kind are wanted."""

    owner_id: UUID | None = None
    pet_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A record in a list; `facts` are typed as its columns are."""

    id: UUID
    facts: Mapping[str, Any]
    owner_id: UUID | None
    owner_name: str
    pet_id: UUID | None
    pet_name: str
    source: str
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One record with whom it belongs to, what belongs to it, and where it came from."""

    kind: RecordKind
    line: HistoryLine
    facts: tuple[RecordFact, ...]
    created_at: datetime
    updated_at: datetime
    provenance: Provenance
    invoice_id: UUID | None
    invoice_number: str
    lines: tuple[Mapping[str, Any], ...] = ()
    payments: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DueVaccine:
    """A vaccine that a pet was given last on `given_on` and is due again."""

    id: UUID
    vaccine: str
    given_on: date | None
    due_on: date


@dataclass(frozen=True, slots=True)
class Balance:
    """What an owner was invoiced and has paid in one currency, in ten-thousandths; without drafts and void ones."""

    currency: str
    invoices: int
    total: int
    paid: int

    @property
    def owed(self) -> int:
        """What is still open; below zero what was paid too much."""
        return self.total - self.paid


def history_lines(
    session: Session,
    *,
    organisation_id: UUID,
    kind: RecordKind,
    wanted: HistoryFilter,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[HistoryLine]:
    """Records of one kind in the order in which they came here, the newest first, in one query."""
    table: Any = HISTORY_TABLES[kind]
    found = page_of(
        session,
        _with_names(table, organisation_id).where(*_conditions(table, kind, organisation_id, wanted)),
        keys=[table.id],
        cursor=cursor,
        size=size,
        descending=True,
    )
    return found.of(lambda row: _line(kind, row))


def history_page(
    session: Session, *, organisation_id: UUID, kind: RecordKind, record_id: UUID
) -> HistoryPage:
    """One record. Raises NotFoundError when this organisation has none with this id."""
    table: Any = HISTORY_TABLES[kind]
    asked = _with_names(table, organisation_id).where(
        table.organisation_id == organisation_id, table.id == record_id
    )
    row = session.execute(asked).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no such {HISTORY[kind.value].label}.")
    record = row[0]
    provenance = provenance_of(
        session,
        organisation_id=organisation_id,
        kind=kind,
        record_id=record.id,
    )
    of_invoice = record.id if kind is RecordKind.INVOICE else None
    invoice_id = getattr(record, "invoice_id", None)
    return HistoryPage(
        kind=kind,
        line=_line(kind, row),
        facts=record_facts(record, kind=kind, origins=provenance.origins),
        created_at=record.created_at,
        updated_at=record.updated_at,
        provenance=provenance,
        invoice_id=invoice_id,
        invoice_number=_number(session, organisation_id, invoice_id),
        lines=_parts_of(session, organisation_id, RecordKind.INVOICE_LINE, InvoiceLine, of_invoice),
        payments=_parts_of(session, organisation_id, RecordKind.PAYMENT, Payment, of_invoice),
    )


def due_vaccines(session: Session, *, organisation_id: UUID, pet_id: UUID) -> tuple[DueVaccine, ...]:
    """The vaccines that a pet is due for, the earliest first: of each only what its last dose says."""
    given: Any = Vaccination
    rows = session.execute(
        sa.select(given.id, given.vaccine, given.given_on, given.due_on)
        .where(given.organisation_id == organisation_id, given.pet_id == pet_id, given.archived_at.is_(None))
        .order_by(given.given_on.desc(), given.id.desc())
        .limit(MOST_LINES)
    )
    last: dict[str, DueVaccine] = {}
    for record_id, vaccine, given_on, due_on in rows:
        last.setdefault(vaccine.casefold(), DueVaccine(record_id, vaccine, given_on, due_on))
    return tuple(sorted((one for one in last.values() if one.due_on), key=lambda one: one.due_on))


def balances(session: Session, *, organisation_id: UUID, owner_id: UUID) -> tuple[Balance, ...]:
    """What an owner was invoiced and has paid, by currency; where an invoice does not say, its payments do."""
    invoice: Any = Invoice
    payment: Any = Payment
    paid_for = (
        sa.select(sa.func.sum(payment.amount))
        .where(
            payment.organisation_id == organisation_id,
            payment.invoice_id == invoice.id,
            payment.archived_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            invoice.currency,
            sa.func.count(),
            sa.func.sum(invoice.total),
            sa.func.sum(sa.func.coalesce(invoice.paid, paid_for, 0)),
        )
        .where(
            invoice.organisation_id == organisation_id,
            invoice.owner_id == owner_id,
            invoice.archived_at.is_(None),
            invoice.status.not_in([InvoiceStatus.DRAFT.value, InvoiceStatus.VOID.value]),
        )
        .group_by(invoice.currency)
        .order_by(invoice.currency)
    )
    return tuple(
        Balance(currency, count, int(total or 0), int(paid or 0)) for currency, count, total, paid in rows
    )


def _with_names(table: Any, organisation_id: UUID) -> sa.Select[Any]:
    pet_id = getattr(table, "pet_id", None)
    own = sa.and_(Owner.id == table.owner_id, Owner.organisation_id == organisation_id)
    if pet_id is None:
        return sa.select(table, Owner.full_name, sa.literal("")).outerjoin(Owner, own)
    pets = sa.and_(Pet.id == pet_id, Pet.organisation_id == organisation_id)
    names = sa.select(table, Owner.full_name, sa.func.coalesce(Pet.name, ""))
    return names.outerjoin(Owner, own).outerjoin(Pet, pets)


def history_says(kind: RecordKind, text: str) -> sa.ColumnElement[bool]:
    """A record (beside its owner) is found by what somebody typed; every record by nothing."""
    if not (text := cleaned_search(text)):
        return sa.true()
    table: Any = HISTORY_TABLES[kind]
    searched = [getattr(table, name) for name in HISTORY[kind.value].titled]
    texts = [column for column in searched if isinstance(column.type, sa.String)]
    return sa.or_(holds_text(Owner.full_name, text), *[holds_text(one, text) for one in texts])


def _conditions(
    table: Any, kind: RecordKind, organisation_id: UUID, wanted: HistoryFilter
) -> list[sa.ColumnElement[bool]]:
    found = [table.organisation_id == organisation_id, *is_shown(table, organisation_id, wanted)]
    found.append(history_says(kind, wanted.text))
    if wanted.owner_id:
        found.append(table.owner_id == wanted.owner_id)
    if wanted.pet_id:
        found.append(table.pet_id == wanted.pet_id if hasattr(table, "pet_id") else sa.false())
    return found


def _line(kind: RecordKind, row: Any) -> HistoryLine:
    record, owner_name, pet_name = row[0], row[1], row[2]
    return HistoryLine(
        id=record.id,
        facts={name: getattr(record, name) for name in fact_names(kind)},
        owner_id=record.owner_id,
        owner_name=owner_name or "",
        pet_id=getattr(record, "pet_id", None),
        pet_name=pet_name or "",
        source=record.source,
        archived_at=record.archived_at,
    )


def _number(session: Session, organisation_id: UUID, invoice_id: UUID | None) -> str:
    invoice: Any = Invoice
    if invoice_id is None:
        return ""
    asked = sa.select(invoice.number).where(
        invoice.organisation_id == organisation_id, invoice.id == invoice_id
    )
    return session.scalar(asked) or ""


def _parts_of(
    session: Session, organisation_id: UUID, kind: RecordKind, table: Any, invoice_id: UUID | None
) -> tuple[Mapping[str, Any], ...]:
    if invoice_id is None:
        return ()
    rows = session.scalars(
        sa.select(table)
        .where(
            table.organisation_id == organisation_id,
            table.invoice_id == invoice_id,
            table.archived_at.is_(None),
        )
        .order_by(table.id)
        .limit(MOST_LINES)
    )
    return tuple({name: getattr(row, name) for name in fact_names(kind)} for row in rows)
