"""Findings summed up by column and cause, so that pages show them in constant time whatever the file's size."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.row_places import RowPlace
from phcs.models.finding_causes import FindingCause, FindingValue
from phcs.models.imports import Import, StagedFinding

CauseKey = tuple[int, str, str, str]
"""Table, code, severity and column."""


@dataclass(slots=True)
class FindingShift:
    """Findings that went and came with a repair: by cause and value how many more, and in which rows."""

    numbers: Counter[tuple[CauseKey, str]] = field(default_factory=Counter)
    rows: dict[tuple[CauseKey, str], tuple[int, int]] = field(default_factory=dict)

    def add(self, place: RowPlace, findings: Iterable[tuple[str, ...]], *, by: int) -> None:
        """Count the findings (code, severity, column, value …) of a row, `by` 1 or -1."""
        for code, severity, column, value, *_ in findings:
            key = ((place.table_no, str(code), str(severity), column[:500]), value[:250])
            self.numbers[key] += by
            first, last = self.rows.get(key, (place.row_no, place.row_no))
            self.rows[key] = (min(first, place.row_no), max(last, place.row_no))


def sum_up_findings(session: Session, found: Import) -> None:
    """Count the findings of an import anew: two statements, whatever their number."""
    forget_sums(session, found)
    of = (StagedFinding.import_id, StagedFinding.table_no, StagedFinding.organisation_id)
    cause = (StagedFinding.code, StagedFinding.severity, StagedFinding.column_name)
    number = sa.func.count()
    session.execute(
        sa.insert(FindingCause).from_select(
            [
                "import_id",
                "table_no",
                "organisation_id",
                "code",
                "severity",
                "column_name",
                "cause_no",
                "number",
            ],
            sa.select(
                *of, *cause, sa.func.row_number().over(order_by=(StagedFinding.table_no, *cause)), number
            )
            .where(
                StagedFinding.organisation_id == found.organisation_id, StagedFinding.import_id == found.id
            )
            .group_by(*of, *cause),
        )
    )
    session.execute(_values_of(found))


def _values_of(found: Import) -> sa.Insert:
    of = (
        FindingCause.import_id,
        FindingCause.table_no,
        FindingCause.organisation_id,
        FindingCause.cause_no,
    )
    number = sa.func.count()
    rank = sa.func.row_number().over(
        partition_by=FindingCause.cause_no, order_by=(number.desc(), StagedFinding.value)
    )
    selected = (
        sa.select(
            *of,
            rank,
            StagedFinding.value,
            number,
            sa.func.min(StagedFinding.row_no),
            sa.func.max(StagedFinding.row_no),
        )
        .join(
            StagedFinding,
            sa.and_(
                StagedFinding.import_id == FindingCause.import_id,
                StagedFinding.table_no == FindingCause.table_no,
                StagedFinding.code == FindingCause.code,
                StagedFinding.severity == FindingCause.severity,
                StagedFinding.column_name == FindingCause.column_name,
            ),
        )
        .where(FindingCause.organisation_id == found.organisation_id, FindingCause.import_id == found.id)
        .group_by(*of, StagedFinding.value)
    )
    names = ["import_id", "table_no", "organisation_id", "cause_no", "rank"]
    return sa.insert(FindingValue).from_select([*names, "value", "number", "first_row", "last_row"], selected)


def forget_sums(session: Session, found: Import) -> None:
    """Drop the sums of an import."""
    for table in (FindingValue, FindingCause):
        session.execute(
            sa.delete(table)
            .where(table.organisation_id == found.organisation_id, table.import_id == found.id)
            .execution_options(synchronize_session=False)
        )


def shift_sums(session: Session, found: Import, shift: FindingShift) -> None:
    """Keep the sums in step with a few repaired rows; the next plan counts anew and in order."""
    causes = _causes(session, found)
    for (cause, value), by in shift.numbers.items():
        if not by:
            continue
        cause_no = causes.get(cause)
        if cause_no is None:
            cause_no = causes[cause] = max(causes.values(), default=0) + 1
            session.add(_new_cause(found, cause, cause_no))
            session.flush()
        _shift_cause(session, found, cause_no, by)
        _shift_value(session, found, (cause[0], cause_no), value, by, shift.rows[cause, value])


def _causes(session: Session, found: Import) -> dict[CauseKey, int]:
    rows = session.execute(
        sa.select(
            FindingCause.table_no,
            FindingCause.code,
            FindingCause.severity,
            FindingCause.column_name,
            FindingCause.cause_no,
        ).where(FindingCause.organisation_id == found.organisation_id, FindingCause.import_id == found.id)
    )
    return {
        (table_no, str(code), str(severity), column): cause_no
        for table_no, code, severity, column, cause_no in rows
    }


def _new_cause(found: Import, cause: CauseKey, cause_no: int) -> FindingCause:
    table_no, code, severity, column = cause
    return FindingCause(
        import_id=found.id,
        table_no=table_no,
        cause_no=cause_no,
        organisation_id=found.organisation_id,
        code=code,
        severity=severity,
        column_name=column,
        number=0,
    )


def _shift_cause(session: Session, found: Import, cause_no: int, by: int) -> None:
    session.execute(
        sa.update(FindingCause)
        .where(
            FindingCause.organisation_id == found.organisation_id,
            FindingCause.import_id == found.id,
            FindingCause.cause_no == cause_no,
        )
        .values(number=FindingCause.number + by)
        .execution_options(synchronize_session=False)
    )


def _shift_value(
    session: Session,
    found: Import,
    cause: tuple[int, int],
    value: str,
    by: int,
    rows: tuple[int, int],
) -> None:
    """Of the cause with this table and number."""
    table_no, cause_no = cause
    of_cause = (
        FindingValue.organisation_id == found.organisation_id,
        FindingValue.import_id == found.id,
        FindingValue.table_no == table_no,
        FindingValue.cause_no == cause_no,
    )
    done = session.execute(
        sa.update(FindingValue)
        .where(*of_cause, FindingValue.value == value)
        .values(
            number=FindingValue.number + by,
            first_row=sa.case((FindingValue.first_row > rows[0], rows[0]), else_=FindingValue.first_row),
            last_row=sa.case((FindingValue.last_row < rows[1], rows[1]), else_=FindingValue.last_row),
        )
        .execution_options(synchronize_session=False)
    )
    if done.rowcount:  # type: ignore[attr-defined] # an UPDATE's result counts its rows
        return
    last = session.scalar(sa.select(sa.func.max(FindingValue.rank)).where(*of_cause))
    session.add(
        FindingValue(
            import_id=found.id,
            table_no=table_no,
            cause_no=cause_no,
            rank=(last or 0) + 1,
            organisation_id=found.organisation_id,
            value=value,
            number=by,
            first_row=rows[0],
            last_row=rows[1],
        )
    )
    session.flush()
