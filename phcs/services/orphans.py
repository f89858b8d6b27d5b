"""A person decides about rows whose owner, pet or invoice is not there, for all alike; the plan is made anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.findings import FindingCode
from phcs.core.planning import OrphanChoice
from phcs.core.planning.orphans import ORPHAN_CODES
from phcs.core.row_places import table_named
from phcs.models.imports import Import
from phcs.models.orphans import OrphansDecided
from phcs.models.records import Owner
from phcs.queries.import_tables import table_names
from phcs.queries.orphans import OrphanGroup, orphan_groups
from phcs.services.replanning import import_in_review, plan_anew


@dataclass(frozen=True, slots=True)
class GivenDecision:
    """What a person decides about the orphans of one table with one reason; None takes a decision back."""

    table_no: int
    code: str
    choice: OrphanChoice | None
    owner_id: UUID | None = None


def decide_orphans(
    *, actor: Actor, now: datetime, import_id: UUID, decisions: Sequence[GivenDecision]
) -> None:
    """Keep decisions, all of them or none, and have the plan made anew with them.

    Without a decision rows are held back. Raises InvalidInputError where the plan has no such rows or an owner is not
    among the live ones, WrongStateError when the import is not in review.
    """
    if not decisions:
        raise InvalidInputError("These choices change nothing: the plan holds them already.")
    with import_in_review(actor, import_id) as (session, found):
        groups = {
            (group.table_no, str(group.code)): group
            for group in orphan_groups(session, organisation_id=found.organisation_id, import_id=found.id)
        }
        told = [_keep(session, found, one, groups, actor=actor, now=now) for one in decisions]
        plan_anew(
            session,
            found,
            actor=actor,
            now=now,
            action="import.orphans_decided",
            detail={"decisions": told},
        )


def _keep(
    session: Session,
    found: Import,
    one: GivenDecision,
    groups: dict[tuple[int, str], OrphanGroup],
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Keep one decision in place of an earlier one; gives what the audit trail tells of it."""
    group = groups.get((one.table_no, one.code))
    if group is None or one.code not in ORPHAN_CODES:
        names = table_names(session, organisation_id=found.organisation_id, import_id=found.id)
        table = table_named(one.table_no, names)
        raise InvalidInputError(
            f"No rows of {table} ask what becomes of them for this reason. Look at the list again."
        )
    owner_id = _require_owner(session, found, one) if one.choice is OrphanChoice.OWNER else None
    session.execute(
        sa.delete(OrphansDecided).where(
            OrphansDecided.organisation_id == found.organisation_id,
            OrphansDecided.import_id == found.id,
            OrphansDecided.table_no == one.table_no,
            OrphansDecided.code == one.code,
        )
    )
    if one.choice is not None:
        session.add(
            OrphansDecided(
                import_id=found.id,
                table_no=one.table_no,
                code=one.code,
                organisation_id=found.organisation_id,
                table_name=group.table_name,
                choice=one.choice,
                owner_id=owner_id,
                decided_by=actor.id,
                decided_by_name=actor.name,
                decided_at=now,
            )
        )
    session.flush()
    return {
        "table": one.table_no,
        "code": one.code,
        "choice": one.choice.value if one.choice else "",
        "owner": str(owner_id or ""),
        "rows": group.rows,
    }


def _require_owner(session: Session, found: Import, one: GivenDecision) -> UUID:
    known = session.scalar(
        sa.select(Owner.id).where(
            Owner.organisation_id == found.organisation_id,
            Owner.id == one.owner_id,
            Owner.archived_at.is_(None),
        )
    )
    if known is None:
        raise InvalidInputError("Choose the owner to whom these rows go: this one is not there.")
    return known


def orphan_code_named(text: str) -> FindingCode:
    """The reason that a form or a program names. Raises InvalidInputError for any other."""
    for code in ORPHAN_CODES:
        if text == code.value:
            return code
    raise InvalidInputError(f"The reason is one of {', '.join(code.value for code in ORPHAN_CODES)}.")
