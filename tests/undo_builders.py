"""Undo and redo in tests: their steps as use cases, and what live tables say but for versions and change times."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from phcs.core.undoing import Bucket, Direction
from phcs.extensions import db
from phcs.models.base import Base
from phcs.models.history import HISTORY_TABLES
from phcs.models.records import Case, CasePet, ExternalId, FormerExternalId, MatchKey, Owner, Pet
from phcs.queries.reversals import ReversalDetails, ReversalLine, actions_of_bucket, open_reversal
from phcs.services.undoing import approve_reversal, request_redo, request_undo
from tests.builders import NOW
from tests.import_builders import advance

UNDO_DAYS = 30
NOT_COMPARED = frozenset({"version", "updated_at", "listed_at", "id"})
SNAPSHOT_TABLES: tuple[type[Base], ...] = (
    *(Owner, Pet, Case, CasePet, ExternalId, FormerExternalId, MatchKey),
    *HISTORY_TABLES.values(),
)
ASK = {Direction.UNDO: request_undo, Direction.REDO: request_redo}

Snapshot = dict[str, dict[str, dict[str, Any]]]
"""What is live: `{table: {key of the row: {column: value}}}`."""


def live_facts(organisation_id: UUID) -> Snapshot:
    """Every live row of an organisation, but for versions and times of change."""
    db.session.rollback()
    return {table.__tablename__: _rows(table, organisation_id) for table in SNAPSHOT_TABLES}


def _rows(table: type[Base], organisation_id: UUID) -> dict[str, dict[str, Any]]:
    columns = table.__table__.c
    found = db.session.execute(sa.select(*columns).where(columns.organisation_id == organisation_id))
    rows = [row._asdict() for row in found]
    keys = [column.name for column in sa.inspect(table).primary_key]
    if table is MatchKey:
        keys = ["key", "owner_id", "import_id"]
    return {
        "/".join(str(row[key]) for key in keys): {
            name: value for name, value in row.items() if name not in NOT_COMPARED
        }
        for row in rows
    }


def prepare(
    import_id: UUID,
    *,
    actor: Actor,
    direction: Direction = Direction.UNDO,
    now: datetime = NOW,
    **brought: Any,
) -> ReversalDetails:
    """Ask for an undo or redo and let a worker work it out; gives what waits for approval."""
    ASK[direction](actor=actor, now=now, import_id=import_id, undo_days=UNDO_DAYS)
    advance(import_id, **brought)
    return waiting(import_id, actor=actor)


def waiting(import_id: UUID, *, actor: Actor) -> ReversalDetails:
    """The undo or redo of an import that is open."""
    db.session.rollback()
    found = open_reversal(db.session(), organisation_id=actor.organisation_id, import_id=import_id)
    assert found is not None
    return found


def carry_out(
    import_id: UUID,
    *,
    actor: Actor,
    direction: Direction = Direction.UNDO,
    now: datetime = NOW,
    **brought: Any,
) -> ReversalDetails:
    """The whole way of an undo or redo; gives it as it was when it waited for approval."""
    details = prepare(import_id, actor=actor, direction=direction, now=now, **brought)
    approve_reversal(actor=actor, now=now, import_id=import_id, fingerprint=details.fingerprint)
    after = ImportState.UNDONE if direction is Direction.UNDO else ImportState.COMPLETED
    assert advance(import_id, **brought) is after
    return details


def lines_of(details: ReversalDetails, *buckets: Bucket, actor: Actor) -> list[ReversalLine]:
    """What happens to every record in these buckets, or in all; a test has less than 500 in each."""
    return [
        line
        for bucket in buckets or tuple(Bucket)
        for line in actions_of_bucket(
            db.session(),
            organisation_id=actor.organisation_id,
            reversal_id=details.id,
            bucket=bucket,
            size=500,
        ).rows
    ]
