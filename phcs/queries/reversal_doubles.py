"""Owners that a redo would bring back although somebody has brought the same people since their undo."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.undoing import Presence, RecordChange
from phcs.models.records import Owner
from phcs.models.reversals import Reversal
from phcs.queries.among import among
from phcs.queries.reversal_needs import UndoScope

Contact = tuple[str, str, str]


def doubles_of(session: Session, scope: UndoScope, changes: Sequence[RecordChange]) -> dict[UUID, UUID]:
    """The removed owners of which there is another one by now, each with that one; in two queries.

    It is the same person for sure: made after the undo by anybody else, with the same name, phone and e-mail address,
    of which one at least is known. Whoever has an id of the source is found by that.
    """
    removed = {
        one.record_id: _contact(one)
        for one in changes
        if one.presence is Presence.REMOVED and not one.names and any(_contact(one)[1:])
    }
    if not removed:
        return {}
    taken_back = (
        sa.select(Reversal.takes_back)
        .where(Reversal.organisation_id == scope.organisation_id, Reversal.id == scope.reversal_id)
        .scalar_subquery()
    )
    undone_at = sa.select(Reversal.finished_at).where(
        Reversal.organisation_id == scope.organisation_id, Reversal.id == taken_back
    )
    rows = session.execute(
        sa.select(Owner.id, Owner.full_name, Owner.phone, Owner.email)
        .where(
            Owner.organisation_id == scope.organisation_id,
            among(session, Owner.full_name, {name for name, _, _ in removed.values()}),
            Owner.created_at > undone_at.scalar_subquery(),
            Owner.archived_at.is_(None),
        )
        .order_by(Owner.id.desc())
    )
    there: dict[Contact, UUID] = {(name, phone, email): owner_id for owner_id, name, phone, email in rows}
    return {record_id: there[contact] for record_id, contact in removed.items() if contact in there}


def _contact(one: RecordChange) -> Contact:
    facts = one.record.get("facts", {})
    return facts.get("full_name", ""), facts.get("phone", ""), facts.get("email", "")
