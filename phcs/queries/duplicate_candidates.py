"""Live owners who share a key, in bulk: who is to be compared with whom, and everything that comparing them needs."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.frequencies import NameFrequencies
from phcs.core.matching.known import WEAK_CAP, KnownOwner, KnownPet, most_holders
from phcs.core.merging.pairs import pairs_among
from phcs.core.merging.words import PairAnswer
from phcs.core.records import RecordKind
from phcs.models.merges import DuplicatePair
from phcs.models.records import ExternalId, MatchKey, Owner, Pet
from phcs.queries.among import among, checked
from phcs.queries.key_holders import KeyHolders, key_holders
from phcs.queries.live_facts import facts_of
from phcs.queries.name_frequencies import FrequencyReader
from phcs.queries.planned_records import WorldScope, owner_facts, pet_facts

PAIRS_AT_ONCE = 2_000
NO_IMPORT = UUID(int=0)
Ids = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Some pairs, the smaller id first, with their owners, the keys that led to them, and what people said apart."""

    pairs: tuple[Ids, ...]
    owners: dict[UUID, KnownOwner]
    keys: dict[UUID, tuple[int, ...]]
    crowded: frozenset[int]
    frequencies: NameFrequencies


def live_owner_count(session: Session, *, organisation_id: UUID) -> int:
    """How many owners there are to compare."""
    asked = sa.select(sa.func.count()).where(
        Owner.organisation_id == organisation_id, Owner.archived_at.is_(None)
    )
    return session.scalar(asked) or 0


def crowded_key_count(session: Session, *, organisation_id: UUID) -> int:
    """How many keys are passed over because too many owners hold them."""
    held = (
        sa.select(MatchKey.key, sa.func.count(MatchKey.owner_id.distinct()))
        .where(MatchKey.organisation_id == organisation_id)
        .group_by(MatchKey.key)
        .having(sa.func.count() > WEAK_CAP)
    )
    return sum(number > most_holders(key) for key, number in session.execute(held))


def owners_after(session: Session, *, organisation_id: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """The next owners in the order of their ids."""
    later = () if after is None else (Owner.id > after,)
    asked = (
        sa.select(Owner.id)
        .where(Owner.organisation_id == organisation_id, Owner.archived_at.is_(None), *later)
        .order_by(Owner.id)
        .limit(limit)
    )
    return list(session.scalars(asked))


def candidates_of(
    session: Session, *, organisation_id: UUID, owners: Collection[UUID], frequencies: FrequencyReader
) -> Iterator[Candidates]:
    """Who shares a key with one of these owners and has a greater id, some thousand pairs at a time.

    Pairs that people said are different are left out, also where one of the two has been merged since.
    """
    keys = set(
        session.scalars(
            sa.select(MatchKey.key).where(
                checked(MatchKey.organisation_id, organisation_id), among(session, MatchKey.owner_id, owners)
            )
        )
    )
    holders = key_holders(session, WorldScope(organisation_id, NO_IMPORT, ""), keys)
    pairs: list[Ids] = []
    for pair in pairs_among(holders.by_owner, owners):
        pairs.append(pair)
        if len(pairs) == PAIRS_AT_ONCE:
            yield _candidates(session, organisation_id, pairs, holders, frequencies)
            pairs = []
    if pairs:
        yield _candidates(session, organisation_id, pairs, holders, frequencies)


def _candidates(
    session: Session,
    organisation_id: UUID,
    pairs: Collection[Ids],
    holders: KeyHolders,
    frequencies: FrequencyReader,
) -> Candidates:
    ids = {owner for pair in pairs for owner in pair}
    owners = {owner.id: owner for owner in _owners(session, organisation_id, ids)}
    apart = _kept_apart(session, organisation_id, owners)
    return Candidates(
        pairs=tuple(pair for pair in pairs if owners.keys() >= set(pair) and pair not in apart),
        owners=owners,
        keys={owner_id: tuple(holders.by_owner.get(owner_id, ())) for owner_id in owners},
        crowded=holders.crowded,
        frequencies=frequencies.of_names(session, [owner.facts for owner in owners.values()]),
    )


def _owners(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> Iterator[KnownOwner]:
    pets: dict[UUID, list[KnownPet]] = defaultdict(list)
    for pet in session.scalars(
        sa.select(Pet)
        .where(
            checked(Pet.organisation_id, organisation_id),
            among(session, Pet.owner_id, ids),
            Pet.archived_at.is_(None),
        )
        .order_by(Pet.id)
    ):
        pets[pet.owner_id].append(
            KnownPet(pet.id, pet.version, planned=False, facts=pet_facts(facts_of(pet)))
        )
    names: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for record_id, source, external_id in session.execute(
        sa.select(ExternalId.record_id, ExternalId.source, ExternalId.external_id).where(
            checked(ExternalId.organisation_id, organisation_id),
            ExternalId.kind == RecordKind.OWNER,
            among(session, ExternalId.record_id, ids),
        )
    ):
        names[record_id].add((source, external_id))
    for owner in session.scalars(
        sa.select(Owner).where(
            checked(Owner.organisation_id, organisation_id),
            among(session, Owner.id, ids),
            Owner.archived_at.is_(None),
        )
    ):
        yield KnownOwner(
            id=owner.id,
            version=owner.version,
            planned=False,
            row_no=0,
            facts=owner_facts(facts_of(owner)),
            external_ids=frozenset(names.get(owner.id, ())),
            pets=pets.get(owner.id, []),
        )


def _kept_apart(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> set[Ids]:
    """The pairs that a person said are different; what was said of a merged owner holds for who it is now."""
    now = _now_part_of(session, organisation_id, ids)
    rows = session.execute(
        sa.select(DuplicatePair.owner_a, DuplicatePair.owner_b).where(
            checked(DuplicatePair.organisation_id, organisation_id),
            DuplicatePair.answer == PairAnswer.DIFFERENT,
            sa.or_(
                among(session, DuplicatePair.owner_a, now.keys()),
                among(session, DuplicatePair.owner_b, now.keys()),
            ),
        )
    )
    pairs = (sorted((now.get(a, a), now.get(b, b))) for a, b in rows)
    return {(first, second) for first, second in pairs}


def _now_part_of(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """These owners, and those that were merged into them, each with the owner that they are now."""
    found = {owner_id: owner_id for owner_id in ids}
    newest: Collection[UUID] = ids
    while newest:
        rows = session.execute(
            sa.select(Owner.id, Owner.merged_into).where(
                checked(Owner.organisation_id, organisation_id), among(session, Owner.merged_into, newest)
            )
        ).all()
        newest = {row.id for row in rows} - found.keys()
        found |= {row.id: found[row.merged_into] for row in rows if row.id in newest}
    return found
