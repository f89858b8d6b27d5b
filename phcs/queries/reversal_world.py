"""What a reversal has to know about a chunk of records: what they are now, who needs them, who changed them since."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.planning.changes import OWNER_LINK
from phcs.core.records import PetFacts, RecordKind, fact_names
from phcs.core.undoing import Direction, LiveName, LiveRecord, Presence, RecordChange
from phcs.core.undoing.links import LINKS_OF_HISTORY, links_of
from phcs.models.records import CasePet, MatchKey, Pet
from phcs.queries.among import among, by_index, checked
from phcs.queries.later_edits import edits_since
from phcs.queries.live_facts import LISTS, PLAIN, TABLES, fact_value
from phcs.queries.reversal_doubles import doubles_of
from phcs.queries.reversal_needs import UndoScope, dependants_of, present_among, stays
from phcs.queries.reversal_titles import titles_of
from phcs.queries.stated_names import Name, names_among
from phcs.queries.stored_values import hex_text

Live = dict[UUID, LiveRecord]
MERGED = frozenset({RecordKind.OWNER, RecordKind.PET})
"""Kinds whose records can be merged into another."""


@dataclass(frozen=True, slots=True)
class ReversalWorld:
    """Records as they are, names by external id, what will be there afterwards, what people call each record."""

    live: Live
    names: dict[Name, LiveName]
    present: frozenset[UUID]
    titles: dict[UUID, str]
    doubles: dict[UUID, UUID]


def reversal_world(
    session: Session, scope: UndoScope, kind: RecordKind, changes: Sequence[RecordChange]
) -> ReversalWorld:
    """Everything that taking these changes back may depend on, in a constant number of queries."""
    ids = [change.record_id for change in changes]
    with by_index(session):
        live = _with_facts(session, scope, kind, _live(session, scope, kind, ids), changes)
        names = names_among(
            session,
            scope,
            kind,
            {(one.source, one.external_id) for change in changes for one in change.names},
        )
        if kind is RecordKind.CASE:
            live = _with_pets(session, scope, live)
        if kind is RecordKind.OWNER:
            live = _with_keys(session, scope, live)
        present = frozenset[UUID]()
        if scope.direction is Direction.UNDO:
            live = _with_dependants(session, scope, kind, live, changes)
        if wanted := _leading_to(kind, changes):
            present = present_among(session, scope, wanted)
        live = _with_edits(session, scope, kind, live, changes)
        titles = titles_of(session, scope, kind, live, changes)
        is_redo_of_owners = kind is RecordKind.OWNER and scope.direction is Direction.REDO
        doubles = doubles_of(session, scope, changes) if is_redo_of_owners else {}
    return ReversalWorld(live, names, present, titles, doubles)


def _leading_to(kind: RecordKind, changes: Sequence[RecordChange]) -> set[UUID]:
    """The records that these need to be there, if they come back or are changed back."""
    wanted = {pet for change in changes for pet in change.detached}
    for change in changes:
        if parent := change.record.get("parent_id"):
            wanted.add(UUID(parent))
        wanted |= {linked for _, linked in links_of(kind, change.record.get("facts", {}))}
        wanted |= {UUID(was) for name in LINKS_OF_HISTORY if (was := change.facts.get(name, [""])[0])}
    return wanted


def _live(session: Session, scope: UndoScope, kind: RecordKind, ids: Collection[UUID]) -> Live:
    """The records without their facts."""
    table = TABLES[kind]
    parent = sa.literal("") if kind is RecordKind.OWNER else hex_text(session, table.__table__.c.owner_id)
    rows = session.execute(
        sa.select(
            table.id,
            table.version,
            parent,
            table.source,
            hex_text(session, table.import_id),
            table.created_at,
            table.archived_at,
            table.__table__.c.merged_into.is_not(None) if kind in MERGED else sa.false(),
        ).where(checked(table.organisation_id, scope.organisation_id), among(session, table.id, ids))
    )
    return {
        record_id: LiveRecord(
            version=version,
            origin={
                "parent_id": owner_id or "",
                "source": source,
                "import_id": import_id or "",
                "created_at": created_at.isoformat(),
                "archived_at": archived_at.isoformat() if archived_at else "",
            },
            is_merged=bool(is_merged),
        )
        for record_id, version, owner_id, source, import_id, created_at, archived_at, is_merged in rows
    }


def _with_facts(
    session: Session, scope: UndoScope, kind: RecordKind, live: Live, changes: Sequence[RecordChange]
) -> Live:
    """With the facts of records that stay, and of those whose version is not the one that was left."""
    wanted = [
        change.record_id
        for change in changes
        if change.record_id in live
        and (change.presence is not Presence.CREATED or live[change.record_id].version != change.version)
    ]
    if not wanted:
        return live
    names = (*fact_names(kind), *({OWNER_LINK} & {name for change in changes for name in change.facts}))
    columns = TABLES[kind].__table__.c
    rows = session.execute(
        sa.select(columns.id, *[columns[name] for name in names]).where(
            checked(columns.organisation_id, scope.organisation_id), among(session, columns.id, wanted)
        )
    )
    facts = {
        row[0]: {name: _as_json(name, value) for name, value in zip(names, row[1:], strict=True)}
        for row in rows
    }
    return live | {key: replace(live[key], facts=found) for key, found in facts.items()}


def _as_json(name: str, value: Any) -> Any:
    if name in PLAIN:
        return value
    return list(value or ()) if name in LISTS else fact_value(name, value)


def _with_pets(session: Session, scope: UndoScope, live: Live) -> Live:
    pets: dict[UUID, set[UUID]] = defaultdict(set)
    rows = session.execute(
        sa.select(CasePet.case_id, CasePet.pet_id).where(
            checked(CasePet.organisation_id, scope.organisation_id), among(session, CasePet.case_id, live)
        )
    )
    for case_id, pet_id in rows:
        pets[case_id].add(pet_id)
    return {key: replace(one, pets=frozenset(pets.get(key, ()))) for key, one in live.items()}


def _with_keys(session: Session, scope: UndoScope, live: Live) -> Live:
    """With the match keys that the import gave the owners, and the pets that stay with them."""
    keys: dict[UUID, list[int]] = defaultdict(list)
    rows = session.execute(
        sa.select(MatchKey.owner_id, MatchKey.key)
        .where(
            checked(MatchKey.organisation_id, scope.organisation_id),
            among(session, MatchKey.owner_id, live),
            checked(MatchKey.import_id, scope.import_id),
        )
        .order_by(MatchKey.key)
    )
    for owner_id, key in rows:
        keys[owner_id].append(key)
    pets = _pets_that_stay(session, scope, keys)
    return {
        key: replace(one, keys=tuple(keys.get(key, ())), pet_facts=tuple(pets.get(key, ())))
        for key, one in live.items()
    }


def _pets_that_stay(
    session: Session, scope: UndoScope, owners: Collection[UUID]
) -> dict[UUID, list[PetFacts]]:
    """The owners' pets that this undo leaves: those that others brought, and its own that something keeps."""
    found: dict[UUID, list[PetFacts]] = defaultdict(list)
    rows = session.execute(
        sa.select(Pet.owner_id, Pet.name, Pet.microchip)
        .where(
            checked(Pet.organisation_id, scope.organisation_id),
            among(session, Pet.owner_id, owners),
            Pet.archived_at.is_(None),
            stays(scope, Pet.id),
        )
        .order_by(Pet.id)
    )
    for owner_id, name, microchip in rows:
        found[owner_id].append(PetFacts(name=name, microchip=microchip))
    return found


def _with_dependants(
    session: Session, scope: UndoScope, kind: RecordKind, live: Live, changes: Sequence[RecordChange]
) -> Live:
    created = {
        change.record_id: change
        for change in changes
        if change.presence is Presence.CREATED and change.record_id in live
    }
    if not created:
        return live
    pets = {key: live[key].pets - set(change.attached) for key, change in created.items()}
    found = dependants_of(session, scope, kind, created, foreign_pets=pets)
    return live | {key: replace(live[key], dependants=tuple(needs)) for key, needs in found.items()}


def _with_edits(
    session: Session, scope: UndoScope, kind: RecordKind, live: Live, changes: Sequence[RecordChange]
) -> Live:
    """With what others did since, for the records whose version is not the one that was left."""
    touched = {
        change.record_id
        for change in changes
        if change.record_id in live and live[change.record_id].version != change.version
    }
    if not touched:
        return live
    edits = edits_since(session, scope, kind, touched)
    return live | {key: replace(live[key], edits=found) for key, found in edits.items()}
