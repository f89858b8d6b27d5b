"""What people have answered about two people in earlier imports: who is kept apart, and who is one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.states import PROMOTED
from phcs.models.imports import Import, SourceTable
from phcs.models.plans import KeptAnswer, LedgerRow
from phcs.models.records import Owner
from phcs.queries.among import among

MOST_SHOWN = 100


def has_kept_answers(session: Session, *, organisation_id: UUID) -> bool:
    """Whether anything was ever kept: if not, nobody needs to be looked up."""
    any_of = sa.select(KeptAnswer.person).where(KeptAnswer.organisation_id == organisation_id).limit(1)
    return session.scalar(any_of) is not None


def kept_answers(
    session: Session, *, organisation_id: UUID, persons: Collection[str]
) -> dict[str, dict[UUID, bool]]:
    """By incoming person (`core.matching.incoming`) and owner: True for the same, False for people kept apart.

    One query. "The same" counts once the import in which it was said is promoted.
    """
    promoted = sa.select(Import.id).where(
        Import.organisation_id == organisation_id, Import.state.in_(PROMOTED)
    )
    rows = session.execute(
        sa.select(KeptAnswer.person, KeptAnswer.owner_id, KeptAnswer.same).where(
            KeptAnswer.organisation_id == organisation_id,
            among(session, KeptAnswer.person, persons),
            sa.or_(KeptAnswer.same.is_(False), KeptAnswer.import_id.in_(promoted)),
        )
    )
    found: dict[str, dict[UUID, bool]] = defaultdict(dict)
    for person, owner_id, same in rows:
        found[person][owner_id] = same
    return dict(found)


def kept_apart(
    session: Session, *, organisation_id: UUID, persons: Collection[str]
) -> dict[str, frozenset[UUID]]:
    """By incoming person: the owners who are somebody else, because a person said so. One query."""
    answers = kept_answers(session, organisation_id=organisation_id, persons=persons)
    return {
        person: frozenset(owner_id for owner_id, same in owners.items() if not same)
        for person, owners in answers.items()
    }


MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class KeptAnswerLine:
    """One answer about an owner, as the owner's page shows it.

    `other_id` and `other_name` are who the row became, as far as that is another owner who is still there.
    """

    person: str
    same: bool
    import_id: UUID
    file_name: str
    row_no: int
    by: str
    at: datetime
    other_id: UUID | None
    other_name: str
    table_name: str
    """The row's table, '' for the first one."""


def _later_table(organisation_id: UUID) -> sa.ColumnElement[bool]:
    """The table that an answer's row stands in, where it is not the first one."""
    return sa.and_(
        SourceTable.import_id == KeptAnswer.import_id,
        SourceTable.table_no == KeptAnswer.table_no,
        SourceTable.organisation_id == organisation_id,
        SourceTable.table_no > 1,
    )


def kept_answers_about(
    session: Session, *, organisation_id: UUID, owner_id: UUID
) -> tuple[KeptAnswerLine, ...]:
    """What people answered about this owner for ever, newest first; the newest hundred."""
    rows = session.execute(
        sa.select(KeptAnswer, Import.file_name, Owner.id, Owner.full_name, SourceTable.name)
        .join(Import, sa.and_(Import.id == KeptAnswer.import_id, Import.organisation_id == organisation_id))
        .outerjoin(
            LedgerRow,
            sa.and_(
                LedgerRow.import_id == KeptAnswer.import_id,
                LedgerRow.table_no == KeptAnswer.table_no,
                LedgerRow.row_no == KeptAnswer.row_no,
                LedgerRow.organisation_id == organisation_id,
                LedgerRow.owner_id != owner_id,
            ),
        )
        .outerjoin(Owner, sa.and_(Owner.id == LedgerRow.owner_id, Owner.organisation_id == organisation_id))
        .outerjoin(SourceTable, _later_table(organisation_id))
        .where(KeptAnswer.organisation_id == organisation_id, KeptAnswer.owner_id == owner_id)
        .order_by(KeptAnswer.decided_at.desc(), KeptAnswer.person)
        .limit(MOST_SHOWN)
    )
    return tuple(
        KeptAnswerLine(
            kept.person,
            kept.same,
            kept.import_id,
            file_name,
            kept.row_no,
            kept.decided_by_name,
            kept.decided_at,
            other_id,
            name or "",
            table_name or "",
        )
        for kept, file_name, other_id, name, table_name in rows
    )
