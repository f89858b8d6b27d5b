"""Facts ↔ columns of the live tables: facts are texts, columns are typed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from phcs.core.records import FACTS, CaseFacts, Facts, OwnerFacts, PetFacts, RecordKind
from phcs.models.records import Case, LiveRecord, Owner, Pet

TABLES: dict[RecordKind, type[Owner] | type[Pet] | type[Case]] = {
    RecordKind.OWNER: Owner,
    RecordKind.PET: Pet,
    RecordKind.CASE: Case,
}

LISTS = frozenset({"tags", "services"})
MAPS = frozenset({"custom"})
_PARSERS: dict[str, Callable[[str], Any]] = {
    "birth_date": date.fromisoformat,
    "opened_at": datetime.fromisoformat,
    "closed_at": datetime.fromisoformat,
    "scheduled_at": datetime.fromisoformat,
    "pet_count": int,
}


PLAIN = (
    (frozenset().union(*(facts.__dataclass_fields__ for facts in FACTS.values())))
    - LISTS
    - MAPS
    - _PARSERS.keys()
)
"""Facts that are texts in their column too."""


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


def fact_value(fact: str, value: Any) -> Any:
    """What a column says as a fact; the inverse of `column_value`."""
    if fact in LISTS:
        return tuple(value or ())
    if fact in MAPS:
        return dict(value or {})
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str) else str(value)


_FACTS: dict[type[LiveRecord], type[Facts]] = {Owner: OwnerFacts, Pet: PetFacts, Case: CaseFacts}


def facts_of(record: Owner | Pet | Case) -> Facts:
    """A live record's facts."""
    facts = _FACTS[type(record)]
    names = facts.__dataclass_fields__
    return facts(**{name: fact_value(name, getattr(record, name)) for name in names})
