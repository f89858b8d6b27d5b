"""The data-quality log: what was found in imports and what became of it, with counts that no list has to add up."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.quality import UNRESOLVED, Resolution
from phcs.core.row_places import RowPlace
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.quality import FindingCount, LoggedFinding
from phcs.queries.paging import Page, page_of

ENTRIES_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFilter:
    """Which entries or imports to list; '' and None leave a question open."""

    resolution: str = ""
    severity: str = ""
    code: str = ""
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class QualityEntry:
    """One finding with what became of it; `value` and `detail` are '' once the rows were deleted."""

    import_id: UUID
    file_name: str
    source: str
    row_no: int
    finding: Finding
    resolution: Resolution
    resolved_by_name: str
    resolved_at: datetime | None
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands in its import."""
        return RowPlace(self.table_no, self.row_no)


@dataclass(slots=True)
class QualityTally:
    """Findings by how they ended."""

    by_resolution: dict[Resolution, int] = field(default_factory=dict)

    def add(self, resolution: Resolution, number: int) -> None:
        """Count some more."""
        self.by_resolution[resolution] = self.by_resolution.get(resolution, 0) + number

    @property
    def open(self) -> int:
        """Those that somebody may still put right."""
        return sum(number for one, number in self.by_resolution.items() if one in UNRESOLVED)

    @property
    def resolved(self) -> int:
        """All others."""
        return sum(self.by_resolution.values()) - self.open


@dataclass(frozen=True, slots=True)
class ImportQuality:
    """One import with its counts."""

    id: UUID
    file_name: str
    source: str
    state: ImportState
    created_at: datetime
    rows: int
    tally: QualityTally


@dataclass(frozen=True, slots=True)
class CauseQuality:
    """One kind of finding with its counts."""

    code: str
    severity: Severity
    tally: QualityTally


def quality_entries(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    wanted: QualityFilter,
    cursor: str | None = None,
    size: int = 50,
) -> Page[QualityEntry]:
    """The entries of one import in file order."""
    statement = _entries(organisation_id, wanted).where(LoggedFinding.import_id == import_id)
    keys = [
        LoggedFinding.table_no,
        LoggedFinding.row_no,
        LoggedFinding.code,
        LoggedFinding.column_name,
        LoggedFinding.occurrence,
    ]
    return page_of(session, statement, keys=keys, cursor=cursor, size=size).of(_entry)


def all_entries(
    session: Session, *, organisation_id: UUID, wanted: QualityFilter, import_id: UUID | None = None
) -> Iterator[QualityEntry]:
    """Every entry of one import, or of all of them, the oldest import first; some hundred at a time."""
    statement = _entries(organisation_id, wanted)
    if import_id is not None:
        statement = statement.where(LoggedFinding.import_id == import_id)
    keys = [column for column in LoggedFinding.__table__.primary_key if column.name != "organisation_id"]
    cursor = None
    while True:
        page = page_of(session, statement, keys=keys, cursor=cursor, size=ENTRIES_AT_ONCE)
        yield from page.of(_entry).rows
        cursor = page.next
        if cursor is None:
            return


def quality_of_import(
    session: Session, *, organisation_id: UUID, import_id: UUID
) -> tuple[CauseQuality, ...]:
    """The counts of one import by cause: errors first, the most frequent first."""
    return _causes(
        session, (FindingCount.organisation_id == organisation_id, FindingCount.import_id == import_id)
    )


def quality_of_imports(
    session: Session,
    *,
    organisation_id: UUID,
    wanted: QualityFilter,
    cursor: str | None = None,
    size: int = 25,
) -> Page[ImportQuality]:
    """The imports that have entries, newest first, each with its counts of what is wanted."""
    statement = sa.select(Import).where(
        Import.organisation_id == organisation_id,
        *_of_imports(wanted),
        sa.exists().where(FindingCount.import_id == Import.id, *_of_counts(organisation_id, wanted)),
    )
    page = page_of(session, statement, keys=[Import.id], cursor=cursor, size=size, descending=True)
    tallies = _tallies(session, organisation_id, wanted, [row[0].id for row in page.rows])
    return page.of(
        lambda row: ImportQuality(
            id=row[0].id,
            file_name=row[0].file_name,
            source=row[0].source,
            state=row[0].state,
            created_at=row[0].created_at,
            rows=row[0].rows_total,
            tally=tallies[row[0].id],
        )
    )


