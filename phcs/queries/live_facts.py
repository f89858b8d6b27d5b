"""Facts ↔ columns of the live tables: facts are texts, columns are typed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from phcs.core.history import FactType, fact_specs
from phcs.core.records import FACTS, HISTORY_KINDS, Facts, RecordKind, fact_names
from phcs.core.values.amounts import amount_text, amount_units
from phcs.extensions import json_text
from phcs.models.history import HISTORY_TABLES, HistoryRecord
from phcs.models.records import Case, LiveRecord, Owner, Pet

TABLES: dict[RecordKind, type[Owner] | type[Pet] | type[Case] | type[HistoryRecord]] = {
    RecordKind.OWNER: Owner,
    RecordKind.PET: Pet,
    RecordKind.CASE: Case,
    **HISTORY_TABLES,
}


def _of_history(*types: FactType) -> frozenset[str]:
    """The facts of these types; a name has the same type in every kind."""
    return frozenset(
        name for kind in HISTORY_KINDS for name, spec in fact_specs(kind.value).items() if spec.type in types
    )


LISTS = frozenset({"tags", "services"})
MAPS = frozenset({"custom"})
MOMENTS = frozenset({"opened_at", "closed_at", "scheduled_at"}) | _of_history(FactType.MOMENT)
DAYS = frozenset({"birth_date"}) | _of_history(FactType.DAY)
WHOLES = frozenset({"pet_count"}) | _of_history(FactType.WHOLE)
AMOUNTS = _of_history(FactType.AMOUNT)
LINKED = _of_history(FactType.LINK) | {"owner_id"}
_PARSERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(DAYS, date.fromisoformat),
    **dict.fromkeys(WHOLES, int),
    **dict.fromkeys(MOMENTS, datetime.fromisoformat),
    **dict.fromkeys(AMOUNTS, amount_units),
    **dict.fromkeys(LINKED, UUID),
}

PLAIN = (
    (frozenset().union(*(facts.__dataclass_fields__ for facts in FACTS.values())))
    - LISTS
    - MAPS
    - _PARSERS.keys()
)
"""Facts that are texts in their column too."""


def stated_columns(kind: RecordKind) -> tuple[str, ...]:
    """The columns that a new record's facts fill, among them notes also where the kind has none."""
    names = fact_names(kind)
    return names if "notes" in names else (*names, "notes")


def column_value(fact: str, value: Any) -> Any:
    """What a fact is in its column: '' becomes NULL where the column is not a text."""
    if fact in LISTS:
        return list(value or ())
    if fact in MAPS:
        return dict(value or {})
    parser = _PARSERS.get(fact)
    if parser is None:
        return value or ""
    return parser(value) if value else None


def column_values(names: tuple[str, ...], facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """The columns of these facts, in this order; a fact that is not named is blank."""
    given = facts.get
    return tuple([given(name) or "" if name in PLAIN else column_value(name, given(name)) for name in names])


class ReadyColumns:
    """Facts of one kind as what their columns store (see `bulk.insert_rows`), for records in bulk.

    `moment` turns a moment into the database's own text.
    """

    def __init__(self, names: tuple[str, ...], moment: Callable[[datetime], str]) -> None:
        self._moment = moment
        self._moments: dict[str, str] = {}
        changes: dict[str, Callable[[Any], Any]]
        changes = dict.fromkeys(MOMENTS, self._time)
        changes |= dict.fromkeys(LISTS, _list_text) | dict.fromkeys(MAPS, _map_text)
        changes |= dict.fromkeys(DAYS, _or_none) | dict.fromkeys(WHOLES, _whole)
        changes |= dict.fromkeys(AMOUNTS, _units) | dict.fromkeys(LINKED, _hex)
        self._blank = [changes[name](None) if name in changes else "" for name in names]
        self._places = {name: (at, changes.get(name)) for at, name in enumerate(names)}

    def of(self, facts: Mapping[str, Any]) -> list[Any]:
        """The columns of these facts, in the order of the names; a fact that is not named is blank."""
        cells, place_of = self._blank.copy(), self._places.get
        for name, value in facts.items():
            if place := place_of(name):
                at, change = place
                cells[at] = value or "" if change is None else change(value)
        return cells

    def _time(self, value: Any) -> str | None:
        if not value:
            return None
        if value not in self._moments:
            if len(self._moments) >= _MOMENTS_KEPT:
                self._moments.clear()
            self._moments[value] = self._moment(datetime.fromisoformat(value))
        return self._moments[value]


_MOMENTS_KEPT = 10_000


def _list_text(value: Any) -> str:
    return json_text(list(value)) if value else "[]"


def _map_text(value: Any) -> str:
    return json_text(dict(value)) if value else "{}"


def _or_none(value: Any) -> str | None:
    return value or None


def _whole(value: Any) -> int | None:
    return int(value) if value else None


def _units(value: Any) -> int | None:
    return amount_units(value) if value else None


def _hex(value: Any) -> str | None:
    return UUID(value).hex if value else None


def fact_value(fact: str, value: Any) -> Any:
    """What a column says as a fact; the inverse of `column_value`."""
    if fact in LISTS:
        return tuple(value or ())
    if fact in MAPS:
        return dict(value or {})
    if value is None:
        return ""
    if fact in AMOUNTS:
        return amount_text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str) else str(value)


_FACTS: dict[type[LiveRecord], type[Facts]] = {table: FACTS[kind] for kind, table in TABLES.items()}


def facts_of(record: LiveRecord) -> Facts:
    """A live record's facts."""
    facts = _FACTS[type(record)]
    names = facts.__dataclass_fields__
    return facts(**{name: fact_value(name, getattr(record, name)) for name in names})
