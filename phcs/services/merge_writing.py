"""Writing a merge, and its undoing, onto the live tables; each record only at the version it was worked out for."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.editing import RecordChangedError
from phcs.core.merging.done import MergeDone, MergedPet, MovedName
from phcs.core.merging.words import PairAnswer
from phcs.core.planning.changes import Changes
from phcs.core.records import RecordKind
from phcs.models.merges import DuplicatePair
from phcs.models.plans import KeptAnswer
from phcs.models.records import Case, CasePet, ExternalId, FormerExternalId, MatchKey, Owner, Pet
from phcs.queries.among import among, checked
from phcs.queries.live_facts import column_value
from phcs.queries.merging_owners import MergingOwner
from phcs.services import bulk

CHANGED = (
    "Somebody changed one of these records at this moment. Look at the two owners again, then merge them."
)


def write_merge(
    session: Session,
    *,
    organisation_id: UUID,
    kept: MergingOwner,
    other: MergingOwner,
    done: MergeDone,
    now: datetime,
) -> None:
    """Do it all. Raises RecordChangedError when a record is not what it was worked out for."""
    change_record(session, Owner, organisation_id, (kept.id, kept.version), done.facts, now)
    gone: dict[str, Any] = {"archived_at": now, "merged_into": kept.id}
    change_record(session, Owner, organisation_id, (other.id, other.version), {}, now, **gone)
    move_records(session, Pet, organisation_id, done.pets, kept.id, now)
    move_records(session, Case, organisation_id, done.cases, kept.id, now)
    for one in done.merged_pets:
        _merge_pet(session, organisation_id, kept, other, one, now)
    touched = {case for one in done.merged_pets for case in (*one.cases, *one.cases_of_both)}
    raise_versions(session, Case, organisation_id, touched - done.cases.keys(), now)
    move_names(session, organisation_id, done.names)
    move_keys(session, organisation_id, done.keys_moved, kept.id)
    add_keys(session, organisation_id, kept.id, done.keys_added)
    move_answers(session, organisation_id, done.answers, before=other.id, after=kept.id)
    if done.pair_answer is not None:
        answer_pair(session, organisation_id, kept.id, other.id, PairAnswer.MERGED)


def change_record(
    session: Session,
    table: type[Owner] | type[Pet],
    organisation_id: UUID,
    at: tuple[UUID, int],
    changes: Changes,
    now: datetime,
    **columns: Any,
) -> None:
    """Give a record at this version new facts and columns, and its next version; RecordChangedError otherwise."""
    record_id, version = at
    facts = {name: column_value(name, pair[1]) for name, pair in changes.items()}
    written = session.execute(
        sa.update(table)
        .where(table.organisation_id == organisation_id, table.id == record_id, table.version == version)
        .values(**facts, **columns, version=version + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    _require(written, 1)


def move_records(
    session: Session,
    table: type[Pet] | type[Case],
    organisation_id: UUID,
    versions: Mapping[UUID, int],
    owner_id: UUID,
    now: datetime,
) -> None:
    """Give pets or cases to this owner; `versions` are those that they have afterwards."""
    hit = bulk.update_rows(
        session,
        table,
        ("organisation_id", "id", "version"),
        ("owner_id", "version", "updated_at"),
        [
            (owner_id, version, now, organisation_id, record_id, version - 1)
            for record_id, version in versions.items()
        ],
        checked=("organisation_id", "version"),
    )
    if hit != len(versions):
        raise RecordChangedError(CHANGED)


def raise_versions(
    session: Session, table: type[Case], organisation_id: UUID, ids: Collection[UUID], now: datetime
) -> None:
    """Give these records their next version: something that belongs to them is different."""
    if ids:
        session.execute(
            sa.update(table)
            .where(checked(table.organisation_id, organisation_id), among(session, table.id, ids))
            .values(version=table.version + 1, updated_at=now)
            .execution_options(synchronize_session=False)
        )


def move_names(session: Session, organisation_id: UUID, names: Iterable[MovedName]) -> None:
    """Let external ids, and what they said formerly, stand for their new records."""
    for one in names:
        for table in (ExternalId, FormerExternalId):
            session.execute(
                sa.update(table)
                .where(
                    table.organisation_id == organisation_id,
                    table.source == one.source,
                    table.kind == RecordKind(one.kind),
                    table.external_id == one.external_id,
                    table.record_id == one.before,
                )
                .values(record_id=one.after)
                .execution_options(synchronize_session=False)
            )


def move_keys(session: Session, organisation_id: UUID, ids: Collection[int], owner_id: UUID) -> int:
    """Give match keys to this owner; gives how many there still are."""
    if not ids:
        return 0
    moved = session.execute(
        sa.update(MatchKey)
        .where(checked(MatchKey.organisation_id, organisation_id), among(session, MatchKey.id, ids))
        .values(owner_id=owner_id)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)  # type: ignore[attr-defined] # an UPDATE's result counts its rows


def add_keys(session: Session, organisation_id: UUID, owner_id: UUID, keys: Iterable[int]) -> None:
    """Let imports find the owner by these too."""
    bulk.insert_rows(
        session,
        MatchKey,
        ("organisation_id", "key", "owner_id", "import_id"),
        [(organisation_id, key, owner_id, None) for key in keys],
    )


def move_answers(
    session: Session, organisation_id: UUID, persons: Collection[str], *, before: UUID, after: UUID
) -> None:
    """Let what people answered about these people of files hold for another owner."""
    if persons:
        session.execute(
            sa.update(KeptAnswer)
            .where(
                KeptAnswer.organisation_id == organisation_id,
                KeptAnswer.owner_id == before,
                among(session, KeptAnswer.person, persons),
            )
            .values(owner_id=after)
            .execution_options(synchronize_session=False)
        )


def answer_pair(session: Session, organisation_id: UUID, one: UUID, other: UUID, answer: PairAnswer) -> None:
    """Keep what became of the pair, if a search has found the two."""
    first, second = sorted((one, other))
    session.execute(
        sa.update(DuplicatePair)
        .where(
            DuplicatePair.organisation_id == organisation_id,
            DuplicatePair.owner_a == first,
            DuplicatePair.owner_b == second,
        )
        .values(answer=answer)
        .execution_options(synchronize_session=False)
    )


def _merge_pet(
    session: Session,
    organisation_id: UUID,
    kept: MergingOwner,
    other: MergingOwner,
    one: MergedPet,
    now: datetime,
) -> None:
    into, gone = kept.pet(one.into), other.pet(one.pet_id)
    change_record(session, Pet, organisation_id, (into.id, into.version), one.facts, now)
    archived: dict[str, Any] = {"archived_at": now, "merged_into": into.id}
    change_record(session, Pet, organisation_id, (gone.id, gone.version), {}, now, **archived)
    replace_pet(session, organisation_id, one.cases, before=gone.id, after=into.id)
    detach_pet(session, organisation_id, one.cases_of_both, gone.id)


def replace_pet(
    session: Session, organisation_id: UUID, cases: Collection[UUID], *, before: UUID, after: UUID
) -> None:
    """Let these cases be about another pet."""
    if cases:
        session.execute(
            sa.update(CasePet)
            .where(
                checked(CasePet.organisation_id, organisation_id),
                CasePet.pet_id == before,
                among(session, CasePet.case_id, cases),
            )
            .values(pet_id=after)
            .execution_options(synchronize_session=False)
        )


def detach_pet(session: Session, organisation_id: UUID, cases: Collection[UUID], pet_id: UUID) -> None:
    """Take a pet off cases that are about another one too."""
    if cases:
        session.execute(
            sa.delete(CasePet)
            .where(
                checked(CasePet.organisation_id, organisation_id),
                CasePet.pet_id == pet_id,
                among(session, CasePet.case_id, cases),
            )
            .execution_options(synchronize_session=False)
        )


def _require(written: Any, wanted: int) -> None:
    if written.rowcount != wanted:
        raise RecordChangedError(CHANGED)
