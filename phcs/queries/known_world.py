"""What planning has to know about a chunk of rows: the live records it may touch, and what this plan made so far."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.known import CROWDED_OVER, KnownOwner, KnownPet, KnownWorld
from phcs.core.planning import imported_facts
from phcs.core.records import RecordKind, facts_from_json
from phcs.core.states import PROMOTED
from phcs.models.imports import Import
from phcs.models.plans import PlanAction
from phcs.models.records import ExternalId, MatchKey, Owner, Pet
from phcs.queries.among import among, by_index, checked
from phcs.queries.known_cases import known_cases
from phcs.queries.live_facts import facts_of
from phcs.queries.planned_records import (
    ActionSoFar,
    WorldScope,
    owner_facts,
    pet_facts,
    planned_actions_on,
    with_changes,
)

CREATE = "create"
ExternalIds = dict[UUID, list[ExternalId]]
HeldKeys = frozenset[tuple[int, UUID]]
"""Which owner holds which key, in the database."""


def known_world(
    session: Session, scope: WorldScope, *, keys: Collection[int], case_ids: Collection[str]
) -> tuple[KnownWorld, HeldKeys]:
    """Everything that rows with these owner keys and case ids may touch, in a constant number of queries.

    Live records come with the changes that this import's plan has made to them so far, so that a later
    chunk sees what an earlier one decided. Also gives which owner holds which of the keys already.
    """
    with by_index(session):
        by_key, crowded, held = _owners_of_keys(session, scope, keys)
        cases = known_cases(session, scope, case_ids)
        owners = _owners(session, scope, set(by_key) | {case.owner_id for case in cases.values()})
    world = KnownWorld(
        owners=[(owner, tuple(by_key.get(owner.id, ()))) for owner in owners], cases=cases, crowded=crowded
    )
    return world, held


def _owners_of_keys(
    session: Session, scope: WorldScope, keys: Collection[int]
) -> tuple[dict[UUID, list[int]], frozenset[int], HeldKeys]:
    """The owners that hold these keys, but for keys that too many hold to mean anything."""
    promoted = sa.select(Import.id).where(
        Import.organisation_id == scope.organisation_id, Import.state.in_(PROMOTED)
    )
    mine = sa.or_(
        MatchKey.import_id.is_(None), MatchKey.import_id == scope.import_id, MatchKey.import_id.in_(promoted)
    )
    rows = session.execute(
        sa.select(MatchKey.key, MatchKey.owner_id)
        .where(MatchKey.organisation_id == scope.organisation_id, among(session, MatchKey.key, keys), mine)
        .order_by(MatchKey.key, MatchKey.id)
    ).all()
    holders: dict[int, dict[UUID, None]] = defaultdict(dict)
    for key, owner_id in rows:
        holders[key][owner_id] = None
    crowded = frozenset(key for key, owners in holders.items() if len(owners) > CROWDED_OVER)
    by_owner: dict[UUID, list[int]] = defaultdict(list)
    for key, owners in holders.items():
        if key not in crowded:
            for owner_id in owners:
                by_owner[owner_id].append(key)
    return by_owner, crowded, frozenset((key, owner_id) for key, owner_id in rows)


def _owners(session: Session, scope: WorldScope, ids: Collection[UUID]) -> list[KnownOwner]:
    if not ids:
        return []
    actions = planned_actions_on(session, scope, RecordKind.OWNER, PlanAction.record_id, ids)
    owners = {owner.id: owner for owner in _live_owners(session, scope, ids)}
    for action in actions:
        owner_id = UUID(action.record_id)
        owners[owner_id] = _with_owner_action(owners.get(owner_id), owner_id, action, scope)
    for pet, owner_id in _pets(session, scope, ids):
        if owner_id in owners:
            owners[owner_id].pets.append(pet)
    return sorted(owners.values(), key=lambda owner: owner.id.int)


def _live_owners(session: Session, scope: WorldScope, ids: Collection[UUID]) -> Iterable[KnownOwner]:
    rows = session.scalars(
        sa.select(Owner).where(
            checked(Owner.organisation_id, scope.organisation_id),
            among(session, Owner.id, ids),
            Owner.archived_at.is_(None),
        )
    ).all()
    external_ids = _external_ids(session, scope, RecordKind.OWNER, ids)
    for row in rows:
        known = external_ids.get(row.id, [])
        ours = next((one for one in known if one.source == scope.source), None)
        yield KnownOwner(
            id=row.id,
            version=row.version,
            planned=False,
            row_no=0,
            facts=owner_facts(facts_of(row)),
            external_ids=frozenset((one.source, one.external_id) for one in known),
            imported=owner_facts(facts_from_json(RecordKind.OWNER, ours.imported))
            if ours and ours.imported
            else None,
            imported_rows=tuple(ours.imported_rows) if ours else (),
        )


def _external_ids(
    session: Session, scope: WorldScope, kind: RecordKind, ids: Collection[UUID]
) -> ExternalIds:
    found: ExternalIds = defaultdict(list)
    rows = session.scalars(
        sa.select(ExternalId)
        .where(
            checked(ExternalId.organisation_id, scope.organisation_id),
            ExternalId.kind == kind,
            among(session, ExternalId.record_id, ids),
        )
        .order_by(ExternalId.external_id)
    )
    for row in rows:
        found[row.record_id].append(row)
    return found


def _with_owner_action(
    owner: KnownOwner | None, owner_id: UUID, action: ActionSoFar, scope: WorldScope
) -> KnownOwner:
    """An owner after one more planned action of this import."""
    ids = frozenset({(scope.source, action.external_id)}) if action.external_id else frozenset()
    if owner is None:
        owner = KnownOwner(
            id=owner_id,
            version=1,
            planned=True,
            row_no=action.row_no,
            facts=owner_facts(facts_from_json(RecordKind.OWNER, action.body.get("facts", {}))),
        )
    elif changes := action.body.get("changes"):
        owner.facts = owner_facts(with_changes(owner.facts, changes))
        owner.version += 1
    owner.external_ids |= ids
    if stated := imported_facts(action.body):
        owner.imported = owner_facts(facts_from_json(RecordKind.OWNER, stated))
        owner.imported_rows = tuple(action.body.get("imported_rows", ()))
    return owner


def _pets(
    session: Session, scope: WorldScope, owner_ids: Collection[UUID]
) -> Iterable[tuple[KnownPet, UUID]]:
    live = session.scalars(
        sa.select(Pet).where(
            checked(Pet.organisation_id, scope.organisation_id),
            among(session, Pet.owner_id, owner_ids),
            Pet.archived_at.is_(None),
        )
    )
    pets = {
        row.id: (
            KnownPet(id=row.id, version=row.version, planned=False, facts=pet_facts(facts_of(row))),
            row.owner_id,
        )
        for row in sorted(live, key=lambda pet: pet.id.int)
    }
    for action in planned_actions_on(session, scope, RecordKind.PET, PlanAction.parent_id, owner_ids):
        pet_id = UUID(action.record_id)
        if action.action == CREATE and action.parent_id is not None:
            facts = pet_facts(facts_from_json(RecordKind.PET, action.body.get("facts", {})))
            known = KnownPet(id=pet_id, version=1, planned=True, facts=facts)
            pets[pet_id] = (known, UUID(action.parent_id))
        elif (changes := action.body.get("changes")) and pet_id in pets:
            pet = pets[pet_id][0]
            pet.facts = pet_facts(with_changes(pet.facts, changes))
            pet.version += 1
    return pets.values()
