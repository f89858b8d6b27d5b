"""What planning has to know about a chunk of rows: the live records it may touch, and what this plan made so far."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.known import KnownOwner, KnownPet, KnownWorld, PetStatement
from phcs.core.planning import imported_facts
from phcs.core.records import OwnerFacts, RecordKind, facts_from_json
from phcs.core.row_places import RowPlace
from phcs.models.plans import PlanAction
from phcs.models.records import ExternalId
from phcs.queries.among import among, by_index, checked
from phcs.queries.key_holders import HeldKeys, key_holders
from phcs.queries.known_cases import known_cases
from phcs.queries.live_people import live_owners, live_pets
from phcs.queries.name_frequencies import FrequencyReader
from phcs.queries.planned_records import (
    ActionSoFar,
    WorldScope,
    owner_facts,
    pet_facts,
    planned_actions_on,
    with_changes,
)

CREATE = "create"
ExternalIds = dict[UUID, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkNeeds:
    """What rows may touch: holders of these keys, cases with these ids, and these owners; `names` they state.

    With `names_pets` the rows call pets by ids of their own, so these have to be known too.
    """

    keys: Collection[int] = ()
    case_ids: Collection[str] = ()
    owner_ids: Collection[UUID] = ()
    names: Collection[OwnerFacts] = ()
    names_pets: bool = False


@dataclass(frozen=True, slots=True)
class ChunkWorld:
    """The world, which owner holds which of the keys already, and which keys too many hold."""

    world: KnownWorld
    held: HeldKeys
    crowded: frozenset[int]


def known_world(
    session: Session, scope: WorldScope, needs: ChunkNeeds, *, frequencies: FrequencyReader | None = None
) -> ChunkWorld:
    """Everything that rows may touch, in a constant number of queries.

    Live records come with the changes that this import's plan has made to them so far, so that a later
    chunk sees what an earlier one decided.
    """
    if not (needs.keys or needs.case_ids or needs.owner_ids or needs.names):
        return ChunkWorld(KnownWorld(owners=(), cases={}), {}, frozenset())
    with by_index(session):
        holders = key_holders(session, scope, needs.keys)
        cases = known_cases(session, scope, needs.case_ids)
        of_cases = {case.owner_id for case in cases.values()}
        ids = {*holders.by_owner, *of_cases, *needs.owner_ids}
        owners = _owners(session, scope, ids, names_pets=needs.names_pets)
        reader = frequencies or FrequencyReader(scope.organisation_id)
        counted = reader.of_names(session, [*needs.names, *(owner.facts for owner in owners)])
    world = KnownWorld(
        owners=[(owner, tuple(holders.by_owner.get(owner.id, ()))) for owner in owners],
        cases=cases,
        crowded=holders.crowded,
        frequencies=counted,
    )
    return ChunkWorld(world, holders.held, holders.crowded)


def _owners(
    session: Session, scope: WorldScope, ids: Collection[UUID], *, names_pets: bool
) -> list[KnownOwner]:
    if not ids:
        return []
    actions = planned_actions_on(session, scope, RecordKind.OWNER, PlanAction.record_id, ids)
    owners = {owner.id.hex: owner for owner in _live_owners(session, scope, ids)}
    for action in actions:
        owner_id = action.record_id
        owners[owner_id] = _with_owner_action(owners.get(owner_id), action, scope)
    for pet, owner_id in _pets(session, scope, ids, names_pets=names_pets):
        if owner_id in owners:
            owners[owner_id].pets.append(pet)
    return sorted(owners.values(), key=lambda owner: owner.id.int)


def _live_owners(session: Session, scope: WorldScope, ids: Collection[UUID]) -> Iterable[KnownOwner]:
    external_ids = _external_ids(session, scope, RecordKind.OWNER, ids)
    for owner_id, version, facts in live_owners(session, scope.organisation_id, ids):
        known = external_ids.get(owner_id, [])
        ours = [one for one in known if one.source == scope.source]
        said = {one.external_id: _said(one) for one in ours}
        imported, imported_rows = next(iter(said.values()), (None, ()))
        yield KnownOwner(
            id=owner_id,
            version=version,
            planned=False,
            row_no=0,
            facts=facts,
            external_ids=frozenset((one.source, one.external_id) for one in known),
            imported=imported,
            imported_rows=imported_rows,
            said=said if len(said) > 1 else {},
        )


def _said(name: Any) -> tuple[OwnerFacts | None, tuple[str, ...]]:
    """What the source said last for this external id."""
    facts = owner_facts(facts_from_json(RecordKind.OWNER, name.imported)) if name.imported else None
    return facts, tuple(name.imported_rows)


def _external_ids(
    session: Session, scope: WorldScope, kind: RecordKind, ids: Collection[UUID]
) -> ExternalIds:
    found: ExternalIds = defaultdict(list)
    rows = session.connection().execute(
        sa.select(
            ExternalId.record_id,
            ExternalId.source,
            ExternalId.external_id,
            ExternalId.imported,
            ExternalId.imported_rows,
        )
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


def _with_owner_action(owner: KnownOwner | None, action: ActionSoFar, scope: WorldScope) -> KnownOwner:
    """An owner after one more planned action of this import."""
    source = scope.source_of(action.table_no)
    ids = frozenset({(source, action.external_id)}) if action.external_id else frozenset()
    if owner is None:
        owner = KnownOwner(
            id=UUID(action.record_id),
            version=1,
            planned=True,
            row_no=action.row_no,
            table_no=action.table_no,
            facts=owner_facts(facts_from_json(RecordKind.OWNER, action.body.get("facts", {}))),
        )
    elif changes := action.body.get("changes"):
        owner.facts = owner_facts(with_changes(owner.facts, changes))
        owner.version += 1
    owner.external_ids |= ids
    if (stated := imported_facts(action.body)) and source == scope.source:
        says = owner_facts(facts_from_json(RecordKind.OWNER, stated))
        owner.state(scope.source, action.external_id, says, tuple(action.body.get("imported_rows", ())))
    return owner


def _pets(
    session: Session, scope: WorldScope, owner_ids: Collection[UUID], *, names_pets: bool
) -> Iterable[tuple[KnownPet, str]]:
    """The pets of these owners, each with its owner's key as 32 hex digits."""
    live = live_pets(session, scope.organisation_id, owner_ids)
    in_order = sorted(live, key=lambda found: found[1].id.int)
    pets = {pet.id.hex: (pet, owner_id.hex) for owner_id, pet in in_order}
    if names_pets and pets:
        live_ids = [pet.id for pet, _ in pets.values()]
        for live_id, names in _external_ids(session, scope, RecordKind.PET, live_ids).items():
            pets[live_id.hex][0].said.update(
                (one.external_id, _said_of_pet(one.imported, one.imported_rows))
                for one in names
                if one.source == scope.source
            )
    for action in planned_actions_on(session, scope, RecordKind.PET, PlanAction.parent_id, owner_ids):
        pet_id, place = action.record_id, RowPlace(action.table_no, action.row_no)
        if action.action == CREATE and action.parent_id is not None:
            facts = pet_facts(facts_from_json(RecordKind.PET, action.body.get("facts", {})))
            known = KnownPet(id=UUID(pet_id), version=1, planned=True, facts=facts, place=place)
            pets[pet_id] = (known, action.parent_id)
        elif (changes := action.body.get("changes")) and pet_id in pets:
            pet = pets[pet_id][0]
            pet.facts = pet_facts(with_changes(pet.facts, changes))
            pet.version += 1
        if action.external_id and pet_id in pets and scope.source_of(action.table_no) == scope.source:
            _name_pet(pets[pet_id][0], action, place)
    return pets.values()


def _name_pet(pet: KnownPet, action: ActionSoFar, place: RowPlace) -> None:
    """What the plan says so far about a pet by an id of the source's own."""
    before = pet.said.get(action.external_id, PetStatement())
    if stated := imported_facts(action.body):
        before = _said_of_pet(stated, action.body.get("imported_rows", ()))._replace(place=before.place)
    pet.said[action.external_id] = before if before.place else before._replace(place=place)


def _said_of_pet(stated: dict[str, Any], rows: Collection[str]) -> PetStatement:
    facts = pet_facts(facts_from_json(RecordKind.PET, stated)) if stated else None
    return PetStatement(facts, tuple(rows))
