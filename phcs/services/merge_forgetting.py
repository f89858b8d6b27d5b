"""What a merge keeps to be undone is a copy of personal data: it goes when the merge cannot be undone any more."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from phcs.core.actors import process_actor
from phcs.core.merging.words import MergeState
from phcs.extensions import db
from phcs.models.merges import OwnerMerge
from phcs.services.auditing import record
from phcs.services.transactions import transaction

PURGER = "the purge"


def forget_merges(*, now: datetime, undo_days: int) -> int:
    """Empty what undoing needs of merges that are undone or older than this; gives how many there were.

    The merges stay, with who, when and how many. One audit event for each organisation; safe to kill and to repeat.
    """
    over = sa.or_(
        OwnerMerge.merged_at <= now - timedelta(days=undo_days), OwnerMerge.state == MergeState.UNDONE
    )
    due = sa.and_(OwnerMerge.forgotten_at.is_(None), over)
    organisations = db.session.scalars(sa.select(OwnerMerge.organisation_id).where(due).distinct()).all()
    number = 0
    for organisation_id in organisations:
        with transaction() as session:
            done = session.execute(
                sa.update(OwnerMerge)
                .where(OwnerMerge.organisation_id == organisation_id, due)
                .values(body={}, forgotten_at=now)
                .execution_options(synchronize_session=False)
            )
            emptied = int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result counts its rows
            if emptied:
                record(
                    session,
                    actor=process_actor(organisation_id=organisation_id, name=PURGER),
                    now=now,
                    action="merges.forgotten",
                    detail={"merges": emptied},
                )
            number += emptied
    return number
