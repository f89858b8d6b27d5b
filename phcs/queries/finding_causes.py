"""What is wrong with the rows of an import, by column and cause, out of the sums: the same time for any size."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import FindingCode, Severity
from phcs.models.finding_causes import FindingCause, FindingConfirmation, FindingValue
from phcs.queries.paging import Page, page_of

SAMPLES = 3
MANY_VALUES = 20
CauseOf = tuple[int, str, str]
"""Table, code and column."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who has confirmed warnings of a cause; `value` is None for all of its values."""

    confirmation_no: int
    value: str | None
    number: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cause:
    """All findings of one code in one column of one table; `confirmed` of them are confirmed."""

    cause_no: int
    code: FindingCode
    severity: Severity
    column: str
    number: int
    confirmed: int
    samples: tuple[str, ...]
    has_many_values: bool
    confirmations: tuple[Confirmation, ...]
    table_no: int = 1

    @property
    def key(self) -> str:
        """What addresses and forms call the cause; it stays the same when the plan is made anew."""
        table = "" if self.table_no == 1 else f"{self.table_no}:"
        return f"{table}{self.code.value}|{self.column}"

    @property
    def left(self) -> int:
        """How many nobody has confirmed."""
        return max(0, self.number - self.confirmed)


@dataclass(frozen=True, slots=True)
class CauseValue:
    """One value of a cause, and in how many findings it stands."""

    rank: int
    value: str
    number: int
    first_row: int
    last_row: int
    confirmation: Confirmation | None


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is left to do about the findings of an import: numbers of findings."""

    errors: int
    warnings: int
    confirmed: int
    notes: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to repair or to confirm."""
        return not self.errors and not self.warnings


def finding_causes(
    session: Session, *, organisation_id: UUID, import_id: UUID, table_no: int | None = None
) -> tuple[Cause, ...]:
    """The causes that have findings: the heaviest first, the most frequent first. () before the first plan.

    With `table_no` only those of one table.
    """
    of_table = () if table_no is None else (FindingCause.table_no == table_no,)
    rows = session.scalars(
        sa.select(FindingCause)
        .where(
            FindingCause.organisation_id == organisation_id,
            FindingCause.import_id == import_id,
            FindingCause.number > 0,
            *of_table,
        )
        .order_by(FindingCause.cause_no)
    ).all()
    samples = _samples(session, organisation_id, import_id)
    confirmations = _confirmations(session, organisation_id, import_id)
    numbers = _confirmed_values(session, organisation_id, import_id, confirmations)
    many = _with_many_values(session, organisation_id, import_id)
    causes = [_cause(row, samples, confirmations, numbers, many) for row in rows]
    weight = list(Severity)
    return tuple(
        sorted(
            causes,
            key=lambda one: (weight.index(one.severity), -one.number, one.code, one.column, one.table_no),
        )
    )


def to_do(causes: Sequence[Cause]) -> ToDo:
    """What is left to do about these."""

    def of(severity: Severity) -> list[Cause]:
        return [one for one in causes if one.severity is severity]

    return ToDo(
        errors=sum(one.number for one in of(Severity.ERROR)),
        warnings=sum(one.left for one in of(Severity.WARNING)),
        confirmed=sum(one.number - one.left for one in of(Severity.WARNING)),
        notes=sum(one.number for one in of(Severity.NOTE)),
    )


def cause_values(
    session: Session, *, organisation_id: UUID, import_id: UUID, cause: Cause, cursor: str | None = None
) -> Page[CauseValue]:
    """The values of a cause, those that stood most often when the plan was made first."""
    page = page_of(
        session,
        sa.select(FindingValue).where(
            FindingValue.organisation_id == organisation_id,
            FindingValue.import_id == import_id,
            FindingValue.table_no == cause.table_no,
            FindingValue.cause_no == cause.cause_no,
            FindingValue.number > 0,
        ),
        keys=[FindingValue.rank],
        cursor=cursor,
    )
    confirmed = {one.value: one for one in cause.confirmations}
    return page.of(lambda row: _value(row[0], confirmed))


