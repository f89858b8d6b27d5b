"""What is to be taken back, record by record: a promotion's changes out of its plan, or those of a reversal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.planning import Action, PlannedAction, action_from_stored
from phcs.core.records import RecordKind
from phcs.core.undoing import Effect, Presence, RecordChange, StatedName
from phcs.models.imports import Import, SourceTable
from phcs.models.plans import PlanAction
from phcs.models.reversals import Reversal, ReversalAction
from phcs.queries.among import checked
from phcs.queries.live_facts import LISTS, PLAIN, column_value, fact_value
from phcs.queries.stored_values import hex_text, json_text, word

Place = UUID | int | None
"""Where reading goes on: after this record of a plan, or after this ordinal of a reversal."""


@dataclass(frozen=True, slots=True)
class SourceChunk:
    """Some changes in the order of their records, and the place after them; None at the end.

    `titles` are what people call records, where an earlier reversal has kept that.
    """

    changes: tuple[RecordChange, ...]
    after: Place
    titles: dict[UUID, str] = field(default_factory=dict)


def normal_fact(name: str, value: Any) -> Any:
    """A fact as the live record would give it back, with lists for tuples."""
    if name in PLAIN:
        return value or ""
    found = fact_value(name, column_value(name, value))
    return list(found) if name in LISTS else found


def normal_change(change: RecordChange) -> RecordChange:
    """The change of a created record with its facts as the live record would give them back."""
    left = {name: normal_fact(name, value) for name, value in change.facts_left.items()}
    return replace(change, facts_left=left)


def promoted_changes(
    session: Session, found: Import, kind: RecordKind, *, after: Place, limit: int
) -> SourceChunk:
    """What promoting did to the next records of a kind, in the order of their ids; whole records at a time."""
    asked = _plan_actions(session, found, kind)
    if after is not None:
        asked = asked.where(PlanAction.record_id > after)
    rows: Sequence[Any] = session.execute(asked.limit(limit)).all()
    if len(rows) == limit:
        rows = _whole_records(session, found, kind, rows)
    if not rows:
        return SourceChunk((), None)
    actions = _placed_actions(rows, _own_sources(session, found))
    records = [list(group) for _, group in groupby(actions, key=lambda one: one.planned.record_id)]
    changes = (_promoted(record) for record in records)
    # An owner that was only linked may have got match keys by it, which the plan does not tell.
    told = tuple(one for one in changes if one.does_something or kind is RecordKind.OWNER)
    return SourceChunk(told, actions[-1].planned.record_id)


class _PlacedAction(NamedTuple):
    """An action of a plan, where it stands, and its table's source; '' for the import's own."""

    table_no: int
    row_no: int
    source: str
    planned: PlannedAction


def _placed_actions(rows: Sequence[Any], sources: Mapping[int, str]) -> list[_PlacedAction]:
    return [
        _PlacedAction(table_no, row_no, sources.get(table_no, ""), action_from_stored(tuple(stored)))
        for table_no, row_no, *stored in rows
    ]


def _own_sources(session: Session, found: Import) -> dict[int, str]:
    """The sources of the import's tables that have another than the import."""
    rows = session.execute(
        sa.select(SourceTable.table_no, SourceTable.source).where(
            SourceTable.organisation_id == found.organisation_id, SourceTable.import_id == found.id
        )
    )
    return {table_no: source for table_no, source in rows if source and source != found.source}


def _plan_actions(session: Session, found: Import, kind: RecordKind) -> sa.Select[Any]:
    """Like `stored_plan.actions_between`, but record by record."""
    return (
        sa.select(
            PlanAction.table_no,
            PlanAction.row_no,
            word(PlanAction.kind),
            PlanAction.action,
            hex_text(session, PlanAction.record_id).label("record"),
            hex_text(session, PlanAction.parent_id),
            PlanAction.base_version,
            PlanAction.external_id,
            json_text(session, PlanAction.body),
        )
        .where(
            checked(PlanAction.organisation_id, found.organisation_id),
            PlanAction.import_id == found.id,
            checked(PlanAction.kind, kind),
        )
        .order_by(PlanAction.record_id, PlanAction.table_no, PlanAction.row_no, PlanAction.ordinal)
    )


def _whole_records(session: Session, found: Import, kind: RecordKind, rows: Sequence[Any]) -> Sequence[Any]:
    """Leave the last record to the next chunk, or, when it is the only one, take all of it."""
    last = rows[-1].record
    if rows[0].record != last:
        return [row for row in rows if row.record != last]
    return session.execute(
        _plan_actions(session, found, kind).where(PlanAction.record_id == UUID(last))
    ).all()


def _promoted(actions: Sequence[_PlacedAction]) -> RecordChange:
    """Everything that the rows of a plan did to one record, as one change."""
    table_no, first_row, _, first = actions[0]
    is_new = first.action is Action.CREATE
    facts: dict[str, list[Any]] = {}
    names: dict[tuple[str, str], StatedName] = {}
    left = dict(first.facts)
    attached: dict[UUID, None] = {}
    version = 1
    for _, _, source, one in actions:
        for name, (old, new) in one.changes.items():
            facts[name] = [facts[name][0] if name in facts else old, new]
            left[name] = new
        if one.external_id and one.imported:
            names[source, one.external_id] = StatedName(
                one.external_id,
                stated=True,
                imported=one.imported,
                imported_rows=one.imported_rows,
                source=source,
            )
        attached.update(dict.fromkeys(one.pet_ids))
        version = max(version, one.base_version + bool(one.changes))
    return RecordChange(
        kind=first.kind,
        record_id=first.record_id,
        row_no=first_row,
        presence=Presence.CREATED if is_new else Presence.STAYED,
        version=version,
        facts_left={name: value for name, value in left.items() if value} if is_new else {},
        facts={}
        if is_new
        else {name: [normal_fact(name, one) for one in pair] for name, pair in facts.items()},
        names=tuple(names.values()),
        attached=tuple(attached),
        table_no=table_no,
    )


def reversed_changes(
    session: Session, reversal: Reversal, kind: RecordKind, *, after: Place, limit: int
) -> SourceChunk:
    """What an earlier reversal did to the next records of a kind."""
    rows = session.execute(
        sa.select(
            ReversalAction.ordinal,
            ReversalAction.record_id,
            ReversalAction.row_no,
            ReversalAction.table_no,
            ReversalAction.name,
            ReversalAction.body,
        )
        .where(
            ReversalAction.organisation_id == reversal.organisation_id,
            ReversalAction.reversal_id == reversal.takes_back,
            ReversalAction.ordinal > (after if isinstance(after, int) else 0),
            ReversalAction.kind == kind,
            ReversalAction.effect != Effect.NONE.value,
        )
        .order_by(ReversalAction.ordinal)
        .limit(limit)
    ).all()
    changes = tuple(
        RecordChange.from_json(
            row.body["change"],
            kind=kind,
            record_id=row.record_id,
            row_no=row.row_no,
            table_no=row.table_no,
        )
        for row in rows
    )
    titles = {row.record_id: row.name for row in rows}
    return SourceChunk(changes, rows[-1].ordinal if rows else None, titles)
