"""What people call the records of an undo or redo, so that a preview can name them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.history_titles import history_title
from phcs.core.records import RecordKind
from phcs.core.undoing import LiveRecord, RecordChange
from phcs.models.records import Owner, Pet
from phcs.queries.among import among, checked
from phcs.queries.reversal_needs import UndoScope
from phcs.queries.stored_values import hex_text

Live = dict[UUID, LiveRecord]
Titles = dict[UUID, str]
CALLED = {RecordKind.OWNER: "full_name", RecordKind.PET: "name"}


def titles_of(
    session: Session, scope: UndoScope, kind: RecordKind, live: Live, changes: Sequence[RecordChange]
) -> Titles:
    """What people call the records that are live: owners and pets by name, a case by its owner's, the rest by title."""
    if kind in CALLED:
        return {key: facts.get(CALLED[kind], "") for key, facts in _facts(live, changes).items()}
    if kind is RecordKind.CASE:
        owners = {key: one.origin["parent_id"] for key, one in live.items()}
        names = _names(session, scope, Owner, Owner.full_name, set(owners.values()))
        return {key: names.get(owner_id, "") for key, owner_id in owners.items()}
    return _history_titles(session, scope, kind, live, changes)


def _facts(live: Live, changes: Sequence[RecordChange]) -> dict[UUID, dict[str, Any]]:
    return {
        change.record_id: live[change.record_id].facts or change.facts_left
        for change in changes
        if change.record_id in live
    }


def _history_titles(
    session: Session, scope: UndoScope, kind: RecordKind, live: Live, changes: Sequence[RecordChange]
) -> Titles:
    """A record's own title and whose it is: `Rabies, 2026-05-24 of Luna`."""
    facts = _facts(live, changes)
    pets = {key: (said.get("pet_id") or "").replace("-", "") for key, said in facts.items()}
    owners = {key: live[key].origin["parent_id"] for key, pet in pets.items() if not pet}
    called = _names(session, scope, Pet, Pet.name, set(pets.values()))
    called |= _names(session, scope, Owner, Owner.full_name, set(owners.values()))
    titles: Titles = {}
    for key, said in facts.items():
        title, whose = history_title(kind.value, said), called.get(pets[key] or owners[key], "")
        titles[key] = f"{title} of {whose}" if title and whose else title or whose
    return titles


def _names(
    session: Session,
    scope: UndoScope,
    table: type[Owner] | type[Pet],
    column: Any,
    keys: Collection[str],
) -> dict[str, str]:
    """Names by key, in 32 hex digits; '' is nobody's."""
    wanted = {UUID(key) for key in keys if key}
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(hex_text(session, table.id), column).where(
            checked(table.organisation_id, scope.organisation_id), among(session, table.id, wanted)
        )
    )
    return {row[0]: row[1] for row in rows}
