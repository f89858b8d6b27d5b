"""What a person typed about a live record → the facts that change, every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phcs.core.editing.fields import (
    EDITABLE,
    LIMITS,
    USUAL_LIMIT,
    Typed,
    is_same_text,
    shown_texts,
    stored_text,
)
from phcs.core.editing.people import READ_TOGETHER, read_person
from phcs.core.editing.values import READERS, RefusedTextError
from phcs.core.errors import InvalidInputError, UseCaseError
from phcs.core.mapping.rules import CheckRules
from phcs.core.planning.changes import Changes
from phcs.core.records import Facts, OwnerFacts, RecordKind


class RecordChangedError(UseCaseError):
    """Somebody changed the record since it was opened for editing."""

    code = "record.changed"


class InvalidEditError(InvalidInputError):
    """What was typed cannot be stored; `problems` says for each fact what to do."""

    code = "record.invalid"

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Edit:
    """The facts that change, and a sentence for each fact that cannot be read."""

    changes: Changes
    problems: dict[str, str]


def read_edit(kind: RecordKind, *, live: Facts, typed: Mapping[str, Typed], rules: CheckRules) -> Edit:
    """Return what becomes of a record when somebody types this; every problem at once.

    Raises InvalidInputError for a fact that is none of the kind's EDITABLE ones.
    """
    if unknown := set(typed) - set(EDITABLE[kind]):
        raise InvalidInputError(f"These facts cannot be edited: {', '.join(sorted(unknown))}.")
    shown = shown_texts(kind, live, rules.zone)
    touched = {name: stored_text(text) for name, text in typed.items() if not is_same_text(text, shown[name])}
    problems = {
        name: f"Write at most {LIMITS.get(name, USUAL_LIMIT)} characters."
        for name, text in touched.items()
        if isinstance(text, str) and len(text) > LIMITS.get(name, USUAL_LIMIT)
    }
    values: dict[str, Any] = {}
    for name, text in touched.items():
        if name in problems or name in READ_TOGETHER:
            continue
        try:
            values[name] = READERS[name](text, rules)
        except RefusedTextError as refusal:
            problems[name] = str(refusal)
    if isinstance(live, OwnerFacts):
        read_person(live, touched, rules, values, problems)
    return Edit(_changes(live, values), problems)


def _changes(live: Facts, values: dict[str, Any]) -> Changes:
    pairs = {name: [_as_json(getattr(live, name)), _as_json(new)] for name, new in values.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _as_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value)