def cause_value(
    session: Session, *, organisation_id: UUID, import_id: UUID, cause: Cause, value: str
) -> CauseValue | None:
    """One value of a cause."""
    found = session.scalars(
        sa.select(FindingValue).where(
            FindingValue.organisation_id == organisation_id,
            FindingValue.import_id == import_id,
            FindingValue.table_no == cause.table_no,
            FindingValue.cause_no == cause.cause_no,
            FindingValue.value == value,
            FindingValue.number > 0,
        )
    ).first()
    return None if found is None else _value(found, {one.value: one for one in cause.confirmations})


def _value(row: FindingValue, confirmed: Mapping[str | None, Confirmation]) -> CauseValue:
    return CauseValue(row.rank, row.value, row.number, row.first_row, row.last_row, confirmed.get(row.value))


def _cause(
    row: FindingCause,
    samples: Mapping[int, list[str]],
    confirmations: Mapping[CauseOf, list[Confirmation]],
    numbers: Mapping[tuple[int, str], int],
    many: frozenset[int],
) -> Cause:
    of_cause = confirmations.get((row.table_no, str(row.code), row.column_name), [])
    whole = max((one.number for one in of_cause if one.value is None), default=0)
    single = sum(
        min(one.number, numbers.get((row.cause_no, one.value), 0))
        for one in of_cause
        if one.value is not None
    )
    return Cause(
        cause_no=row.cause_no,
        code=FindingCode(row.code),
        severity=Severity(row.severity),
        column=row.column_name,
        number=row.number,
        confirmed=min(row.number, max(whole, single)),
        samples=tuple(samples.get(row.cause_no, ())),
        has_many_values=row.cause_no in many,
        confirmations=tuple(of_cause),
        table_no=row.table_no,
    )


def _samples(session: Session, organisation_id: UUID, import_id: UUID) -> dict[int, list[str]]:
    rows = session.execute(
        sa.select(FindingValue.cause_no, FindingValue.value)
        .where(
            FindingValue.organisation_id == organisation_id,
            FindingValue.import_id == import_id,
            FindingValue.rank <= SAMPLES,
            FindingValue.number > 0,
            FindingValue.value != "",
        )
        .order_by(FindingValue.cause_no, FindingValue.rank)
    )
    samples: dict[int, list[str]] = defaultdict(list)
    for cause_no, value in rows:
        samples[cause_no].append(value)
    return samples


def _with_many_values(session: Session, organisation_id: UUID, import_id: UUID) -> frozenset[int]:
    """The causes with more than MANY_VALUES different values."""
    return frozenset(
        session.scalars(
            sa.select(FindingValue.cause_no).where(
                FindingValue.organisation_id == organisation_id,
                FindingValue.import_id == import_id,
                FindingValue.rank == MANY_VALUES + 1,
            )
        )
    )


def _confirmations(
    session: Session, organisation_id: UUID, import_id: UUID
) -> dict[CauseOf, list[Confirmation]]:
    rows = session.scalars(
        sa.select(FindingConfirmation)
        .where(
            FindingConfirmation.organisation_id == organisation_id,
            FindingConfirmation.import_id == import_id,
        )
        .order_by(FindingConfirmation.confirmation_no)
    )
    found: dict[CauseOf, list[Confirmation]] = defaultdict(list)
    for one in rows:
        found[one.table_no, str(one.code), one.column_name].append(
            Confirmation(
                confirmation_no=one.confirmation_no,
                value=None if one.any_value else one.value,
                number=one.number,
                by=one.confirmed_by_name,
                at=one.confirmed_at,
            )
        )
    return found


def _confirmed_values(
    session: Session,
    organisation_id: UUID,
    import_id: UUID,
    confirmations: Mapping[CauseOf, list[Confirmation]],
) -> dict[tuple[int, str], int]:
    """How often the values that are confirmed one by one stand in the file now."""
    values = {one.value for found in confirmations.values() for one in found if one.value is not None}
    if not values:
        return {}
    rows = session.execute(
        sa.select(FindingValue.cause_no, FindingValue.value, FindingValue.number).where(
            FindingValue.organisation_id == organisation_id,
            FindingValue.import_id == import_id,
            FindingValue.value.in_(values),
        )
    )
    return {(cause_no, value): number for cause_no, value, number in rows}
