"""Match keys and name frequencies of the owners that are there, written anew when the rules of keys have changed."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.keys import KEYS_VERSION
from phcs.core.records import OwnerFacts
from phcs.extensions import db
from phcs.models.organisations import Organisation
from phcs.models.records import NameFrequency, Owner
from phcs.services.name_counts import MOST_PARTS_HELD, NameTally
from phcs.services.owner_keys import renew_keys
from phcs.services.transactions import transaction

OWNERS_AT_ONCE = 2_000
Told = Callable[[int], None]


def rebuild_keys(*, organisation_id: UUID, told: Told = lambda _: None) -> int:
    """Write keys and frequencies of all owners anew, all of it or nothing; gives how many owners there are.

    Nobody changes live records meanwhile. Plans that were made by the former rules are made anew. `told` hears
    how many owners are done. Memory does not grow with their number.
    """
    done = 0
    with transaction() as session:
        organisation = session.get_one(Organisation, organisation_id, with_for_update={"key_share": True})
        session.execute(
            sa.delete(NameFrequency)
            .where(NameFrequency.organisation_id == organisation_id)
            .execution_options(synchronize_session=False)
        )
        tally = NameTally()
        for owners in _owners(session, organisation_id):
            renew_keys(session, organisation_id, owners)
            for owner in owners:
                tally.add(
                    OwnerFacts(
                        full_name=owner.full_name,
                        given_name=owner.given_name,
                        family_name=owner.family_name,
                    )
                )
                session.expunge(owner)
            tally.keep(session, organisation_id, over=MOST_PARTS_HELD)
            done += len(owners)
            told(done)
        tally.keep(session, organisation_id)
        organisation.keys_version = KEYS_VERSION
        organisation.record_epoch += 1
    return done


def rebuild_where_old(*, organisation_id: UUID) -> None:
    """Write keys and frequencies anew if they are of an earlier version of the rules."""
    version = db.session.scalar(
        sa.select(Organisation.keys_version).where(Organisation.id == organisation_id)
    )
    db.session.rollback()
    if version is not None and version < KEYS_VERSION:
        rebuild_keys(organisation_id=organisation_id)


def _owners(session: Session, organisation_id: UUID) -> Iterator[Sequence[Owner]]:
    after: UUID | None = None
    while True:
        later = () if after is None else (Owner.id > after,)
        owners = session.scalars(
            sa.select(Owner)
            .where(Owner.organisation_id == organisation_id, Owner.merged_into.is_(None), *later)
            .order_by(Owner.id)
            .limit(OWNERS_AT_ONCE)
        ).all()
        if not owners:
            return
        after = owners[-1].id
        yield owners
