"""The audit trail of one import as verification reads it: its anchors, its chains, and the events of its records."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.chain import ChainHead
from phcs.core.records import RecordKind
from phcs.core.verifying.trails import TrailEvent
from phcs.models.audit import AuditEvent, AuditHead
from phcs.models.imports import Import
from phcs.queries.among import among, by_index, checked
from phcs.queries.audit_chains import ANCHORS

FIRST_TABLE = 1
KINDS = frozenset(RecordKind)
_CHAINED = (
    AuditEvent.id,
    AuditEvent.chain_id,
    AuditEvent.seq,
    AuditEvent.at,
    AuditEvent.actor_kind,
    AuditEvent.actor_id,
    AuditEvent.actor_name,
    AuditEvent.action,
    AuditEvent.subject_kind,
    AuditEvent.subject_id,
    AuditEvent.import_id,
    AuditEvent.row_no,
    AuditEvent.detail,
    AuditEvent.salt,
    AuditEvent.values,
    AuditEvent.digest,
    AuditEvent.previous_hash,
    AuditEvent.hash,
)


@dataclass(frozen=True, slots=True)
class ImportScope:
    """The import that is verified, as its queries need it; `table_names` are those of all its tables, by number."""

    organisation_id: UUID
    import_id: UUID
    sources: tuple[str, ...]
    file_name: str
    table_names: Mapping[int, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The event that ends a promotion, an undo or a redo: it names the chain of the record events that belong to it."""

    number: int
    action: str
    by: str
    at: str
    chain_id: UUID
    head: ChainHead
    fingerprint: str


def anchors_of(session: Session, scope: ImportScope) -> tuple[Anchor, ...]:
    """The import's promotion, then its undos and redos, in the order in which they happened."""
    rows = session.execute(
        sa.select(AuditEvent.id, AuditEvent.action, AuditEvent.actor_name, AuditEvent.at, AuditEvent.detail)
        .where(
            checked(AuditEvent.organisation_id, scope.organisation_id),
            AuditEvent.import_id == scope.import_id,
            checked(AuditEvent.chain_id, scope.organisation_id),
            AuditEvent.action.in_(ANCHORS),
        )
        .order_by(AuditEvent.id)
    )
    return tuple(
        Anchor(
            row.id,
            row.action,
            row.actor_name,
            row.at.isoformat(),
            UUID(row.detail["records_chain"]),
            ChainHead(row.detail["records_events"], row.detail["records_head"]),
            row.detail.get("fingerprint", ""),
        )
        for row in rows
    )


def head_of(session: Session, *, organisation_id: UUID, chain_id: UUID) -> ChainHead | None:
    """The newest link of a chain as it is kept; None where it is lost."""
    row = session.execute(
        sa.select(AuditHead.seq, AuditHead.hash).where(
            AuditHead.organisation_id == organisation_id, AuditHead.chain_id == chain_id
        )
    ).first()
    return None if row is None else ChainHead(row.seq, row.hash)


def chain_pieces(
    session: Session, *, organisation_id: UUID, chain_id: UUID, size: int = 5_000
) -> Iterator[Sequence[Any]]:
    """A chain's events in order, with the columns that its hashes cover, some thousand at a time."""
    after = 0
    while True:
        rows = session.execute(
            sa.select(*_CHAINED)
            .where(
                checked(AuditEvent.organisation_id, organisation_id),
                AuditEvent.chain_id == chain_id,
                AuditEvent.seq > after,
            )
            .order_by(AuditEvent.seq)
            .limit(size)
        ).all()
        if not rows:
            return
        yield rows
        after = rows[-1].seq


def told_of_records(session: Session, scope: ImportScope) -> dict[RecordKind, Counter[str]]:
    """How many events of the import tell of each kind, by past participle; merges and edits are not its own."""
    rows = session.execute(
        sa.select(AuditEvent.subject_kind, AuditEvent.action, sa.func.count())
        .where(
            checked(AuditEvent.organisation_id, scope.organisation_id),
            AuditEvent.import_id == scope.import_id,
            AuditEvent.subject_id.is_not(None),
        )
        .group_by(AuditEvent.subject_kind, AuditEvent.action)
    )
    told: dict[RecordKind, Counter[str]] = defaultdict(Counter)
    for kind, action, number in rows:
        if kind in KINDS:
            told[RecordKind(kind)][action.rpartition(".")[2]] += number
    return told


def trails_of(
    session: Session,
    scope: ImportScope,
    ids: Collection[UUID],
    *,
    but_chain: tuple[UUID, int, int] | None = None,
) -> dict[UUID, list[TrailEvent]]:
    """All events of these records in their order, whoever was behind them.

    `but_chain` leaves out the events of a chain from one number through another, which the caller holds already.
    """
    if not ids:
        return {}
    asked = _events().where(
        checked(AuditEvent.organisation_id, scope.organisation_id), among(session, AuditEvent.subject_id, ids)
    )
    if but_chain is not None:
        chain_id, first, last = but_chain
        asked = asked.where(
            sa.or_(AuditEvent.chain_id != chain_id, AuditEvent.seq < first, AuditEvent.seq > last)
        )
    with by_index(session):
        rows = session.execute(asked.order_by(AuditEvent.id)).all()
    trails: dict[UUID, list[TrailEvent]] = defaultdict(list)
    for row in rows:
        if row.action.partition(".")[0] in KINDS:
            trails[row.subject_id].append(trail_event(row, row.file_name or ""))
    return trails


def _events() -> sa.Select[Any]:
    own = sa.and_(Import.id == AuditEvent.import_id, Import.organisation_id == AuditEvent.organisation_id)
    return sa.select(
        AuditEvent.id,
        AuditEvent.subject_id,
        AuditEvent.action,
        AuditEvent.actor_name,
        AuditEvent.at,
        AuditEvent.import_id,
        AuditEvent.row_no,
        AuditEvent.detail,
        AuditEvent.salt,
        AuditEvent.values,
        Import.file_name,
    ).outerjoin(Import, own)


def trail_event(row: Any, file_name: str) -> TrailEvent:
    """A stored event of a record."""
    values = row.values or {}
    return TrailEvent(
        number=row.id,
        action=row.action,
        by=row.actor_name,
        at=row.at.isoformat(),
        import_id=str(row.import_id or ""),
        file_name=file_name,
        table_no=(row.detail or {}).get("table", FIRST_TABLE) if row.row_no else 0,
        row_no=row.row_no or 0,
        facts=values.get("facts", {}),
        changes=values.get("changes", {}),
        is_erased=row.salt is None,
    )
