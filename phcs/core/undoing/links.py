"""Which records a record of a history needs to be there: its pet, its invoice, its owner."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from phcs.core.history import HISTORY, LINKS
from phcs.core.planning.changes import OWNER_LINK
from phcs.core.records import RecordKind

LINKS_TO: dict[RecordKind, dict[str, str]] = {RecordKind(kind): links for kind, links in LINKS.items()}
"""For every kind of history its facts that are links, each with the kind that it leads to."""

LINKS_OF_HISTORY = frozenset(name for links in LINKS_TO.values() for name in links) | {OWNER_LINK}


def links_of(kind: RecordKind, facts: Mapping[str, Any]) -> list[tuple[str, UUID]]:
    """The records that these facts lead to, each with its kind."""
    return [(linked, UUID(facts[name])) for name, linked in LINKS_TO.get(kind, {}).items() if facts.get(name)]


def needing(kind: RecordKind) -> dict[RecordKind, str]:
    """The kinds of history that lead to records of this kind, each with the column that does."""
    if kind is RecordKind.OWNER:
        return {other: OWNER_LINK for other in LINKS_TO if HISTORY[other.value].is_owned}
    return {
        other: name
        for other, links in LINKS_TO.items()
        for name, linked in links.items()
        if linked == kind.value
    }
