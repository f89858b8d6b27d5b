"""The keys by which live owners are found, written in step with what people change."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.keys import external_id_key, owner_keys
from phcs.core.records import OwnerFacts, PetFacts, RecordKind
from phcs.core.states import PROMOTED
from phcs.models.imports import Import
from phcs.models.records import ExternalId, MatchKey, Owner, Pet
from phcs.queries.among import among, checked
from phcs.queries.live_facts import facts_of
from phcs.services import bulk

KEY_COLUMNS = ("organisation_id", "key", "owner_id", "import_id")


def add_missing_keys(session: Session, organisation_id: UUID, owners: Sequence[Owner]) -> None:
    """Let imports find these owners by what they and their pets are now; by what they were they are found still.

    In the transaction that changed them. In a constant number of queries.
    """
    held = _held(session, organisation_id, [owner.id for owner in owners])
    bulk.insert_rows(
        session,
        MatchKey,
        KEY_COLUMNS,
        [
            (organisation_id, key, owner_id, None)
            for owner_id, keys in _keys_of(session, organisation_id, owners).items()
            for key in sorted(keys - {key for key, _ in held.get(owner_id, ())})
        ],
    )


def renew_keys(session: Session, organisation_id: UUID, owners: Sequence[Owner]) -> None:
    """Give these owners the keys of the rules as they are now, and no others.

    A new key counts as the import's that created the owner, so that undoing it takes the key along.
    """
    held = _held(session, organisation_id, [owner.id for owner in owners])
    wanted = _keys_of(session, organisation_id, owners)
    import_of = {owner.id: owner.import_id for owner in owners}
    stale = [
        row_id
        for owner_id, pairs in held.items()
        for key, row_id in pairs
        if key not in wanted.get(owner_id, ())
    ]
    if stale:
        session.execute(
            sa.delete(MatchKey)
            .where(checked(MatchKey.organisation_id, organisation_id), among(session, MatchKey.id, stale))
            .execution_options(synchronize_session=False)
        )
    bulk.insert_rows(
        session,
        MatchKey,
        KEY_COLUMNS,
        [
            (organisation_id, key, owner_id, import_of[owner_id])
            for owner_id, keys in wanted.items()
            for key in sorted(keys - {key for key, _ in held.get(owner_id, ())})
        ],
    )


def _keys_of(
    session: Session, organisation_id: UUID, owners: Sequence[Owner]
) -> Mapping[UUID, frozenset[int]]:
    ids = [owner.id for owner in owners]
    pets = _pets(session, organisation_id, ids)
    names: dict[UUID, set[int]] = defaultdict(set)
    rows = session.execute(
        sa.select(ExternalId.record_id, ExternalId.source, ExternalId.external_id).where(
            checked(ExternalId.organisation_id, organisation_id),
            ExternalId.kind == RecordKind.OWNER,
            among(session, ExternalId.record_id, ids),
        )
    )
    for owner_id, source, external_id in rows:
        names[owner_id].add(external_id_key(source=source, external_id=external_id))
    found = {}
    for owner in owners:
        facts = facts_of(owner)
        assert isinstance(facts, OwnerFacts)  # noqa: S101 - an owner's
        keys = owner_keys(facts, pets.get(owner.id, ()), source="", external_id="")
        found[owner.id] = frozenset(keys) | names.get(owner.id, set())
    return found


def _pets(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, list[PetFacts]]:
    pets: dict[UUID, list[PetFacts]] = defaultdict(list)
    rows = session.execute(
        sa.select(Pet.owner_id, Pet.name, Pet.microchip)
        .where(
            checked(Pet.organisation_id, organisation_id),
            among(session, Pet.owner_id, ids),
            Pet.archived_at.is_(None),
        )
        .order_by(Pet.id)
    )
    for owner_id, name, microchip in rows:
        pets[owner_id].append(PetFacts(name=name, microchip=microchip))
    return pets


def _held(
    session: Session, organisation_id: UUID, ids: Collection[UUID]
) -> dict[UUID, list[tuple[int, int]]]:
    """By owner the keys that count for everybody, each with its row; not those of plans under way."""
    promoted = sa.select(Import.id).where(
        Import.organisation_id == organisation_id, Import.state.in_(PROMOTED)
    )
    rows = session.execute(
        sa.select(MatchKey.owner_id, MatchKey.key, MatchKey.id).where(
            checked(MatchKey.organisation_id, organisation_id),
            among(session, MatchKey.owner_id, ids),
            sa.or_(MatchKey.import_id.is_(None), MatchKey.import_id.in_(promoted)),
        )
    )
    held: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for owner_id, key, row_id in rows:
        held[owner_id].append((key, row_id))
    return held
