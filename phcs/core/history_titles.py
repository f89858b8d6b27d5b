"""What a record of a history is called where one line has to do: `Rabies, 2026-05-24`."""

from collections.abc import Mapping
from typing import Any

from phcs.core.history import HISTORY, HistoryKind

MOST_CHARACTERS = 80


def stated_title(record: Mapping[str, Any]) -> str:
    """What a row's record of a history is called, out of what `record_as_json` wrote; '' for a row of another kind."""
    stated = record.get("history")
    return history_title(stated["kind"], stated) if stated else ""


def history_title(kind: str, facts: Mapping[str, Any]) -> str:
    """The first of its titled facts that says something, and its day; '' where neither does."""
    declared = HISTORY[kind]
    day = str(facts.get(declared.when) or "")[:10] if declared.when else ""
    return ", ".join(part for part in (titled_as(declared, facts), day) if part)


def titled_as(declared: HistoryKind, facts: Mapping[str, Any]) -> str:
    """The first line of the first of its titled facts that says something, cut; '' where none does."""
    said = next((text for name in declared.titled if (text := str(facts.get(name) or "").strip())), "")
    first_line = said.splitlines()[0] if said else ""
    if len(first_line) > MOST_CHARACTERS:
        first_line = f"{first_line[: MOST_CHARACTERS - 1].rstrip()}…"
    return first_line
