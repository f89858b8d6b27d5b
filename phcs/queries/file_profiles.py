"""What a staged file and its plan are like as a whole, and what earlier files of the same source were like."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.guards import (
    FEWEST_ROWS,
    PHONE_SHARE,
    CodesProfile,
    ColumnProfile,
    FileProfile,
    SameContents,
    looks_of,
)
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.unknown_values import unknown_values
from phcs.core.mapping.value_words import CODED_TARGETS, value_key
from phcs.core.planning import Action, PlanCounts
from phcs.core.reading.tables import TableReading
from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable, StagedRow
from phcs.models.plans import LedgerRow, PlanAction
from phcs.models.reviews import ImportProfile
from phcs.queries.among import among
from phcs.queries.reviews import created_by_plan

SAMPLE = 1_000
"""So many rows, evenly spread, stand for a file where its cells are looked at."""
HISTORY = 5
_KNOWN = (Action.UPDATE, Action.LINK, Action.UNCHANGED)


@dataclass(frozen=True, slots=True)
class FileToProfile:
    """The import whose plan has just been made."""

    organisation_id: UUID
    import_id: UUID
    source: str
    kind: str
    file_sha256: str


@dataclass(frozen=True, slots=True)
class _SampledRow:
    cells: list[str]
    phone: str
    digest: str


def file_profile(session: Session, file: FileToProfile, counts: PlanCounts) -> FileProfile:
    """The profile of a planned file; takes a bounded number of rows into memory, however large the file is."""
    tables = session.scalars(
        sa.select(SourceTable)
        .where(
            SourceTable.organisation_id == file.organisation_id,
            SourceTable.import_id == file.import_id,
            SourceTable.left_out == "",
        )
        .order_by(SourceTable.table_no)
    ).all()
    if not tables:
        return FileProfile(rows=counts.rows.total())
    readings = [
        (one.table_no, TableReading.from_json(one.reading), TableMapping.from_json(one.mapping))
        for one in tables
    ]
    samples = {one.table_no: _sampled(session, file, one.table_no) for one in tables}
    owners = counts.records[RecordKind.OWNER]
    rows, names = _shared_phone(session, file, samples, counts.rows.total())
    return FileProfile(
        rows=counts.rows.total(),
        owners=owners[Action.CREATE] + sum(owners[action] for action in _KNOWN),
        matched=sum(owners[action] for action in _KNOWN),
        changes=sum(done[Action.CREATE] + done[Action.UPDATE] for done in counts.records.values()),
        columns=_each_once(
            column
            for number, reading, mapping in readings
            for column in _columns(reading, mapping, samples[number])
        ),
        codes=tuple(codes for _, reading, mapping in readings for codes in _codes(reading, mapping)),
        phone_rows=rows,
        phone_names=names,
    )


def earlier_profiles(session: Session, file: FileToProfile) -> list[FileProfile]:
    """Of the newest files of the same source and kind that were carried out, not undone, and changed something."""
    rows = session.scalars(
        sa.select(ImportProfile.profile)
        .join(Import, Import.id == ImportProfile.import_id)
        .where(
            ImportProfile.organisation_id == file.organisation_id,
            ImportProfile.source == file.source,
            ImportProfile.kind == file.kind,
            ImportProfile.import_id != file.import_id,
            Import.organisation_id == file.organisation_id,
            Import.state == ImportState.COMPLETED,
        )
        .order_by(Import.finished_at.desc(), Import.id.desc())
        .limit(4 * HISTORY)
    )
    found = [FileProfile.from_json(profile) for profile in rows]
    return [one for one in found if one.changes][:HISTORY]


def same_contents(session: Session, file: FileToProfile) -> SameContents:
    """The newest import that was carried out, not undone, of the same file, or of another with the same rows."""
    carried_out = sa.and_(
        Import.organisation_id == file.organisation_id,
        Import.state == ImportState.COMPLETED,
        Import.id != file.import_id,
    )
    same_file = session.scalar(
        sa.select(Import.id)
        .where(carried_out, Import.file_sha256 == file.file_sha256)
        .order_by(Import.id.desc())
        .limit(1)
    )
    if same_file is not None:
        return SameContents(file=str(same_file))
    own_rows = session.scalar(
        sa.select(Import.rows_total).where(
            Import.organisation_id == file.organisation_id, Import.id == file.import_id
        )
    )
    alike = session.scalars(
        sa.select(Import.id)
        .where(carried_out, Import.source == file.source, Import.rows_total == own_rows)
        .order_by(Import.id.desc())
        .limit(HISTORY)
    )
    same_rows = (str(one) for one in list(alike) if own_rows and _has_rows_of(session, file, one))
    return SameContents(rows=next(same_rows, ""))


def known_records(session: Session, file: FileToProfile) -> dict[str, dict[str, int]]:
    """By kind and action, how many records that PHCS has already the plan changes or links."""
    found: dict[str, dict[str, int]] = {}
    rows = session.execute(
        sa.select(PlanAction.kind, PlanAction.action, sa.func.count(PlanAction.record_id.distinct()))
        .where(*_about_known(file, Action.UPDATE, Action.LINK))
        .group_by(PlanAction.kind, PlanAction.action)
    )
    for kind, action, number in rows:
        found.setdefault(RecordKind(kind).value, {})[action] = number
    return found


def replaced_values(session: Session, file: FileToProfile) -> dict[str, list[int]]:
    """By fact (`owner.email`), how many stored values the plan fills in, replaces and erases."""
    found: dict[str, list[int]] = {}
    rows = session.execute(
        sa.select(PlanAction.kind, PlanAction.body)
        .where(*_about_known(file, Action.UPDATE))
        .execution_options(yield_per=2_000)
    )
    for kind, body in rows:
        for fact, (old, new) in body.get("changes", {}).items():
            counts = found.setdefault(f"{RecordKind(kind).value}.{fact}", [0, 0, 0])
            counts[1 if old and new else 2 if old else 0] += 1
    return found


def _about_known(file: FileToProfile, *actions: Action) -> tuple[sa.ColumnElement[bool], ...]:
    """Actions on records that were there before: a record that the plan itself creates has no stored values yet."""
    return (
        PlanAction.organisation_id == file.organisation_id,
        PlanAction.import_id == file.import_id,
        PlanAction.action.in_([action.value for action in actions]),
        ~created_by_plan(),
    )


def _each_once(columns: Iterable[ColumnProfile]) -> tuple[ColumnProfile, ...]:
    """The columns, of those with one heading and target (such as ids of owners in several tables) the first."""
    found: dict[tuple[str, str], ColumnProfile] = {}
    for column in columns:
        found.setdefault((column.heading, column.target), column)
    return tuple(found.values())


def _sampled(session: Session, file: FileToProfile, table_no: int) -> list[_SampledRow]:
    """Rows evenly spread over a table, in its order; the same rows each time."""
    staged = (
        StagedRow.organisation_id == file.organisation_id,
        StagedRow.import_id == file.import_id,
        StagedRow.table_no == table_no,
    )
    first, last = session.execute(
        sa.select(sa.func.min(StagedRow.row_no), sa.func.max(StagedRow.row_no)).where(*staged)
    ).one()
    if first is None:
        return []
    step = max(1, (last - first + 1) // SAMPLE)
    rows = session.execute(
        sa.select(StagedRow.cells, StagedRow.record, StagedRow.row_digest)
        .where(*staged, among(session, StagedRow.row_no, range(first, last + 1, step)))
        .order_by(StagedRow.row_no)
    )
    return [
        _SampledRow(cells, (record.get("owner") or {}).get("phone", ""), digest)
        for cells, record, digest in rows
    ]


def _shared_phone(
    session: Session, file: FileToProfile, samples: Mapping[int, Sequence[_SampledRow]], rows: int
) -> tuple[int, int]:
    """In how many rows the most shared phone stands, and with how many names; (0, 0) where none stands out.

    The samples name the suspect, the whole of its table is then asked about that one.
    """
    phones = Counter(
        (table_no, row.phone) for table_no, sample in samples.items() for row in sample if row.phone
    )
    (table_no, phone), number = next(iter(phones.most_common(1)), ((1, ""), 0))
    if rows < FEWEST_ROWS or number < PHONE_SHARE * len(samples[table_no]) / 2:
        return 0, 0
    owner = StagedRow.record["owner"]
    found = session.execute(
        sa.select(sa.func.count(), sa.func.count(owner["full_name"].as_string().distinct())).where(
            StagedRow.organisation_id == file.organisation_id,
            StagedRow.import_id == file.import_id,
            StagedRow.table_no == table_no,
            owner["phone"].as_string() == phone,
        )
    ).one()
    return found[0], found[1]


def _columns(
    reading: TableReading, mapping: TableMapping, sample: Sequence[_SampledRow]
) -> tuple[ColumnProfile, ...]:
    filled = {column.position: column.filled for column in reading.columns}
    return tuple(
        ColumnProfile(
            heading=column.heading,
            target=column.target,
            filled=round(1000 * filled.get(column.position, 0) / reading.rows) if reading.rows else 0,
            looks=looks_of(
                [row.cells[column.position] for row in sample if column.position < len(row.cells)],
                column.target,
            ),
        )
        for column in mapping.columns
        if column.target
    )


def _codes(reading: TableReading, mapping: TableMapping) -> tuple[CodesProfile, ...]:
    mapped = {column.target for column in mapping.columns}
    unknown: dict[str, dict[str, int]] = {target: {} for target in CODED_TARGETS if target in mapped}
    for value in unknown_values(mapping, reading.facts):
        if not value.answer:
            unknown[value.target][_hashed(value_key(value.value))] = value.count
    return tuple(CodesProfile(target, found) for target, found in unknown.items())


def _hashed(text: str) -> str:
    """Stands for a word for ever; the word itself may be somebody's name where a column is mapped wrongly."""
    return blake2s(text.encode(), digest_size=8).hexdigest()


def _has_rows_of(session: Session, file: FileToProfile, other: UUID) -> bool:
    """Whether every row stands, cell for cell, in the other import, which has as many rows."""
    own = sa.select(StagedRow.row_digest).where(
        StagedRow.organisation_id == file.organisation_id, StagedRow.import_id == file.import_id
    )
    of_other = sa.select(LedgerRow.row_digest).where(
        LedgerRow.organisation_id == file.organisation_id, LedgerRow.import_id == other
    )
    return session.execute(sa.except_(own, of_other).limit(1)).first() is None
