"""Rejected rows with their reasons: the file that people repair them in, row after row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.correcting import Guard, RowId, error_headings, error_row, guard_for, row_id
from phcs.core.errors import InvalidInputError, PurgedError, UseCaseError
from phcs.core.findings import Finding, RowStatus, Severity
from phcs.core.row_places import RowPlace
from phcs.models.imports import StagedFinding, StagedRow
from phcs.queries.import_tables import ImportTable
from phcs.queries.imports import ImportDetails
from phcs.queries.row_findings import findings_where
from phcs.wording import finding_sentence

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that has errors, with its cells as they are now."""

    table_no: int
    row_no: int
    cells: tuple[str, ...]
    errors: tuple[Finding, ...]


class NoRejectedRowsError(UseCaseError):
    """There is nothing to repair, or nothing is kept of it."""

    code = "import.no_rejected_rows"


def error_table(
    session: Session,
    details: ImportDetails,
    *,
    organisation_id: UUID,
    form: str,
    table_no: int | None = None,
) -> Iterator[list[str]]:
    """The file of a table's rejected rows for this format: its headings, then one row after the other.

    Raises, before the first row, PurgedError when they were deleted on their date, NoRejectedRowsError when there
    are none or the rows have not all been checked, InvalidInputError when no table is named and several have some.
    """
    require_rejected(session, details, organisation_id=organisation_id)
    having = tables_with_rejected(session, details, organisation_id=organisation_id)
    if table_no is None:
        if len(having) > 1:
            named = ", ".join(f"{table.table_no} ({table.name})" for table in having)
            raise InvalidInputError(
                f"Several tables have rejected rows: {named}. Name one as the table, or take all as a ZIP file."
            )
        table_no = having[0].table_no
    if table_no not in {table.table_no for table in having}:
        raise NoRejectedRowsError(f"Table {table_no} of this import has no rejected rows.")
    return _written(session, details, organisation_id, details.table(table_no), guard_for(form))


def error_tables(
    session: Session, details: ImportDetails, *, organisation_id: UUID
) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """The CSV files of all tables with rejected rows, each with its name. Raises as `error_table`, at once."""
    require_rejected(session, details, organisation_id=organisation_id)
    having = tables_with_rejected(session, details, organisation_id=organisation_id)
    guard = guard_for("csv")
    return (
        (f"{_file_name(table)}.csv", _written(session, details, organisation_id, table, guard))
        for table in having
    )


def tables_with_rejected(
    session: Session, details: ImportDetails, *, organisation_id: UUID
) -> tuple[ImportTable, ...]:
    """The tables of which rejected rows are kept, in order."""
    asked = sa.select(StagedRow.table_no).where(*_rejected(organisation_id, details.row.id)).distinct()
    having = set(session.scalars(asked))
    return tuple(table for table in details.tables if table.table_no in having)


def _file_name(table: ImportTable) -> str:
    """`2 patients`: what the table's file is called among others."""
    plain = re.sub(r"[^\w .-]+", " ", table.name.rsplit("/", 1)[-1])
    stem = re.sub(r"\.(csv|tsv|txt|xlsx?|ods|json|jsonl)\b", "", plain, flags=re.IGNORECASE)
    return f"{table.table_no} {' '.join(stem.split())[:80]}".strip()


def _written(
    session: Session, details: ImportDetails, organisation_id: UUID, table: ImportTable, guard: Guard
) -> Iterator[list[str]]:
    headings = own_headings(table)
    yield error_headings(headings, guard=guard)
    rows = rejected_rows(
        session, organisation_id=organisation_id, import_id=details.row.id, table_no=table.table_no
    )
    for row in rows:
        yield error_row(
            row_id(RowId(details.row.id, row.table_no, row.row_no)),
            [reason(one) for one in row.errors],
            row.cells,
            width=len(headings),
            guard=guard,
        )


def require_rejected(session: Session, details: ImportDetails, *, organisation_id: UUID) -> None:
    """Raise unless this import has rejected rows that are kept."""
    if details.purged.rows_at:
        gone = details.purged.rows_at
        raise PurgedError(
            f"The rows of this import were deleted on {gone.day} {gone:%b %Y}, as their date had come. "
            "Correct the original file and upload it anew."
        )
    if not details.plan_fingerprint:
        raise NoRejectedRowsError("The rows of this import have not all been checked. Wait until they are.")
    if not has_rejected(session, organisation_id=organisation_id, import_id=details.row.id):
        raise NoRejectedRowsError(
            "This import has ended without its rows, so there is nothing left to correct. Upload the file anew."
            if details.row.error
            else "This import has no rejected rows. There is nothing to correct."
        )


def own_headings(table: ImportTable) -> tuple[str, ...]:
    """The table's own headings in its order, as the file spells them; blank and repeated ones too."""
    return tuple(column.heading_given for column in table.reading.columns)


def has_rejected(session: Session, *, organisation_id: UUID, import_id: UUID) -> bool:
    """Whether rejected rows of this import are kept."""
    asked = sa.select(StagedRow.row_no).where(*_rejected(organisation_id, import_id)).limit(1)
    return session.scalar(asked) is not None


def rejected_rows(
    session: Session, *, organisation_id: UUID, import_id: UUID, table_no: int, size: int = ROWS_AT_ONCE
) -> Iterator[RejectedRow]:
    """The rejected rows of a table in file order, so many at a time as are in memory; two queries for each so many."""
    place = sa.tuple_(StagedRow.table_no, StagedRow.row_no)
    after = (table_no, -1)
    while True:
        rows = session.execute(
            sa.select(StagedRow.table_no, StagedRow.row_no, StagedRow.cells)
            .where(*_rejected(organisation_id, import_id), StagedRow.table_no == table_no, place > after)
            .order_by(StagedRow.table_no, StagedRow.row_no)
            .limit(size)
        ).all()
        if not rows:
            return
        first, after = (rows[0].table_no, rows[0].row_no), (rows[-1].table_no, rows[-1].row_no)
        errors = _errors(session, organisation_id, import_id, first, after)
        for _, row_no, cells in rows:
            yield RejectedRow(
                table_no, row_no, tuple(cells), tuple(errors.get(RowPlace(table_no, row_no), ()))
            )


def reason(finding: Finding) -> str:
    """One reason as a sentence that names its column."""
    sentence = finding_sentence(finding)
    return f"{finding.column}: {sentence}" if finding.column else sentence


def _rejected(organisation_id: UUID, import_id: UUID) -> Sequence[sa.ColumnElement[bool]]:
    return (
        StagedRow.organisation_id == organisation_id,
        StagedRow.import_id == import_id,
        StagedRow.status == RowStatus.ERROR,
    )


def _errors(
    session: Session, organisation_id: UUID, import_id: UUID, first: tuple[int, int], last: tuple[int, int]
) -> dict[RowPlace, list[Finding]]:
    place = sa.tuple_(StagedFinding.table_no, StagedFinding.row_no)
    is_error = StagedFinding.severity == Severity.ERROR
    return findings_where(session, organisation_id, import_id, is_error, place >= first, place <= last)
