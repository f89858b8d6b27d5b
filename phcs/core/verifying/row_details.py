"""A row put side by side for people: cells, what they were read as, what PHCS says, and why it differs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from phcs.core.mapping.feeding import fed_facts
from phcs.core.verifying.columns import ColumnAccount, ColumnFate
from phcs.core.verifying.details import CellDetail, FactDetail, RecordDetail, RowDetail
from phcs.core.verifying.looks import ChunkWorld, PlannedRecord, RowLook, fact_verdict
from phcs.core.verifying.stated import StatedRecord
from phcs.core.verifying.verdicts import Explained, RowPlace, Verdict

_NOT_KEPT = "(not kept)"
_READ_AS = {
    "phone": "Written as an international number.",
    "phone2": "Written as an international number.",
    "status": "Read as one of the words that PHCS has for it.",
    "services": "Read as one of the words that PHCS has for it.",
    "species": "Read as one of the words that PHCS has for it.",
    "outcome": "Read together with the tags.",
    "tags": "Read as a list.",
    "email": "Written in lower case, without what does not belong to the address.",
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T|\Z)")


def how_read(name: str, given: str, stated: Any) -> str:
    """Why a value is not spelled as in the file; '' where it is, or where no cell of its own gave it."""
    if not given or given == str(stated):
        return ""
    if name in _READ_AS:
        return _READ_AS[name]
    if isinstance(stated, str) and _MOMENT.match(stated):
        return "Written as a date, times in UTC."
    return "Read out of several columns." if " | " in given else "Tidied, or read together with other cells."


def row_detail(
    look: RowLook,
    world: ChunkWorld,
    place: RowPlace,
    columns: Sequence[ColumnAccount],
    *,
    table_name: str,
) -> RowDetail:
    """The row with everything that it states."""
    entry = look.entry
    given = _given(look, columns)
    shown = [_stated(look, world, place, pair, given) for pair in look.pairs]
    named = {record_id for _, record_id in look.pairs}
    shown += [_unstated(one, world, place) for one in look.planned if one.record_id not in named]
    return RowDetail(
        table_no=place.table_no,
        table_name=table_name,
        row_no=look.row_no,
        outcome=entry.outcome if entry else "",
        reason=entry.reason if entry else "",
        cells=tuple(_cell(look, column) for column in columns),
        records=tuple(shown),
    )


def _cell(look: RowLook, column: ColumnAccount) -> CellDetail:
    at = column.position
    text = look.cells[at] if at < len(look.cells) else ""
    if column.fate is ColumnFate.DROPPED:
        text = _NOT_KEPT
    return CellDetail(column.heading, column.target, text, look.repairs.get(at))


def _given(look: RowLook, columns: Sequence[ColumnAccount]) -> dict[str, str]:
    """The texts that feed each fact, by `kind.fact`."""
    given: dict[str, list[str]] = {}
    for column in columns:
        if column.target and column.position < len(look.cells):
            text = look.repairs.get(column.position, look.cells[column.position])
            for fact in fed_facts(column.target) if text else ():
                given.setdefault(fact, []).append(text)
    return {fact: " | ".join(dict.fromkeys(texts)) for fact, texts in given.items()}


def _stated(
    look: RowLook,
    world: ChunkWorld,
    place: RowPlace,
    pair: tuple[StatedRecord, UUID | None],
    given: Mapping[str, str],
) -> RecordDetail:
    stated, record_id = pair
    live = world.live.get(record_id) if record_id else None
    was = _before(record_id, world, place) if record_id else {}
    planned = next((one for one in look.planned if one.record_id == record_id), None)
    facts = []
    for name, value in stated.named_facts():
        if look.is_imported:
            found = fact_verdict(name, value, record_id, world, place)
        else:
            found = Explained(Verdict.NOT_IMPORTED, look.entry.reason if look.entry else "")
        text, read = given.get(f"{stated.kind.value}.{name}", ""), world.normal(name, value)
        facts.append(
            FactDetail(
                name=name,
                given=text,
                stated=read,
                before=_part(was, name),
                live=_part(live or {}, name),
                verdict=found.verdict,
                reason=found.reason or how_read(name, text, read),
            )
        )
    return RecordDetail(
        kind=stated.kind.value,
        record_id=str(record_id or ""),
        action=planned.action if planned else "",
        is_live=live is not None,
        facts=tuple(facts),
    )


def _unstated(one: PlannedRecord, world: ChunkWorld, place: RowPlace) -> RecordDetail:
    """A record that the plan names and the row's own facts do not, such as the line of an invoice."""
    live = world.live.get(one.record_id)
    was = _before(one.record_id, world, place)
    wrote = _written(one.record_id, world, place)
    facts = tuple(
        FactDetail(
            name,
            "",
            world.normal(name, value),
            _part(was, name),
            _part(live or {}, name),
            (found := fact_verdict(name, value, one.record_id, world, place)).verdict,
            found.reason,
        )
        for name, value in wrote.items()
    )
    return RecordDetail(one.kind.value, str(one.record_id), one.action, live is not None, facts)


def _of_row(record_id: UUID, world: ChunkWorld, place: RowPlace) -> list[Any]:
    own = (place.import_id, place.table_no, place.row_no)
    return [
        event
        for event in world.trails.get(record_id, ())
        if (event.import_id, event.table_no, event.row_no) == own and event.done in {"created", "updated"}
    ]


def _before(record_id: UUID, world: ChunkWorld, place: RowPlace) -> dict[str, Any]:
    """What the row's import replaced, by fact."""
    events = _of_row(record_id, world, place)
    return {name: pair[0] for event in reversed(events) for name, pair in event.changes.items()}


def _written(record_id: UUID, world: ChunkWorld, place: RowPlace) -> dict[str, Any]:
    wrote: dict[str, Any] = {}
    for event in _of_row(record_id, world, place):
        wrote |= {name: value for name, value in event.facts.items() if value}
        wrote |= {name: pair[1] for name, pair in event.changes.items()}
    return wrote


def _part(facts: Mapping[str, Any], name: str) -> Any:
    """A fact, or one custom fact."""
    if name.startswith("custom."):
        return (facts.get("custom") or {}).get(name[7:], "")
    return facts.get(name, "")
