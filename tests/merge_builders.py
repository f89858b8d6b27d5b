"""Merges to start a test with: two owners by their names, as they are now."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.models.records import Owner
from phcs.queries.merges import MergePage, merge_page
from phcs.services.merge_undoing import undo_merge
from phcs.services.merging import MergeChoices, OwnerAt, merge_owners
from tests.builders import NOW
from tests.undo_builders import UNDO_DAYS

Db = scoped_session[Session]


def owner_called(session: Db, name: str) -> Owner:
    """The one owner of this name as it is now, and as it stays in the test's hands."""
    return loaded(session, Owner.full_name == name)


def loaded(session: Db, condition: sa.ColumnElement[bool]) -> Owner:
    """The one owner that this holds for, detached."""
    session.rollback()
    found = session.scalars(sa.select(Owner).where(condition)).one()
    session.expunge(found)
    return found


def merge(actor: Actor, kept: Owner, other: Owner, *, now: datetime = NOW, **choices: Any) -> UUID:
    """Merge two owners as they were loaded."""
    return merge_owners(
        actor=actor,
        now=now,
        keep=OwnerAt(kept.id, kept.version),
        other=OwnerAt(other.id, other.version),
        choices=MergeChoices(**choices),
    )


def merge_at(session: Db, actor: Actor, kept: str, other: str, **choices: Any) -> UUID:
    """Merge two owners, by their names, as they are now."""
    return merge(actor, owner_called(session, kept), owner_called(session, other), **choices)


def merge_seen(session: Db, actor: Actor, merge_id: UUID) -> MergePage:
    """The merge as its page shows it now."""
    session.rollback()
    return merge_page(session(), organisation_id=actor.organisation_id, merge_id=merge_id)


def undone_at(session: Db, actor: Actor, merge_id: UUID, **given: Any) -> None:
    """Undo a merge as its page shows it now."""
    found = merge_seen(session, actor, merge_id).undo
    fingerprint = found.fingerprint if found else ""
    usual = {"now": NOW, "fingerprint": fingerprint, "undo_days": UNDO_DAYS}
    undo_merge(actor=actor, merge_id=merge_id, **{**usual, **given})