def quality_of_sources(
    session: Session, *, organisation_id: UUID, wanted: QualityFilter
) -> Mapping[str, QualityTally]:
    """The counts of all imports by the system that they come from."""
    found: dict[str, QualityTally] = defaultdict(QualityTally)
    rows = session.execute(
        sa.select(Import.source, FindingCount.resolution, sa.func.sum(FindingCount.number))
        .join(Import, Import.id == FindingCount.import_id)
        .where(*_of_counts(organisation_id, wanted), *_of_imports(wanted))
        .group_by(Import.source, FindingCount.resolution)
        .order_by(Import.source)
    )
    for source, resolution, number in rows:
        found[source].add(resolution, int(number))
    return found


def _causes(session: Session, where: tuple[sa.ColumnElement[bool], ...]) -> tuple[CauseQuality, ...]:
    tallies: dict[tuple[str, Severity], QualityTally] = defaultdict(QualityTally)
    rows = session.execute(
        sa.select(
            FindingCount.code, FindingCount.severity, FindingCount.resolution, FindingCount.number
        ).where(*where)
    )
    for code, severity, resolution, number in rows:
        tallies[str(code), severity].add(resolution, number)
    weight = list(Severity)
    causes = [CauseQuality(code, severity, tally) for (code, severity), tally in tallies.items()]
    return tuple(
        sorted(
            causes,
            key=lambda one: (weight.index(one.severity), -sum(one.tally.by_resolution.values()), one.code),
        )
    )


def _tallies(
    session: Session, organisation_id: UUID, wanted: QualityFilter, imports: list[UUID]
) -> Mapping[UUID, QualityTally]:
    found: dict[UUID, QualityTally] = defaultdict(QualityTally)
    rows = session.execute(
        sa.select(FindingCount.import_id, FindingCount.resolution, sa.func.sum(FindingCount.number))
        .where(*_of_counts(organisation_id, wanted), FindingCount.import_id.in_(imports))
        .group_by(FindingCount.import_id, FindingCount.resolution)
    )
    for import_id, resolution, number in rows:
        found[import_id].add(resolution, int(number))
    return found


def _of_counts(organisation_id: UUID, wanted: QualityFilter) -> list[sa.ColumnElement[bool]]:
    return [FindingCount.organisation_id == organisation_id, *_kinds(FindingCount, wanted)]


def _of_imports(wanted: QualityFilter) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if wanted.source:
        where.append(Import.source == wanted.source)
    if wanted.since:
        where.append(Import.created_at >= wanted.since)
    if wanted.until:
        where.append(Import.created_at < wanted.until)
    return where


def _kinds(
    table: type[FindingCount] | type[LoggedFinding], wanted: QualityFilter
) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if wanted.resolution in set(Resolution):
        where.append(table.resolution == Resolution(wanted.resolution))
    if wanted.severity in set(Severity):
        where.append(table.severity == Severity(wanted.severity))
    if wanted.code:
        where.append(table.code == wanted.code)
    return where


def _entries(organisation_id: UUID, wanted: QualityFilter) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(LoggedFinding, Import.file_name, Import.source)
        .join(Import, Import.id == LoggedFinding.import_id)
        .where(
            LoggedFinding.organisation_id == organisation_id,
            *_kinds(LoggedFinding, wanted),
            *_of_imports(wanted),
        )
    )


def _entry(row: sa.Row[*tuple[Any, ...]]) -> QualityEntry:
    found, file_name, source = row[0], row[1], row[2]
    return QualityEntry(
        import_id=found.import_id,
        file_name=file_name,
        source=source,
        row_no=found.row_no,
        finding=Finding(
            FindingCode(found.code), Severity(found.severity), found.column_name, found.value, found.detail
        ),
        resolution=found.resolution,
        resolved_by_name=found.resolved_by_name,
        resolved_at=found.resolved_at,
        table_no=found.table_no,
    )
