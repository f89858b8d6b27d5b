"""A saved mapping as a file of its own, to carry it from one installation to another."""

from dataclasses import dataclass, replace
from typing import Any

import orjson

from phcs.core.errors import InvalidInputError, UnreadableFileError
from phcs.core.mapping.corrections import ColumnChoice, remap
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.mapping.templates import DECIDED
from phcs.core.mapping.value_words import DOUBTED
from phcs.core.reading.choices import ReadingChoices, check_choices
from phcs.core.records import RecordKind
from phcs.core.sources import source_named

FORMAT = 1
MARK = "phcs_template"
LARGEST = 1_000_000
"""Bytes; a mapping of a thousand columns takes some 200,000."""

MOST_COLUMNS = 1_000
LONGEST_TEXT = 1_000
_NAMES = frozenset({MARK, "name", "source", "kind", "columns", "constants", "values", "joins", "reading"})
_CHOICE_TYPES = {"date_order": str, "serials": str, "decimal": str, "split": str, "labelled": bool}
_COLUMN_NAMES = frozenset({"heading", "feeds", *_CHOICE_TYPES})
_READING_TYPES = {"encoding": str, "delimiter": str, "header_row": int, "part": str}
_KINDS = {kind.value for kind in RecordKind}


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """What such a file holds. The headings are those of the export file that the mapping was saved for."""

    name: str
    headings: tuple[str, ...]
    mapping: TableMapping
    reading: ReadingChoices

    def called(self, name: str) -> "TemplateFile":
        """The same under another name."""
        return replace(self, name=name)

    def as_json(self) -> dict[str, Any]:
        """Plain data that `from_bytes` takes once it is written as JSON."""
        return {
            MARK: FORMAT,
            "name": self.name,
            "source": self.mapping.source,
            "kind": self.mapping.kind.value,
            "columns": [
                {"heading": heading, "feeds": column.target, **_choices_of(column)}
                for heading, column in zip(self.headings, self.mapping.columns, strict=True)
            ],
            "constants": dict(self.mapping.constants),
            "values": _answers_of(self.mapping),
            "joins": dict(self.mapping.joins),
            "reading": self.reading.as_json(),
        }

    @classmethod
    def from_bytes(cls, content: bytes) -> "TemplateFile":
        """Read and check such a file. Raises InvalidInputError with a sentence for anything else."""
        data = _object(content)
        columns = [_column(one, number) for number, one in enumerate(_columns(data), start=1)]
        headings = tuple(heading for heading, _, _ in columns)
        bare = TableMapping(
            source=source_named(_text(data, "source")).key,
            kind=_kind(data),
            reason="",
            columns=tuple(ColumnMapping(place, heading, "", 0, "") for place, heading in enumerate(headings)),
        )
        mapping = remap(
            bare,
            targets={place: target for place, (_, target, _) in enumerate(columns)},
            columns={place: choice for place, (_, _, choice) in enumerate(columns)},
            constants=_texts(data.get("constants", {}), "constants"),
            values=_values(data.get("values", {})),
            joins=_texts(data.get("joins", {}), "joins"),
        )
        if not mapping.is_complete:
            raise InvalidInputError("This mapping is not complete: it feeds no name, or no service of cases.")
        return cls(_text(data, "name"), headings, mapping, _reading(data.get("reading", {})))


def _object(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise InvalidInputError(f"A saved mapping has at most {LARGEST // 1000:,} kB; this file is larger.")
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError as problem:
        raise InvalidInputError(f"This file is not JSON: {problem}.") from problem
    if not isinstance(data, dict) or MARK not in data:
        raise InvalidInputError("This file is not a saved mapping of PHCS.")
    if data[MARK] != FORMAT or isinstance(data[MARK], bool):
        raise InvalidInputError("This mapping was saved by a newer PHCS, which writes it in another way.")
    if unknown := sorted(set(data) - _NAMES):
        raise InvalidInputError(f"This file says something that PHCS does not know: {unknown[0][:60]}.")
    return data


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise InvalidInputError(f"This file does not say the {name} of its mapping.")
    return value


def _kind(data: dict[str, Any]) -> RecordKind:
    kind = _text(data, "kind")
    if kind not in _KINDS:
        raise InvalidInputError(f"There is no kind called {kind[:60]}; choose {', '.join(sorted(_KINDS))}.")
    return RecordKind(kind)


def _choices_of(column: ColumnMapping) -> dict[str, Any]:
    """How the column is read, as far as that was decided."""
    told = {name: value for name in _CHOICE_TYPES if (value := getattr(column, name))}
    return {name: value for name, value in told.items() if name != "date_order" or value in DECIDED}


def _answers_of(mapping: TableMapping) -> dict[str, dict[str, str]]:
    answers: dict[str, dict[str, str]] = {}
    for target, given, answer in mapping.values:
        if answer != DOUBTED:
            answers.setdefault(target, {})[given] = answer
    return answers


def _columns(data: dict[str, Any]) -> list[Any]:
    given = data.get("columns")
    if not isinstance(given, list) or not 0 < len(given) <= MOST_COLUMNS:
        raise InvalidInputError(f"A saved mapping names 1 to {MOST_COLUMNS:,} columns.")
    return given


def _column(given: object, number: int) -> tuple[str, str, ColumnChoice]:
    if isinstance(given, dict) and set(given) <= _COLUMN_NAMES:
        heading, target = given.get("heading"), given.get("feeds", "")
        choices = {name: value for name, value in given.items() if name in _CHOICE_TYPES}
        are_right = all(type(value) is _CHOICE_TYPES[name] for name, value in choices.items())
        if (
            isinstance(heading, str)
            and isinstance(target, str)
            and len(heading) <= LONGEST_TEXT
            and are_right
        ):
            return heading, target, ColumnChoice(**choices)
    raise InvalidInputError(f"Column {number} of this file must look like {_COLUMN_EXAMPLE}.")


_COLUMN_EXAMPLE = '{"heading": "Phone", "feeds": "owner.phone"}'


def _texts(given: object, name: str) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise InvalidInputError(f"The {name} of this file must be texts by name.")
    return given


def _values(given: object) -> dict[str, dict[str, str]]:
    if not isinstance(given, dict):
        raise InvalidInputError("The values of this file must be answers by field and value.")
    return {target: _texts(answers, "values") for target, answers in given.items()}


def _reading(given: object) -> ReadingChoices:
    if not isinstance(given, dict) or not all(
        type(value) is _READING_TYPES.get(name) for name, value in given.items()
    ):
        raise InvalidInputError("What this file says about reading is not understood.")
    choices = ReadingChoices.from_json(given)
    try:
        check_choices(choices)
    except UnreadableFileError as problem:
        raise InvalidInputError(problem.sentence) from problem
    return choices
