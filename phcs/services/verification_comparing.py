"""Rows of a promoted import side by side: what the file says, what it was read as, what was there, what is there."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import PurgedError
from phcs.core.permissions import Permission
from phcs.core.planning.actions import Action
from phcs.core.verifying.report import detail_as_json
from phcs.core.verifying.sampling import RowKey, sample_of
from phcs.queries.verification_rows import ledger_keys
from phcs.queries.verification_trail import ImportScope
from phcs.services.verification_counting import count_import
from phcs.services.working import Workshop


class Which(StrEnum):
    """Which rows are put side by side."""

    CHANGED = "changed"
    REJECTED = "rejected"
    SAMPLE = "sample"
    FIRST = "first"


_OUTCOMES = {
    Which.CHANGED: (Action.UPDATE.value, Action.LINK.value, Action.REJECT.value),
    Which.REJECTED: (Action.REJECT.value,),
    Which.SAMPLE: (),
    Which.FIRST: (),
}
_LEADS = {
    Which.CHANGED: "Rows that changed or linked known records, and rows that were rejected",
    Which.REJECTED: "Rows that were rejected",
    Which.SAMPLE: "Rows drawn at random",
    Which.FIRST: "The first rows",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Rows in full as plain data, how many there are of the sort in all, and a sentence that says which they are."""

    file_name: str
    rows: tuple[dict[str, Any], ...]
    of: int
    lead: str


def compare_rows(
    *, actor: Actor, import_id: UUID, which: Which, at_most: int, seed: str = "", workshop: Workshop
) -> Compared:
    """Put rows side by side; nothing is kept. Raises NotFoundError, PurgedError when the file was deleted."""
    actor.require(Permission.SEE_IMPORTS)
    drawn_by = seed or secrets.token_hex(4)
    number = 0

    def draw(session: Session, scope: ImportScope) -> Iterable[RowKey]:
        nonlocal number
        number = sum(1 for _ in ledger_keys(session, scope, outcomes=_OUTCOMES[which]))
        keys = ledger_keys(session, scope, outcomes=_OUTCOMES[which])
        return (
            sample_of(keys, seed=drawn_by, size=at_most) if which is Which.SAMPLE else islice(keys, at_most)
        )

    counted = count_import(
        organisation_id=actor.organisation_id,
        import_id=import_id,
        draw=draw,
        workshop=workshop,
        alive=lambda rows: workshop.told("comparing", rows, 0),
        trail=False,
    )
    if counted.accounts.file_note:
        raise PurgedError(f"{counted.accounts.file_note} There is nothing to put side by side.")
    rows = tuple(detail_as_json(one) for one in counted.details)
    by = f", by the seed “{drawn_by}”" if which is Which.SAMPLE else ""
    lead = f"{_LEADS[which]}{by}: {len(rows):,} of {number:,}."
    return Compared(counted.found.file_name, rows, number, lead)
