"""The mark of an import: another one as soon as anything is another that the answer about it holds."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.retention import KeepDays
from phcs.core.states import ENDS, WAITING_FOR_PERSON
from phcs.core.undoing import Direction, ReversalState
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable
from phcs.models.reversals import Reversal
from phcs.queries.import_marks import import_mark
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import build_import, build_review, change_behind_the_back, visits

Db = scoped_session[Session]
KEEP = KeepDays(files=7, staged=30, undo=30)

KEPT = {"id", "organisation_id", "import_id", "table_no", "state"}
"""What stays as it is here: keys, and the state, which is tested alone."""


def marked(organisation_id: UUID, import_id: UUID, keep: KeepDays = KEEP) -> str:
    db.session.rollback()
    return import_mark(db.session(), organisation_id=organisation_id, import_id=import_id, keep=keep)


def another(column: sa.ColumnElement[Any]) -> Any:
    """A value that no column of an import in review has."""
    kinds: dict[type, Any] = {str: "x", bool: True, int: 77, dict: {"x": 1}, list: ["x"], UUID: uuid4()}
    return kinds.get(column.type.python_type, NOW + timedelta(days=900))


def test_whatever_changes_of_an_import_that_waits_its_mark_is_another(session: Db) -> None:
    actor = actor_of(build_person())
    import_id = build_review(actor=actor, content=visits(1))
    columns = [
        one for table in (Import, SourceTable) for one in table.__table__.columns if one.name not in KEPT
    ]
    marks = [marked(actor.organisation_id, import_id)]
    same = marked(actor.organisation_id, import_id)

    for column in columns:
        table = Import if column.table is Import.__table__ else SourceTable
        change_behind_the_back(table, **{column.name: another(column)})
        marks.append(marked(actor.organisation_id, import_id))

    unseen = [
        str(column)
        for column, (before, after) in zip(columns, pairwise(marks), strict=True)
        if before == after
    ]
    assert (same, unseen) == (marks[0], [])


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_state_dates_kept_and_reversals_change_the_mark_of_an_import_that_nobody_works_on(
    session: Db,
) -> None:
    actor = actor_of(build_person())
    import_id = build_import(actor=actor, content=visits(1))
    marks = []
    for state in sorted(ENDS | WAITING_FOR_PERSON):
        change_behind_the_back(Import, state=state)
        marks.append(marked(actor.organisation_id, import_id))
    marks.append(marked(actor.organisation_id, import_id, replace(KEEP, undo=90)))
    with transaction() as writing:
        writing.add(
            Reversal(
                id=new_id(),
                organisation_id=actor.organisation_id,
                import_id=import_id,
                number=1,
                direction=Direction.UNDO,
                state=ReversalState.DONE,
                counts={},
                finished_at=NOW,
                requested_by_kind="person",
                requested_by_name="Ana",
                requested_at=NOW,
            )
        )
    marks.append(marked(actor.organisation_id, import_id))

    assert len(set(marks)) == len(ENDS | WAITING_FOR_PERSON) + 2
