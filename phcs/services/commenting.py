"""What people write about an import, to each other: plain text, kept beside it until its rows are deleted."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.row_numbers import MOST_ROWS, stored_places
from phcs.core.row_places import RowPlace, row_named
from phcs.models.imports import Import, StagedRow
from phcs.models.reviews import ImportComment
from phcs.queries.among import at_places
from phcs.queries.import_tables import table_names
from phcs.services import auditing
from phcs.services.identifiers import new_id
from phcs.services.import_moves import find_import
from phcs.services.transactions import transaction

LONGEST = 2_000


def comment_on_import(*, actor: Actor, now: datetime, import_id: UUID, text: str) -> UUID:
    """Add a comment to an import, in whatever state it is; gives the comment's id.

    Raises InvalidInputError for an empty text or one of more than 2,000 characters.
    """
    actor.require(Permission.COMMENT)
    said = text.strip()
    if not said or len(said) > LONGEST or "\x00" in said:
        raise InvalidInputError(f"Write a comment of at most {LONGEST:,} characters.")
    with transaction() as session:
        found = find_import(session, actor, import_id)
        comment_id = add_comment(session, found, actor, now=now, text=said)
        auditing.record_on_import(
            session,
            actor=actor,
            now=now,
            action="import.commented",
            import_id=found.id,
            values={"text": said},
        )
    return comment_id


def add_comment(
    session: Session,
    found: Import,
    actor: Actor,
    *,
    now: datetime,
    text: str,
    sent_back: bool = False,
    rows: Collection[RowPlace] = (),
) -> UUID:
    """Keep what was said; whoever calls tells the audit trail."""
    comment_id = new_id()
    session.add(
        ImportComment(
            id=comment_id,
            import_id=found.id,
            organisation_id=found.organisation_id,
            text=text,
            sent_back=sent_back,
            rows=stored_places(sorted(rows)),
            by=actor.id,
            by_name=actor.name,
            at=now,
        )
    )
    session.flush()
    return comment_id


def require_rows(session: Session, found: Import, rows: Collection[RowPlace]) -> frozenset[RowPlace]:
    """These rows of the file, each once. Raises InvalidInputError for one that it has not, or for too many."""
    wanted = frozenset(rows)
    if len(wanted) > MOST_ROWS:
        raise InvalidInputError(f"Name at most {MOST_ROWS} rows; say the rest in words.")
    there = session.execute(
        sa.select(StagedRow.table_no, StagedRow.row_no).where(
            StagedRow.organisation_id == found.organisation_id,
            StagedRow.import_id == found.id,
            at_places(session, StagedRow, wanted),
        )
    )
    if missing := sorted(wanted - {RowPlace(*row) for row in there}):
        names = table_names(session, organisation_id=found.organisation_id, import_id=found.id)
        raise InvalidInputError(
            f"This file has no {row_named(*missing[0], names)}. Name the rows as the preview counts them."
        )
    return wanted
