"""The rows in a JSON file, whatever they are wrapped in, streamed as flat dictionaries of text.

Understood: an array of objects, objects one after the other (JSON lines), API pages `{results: […]}` and
webhook envelopes `{id, created, accountId, type, data: {…}}`, each singly, in an array or one per line.
"""

from collections.abc import Iterator
from typing import Any

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import refusals
from phcs.core.reading.cells import mended
from phcs.core.reading.entry_table import FlatRow
from phcs.core.reading.json_text import (
    BrokenJsonError,
    JsonText,
    RefusedValueError,
    ValueTooLargeError,
)

Fields = dict[str, Any]
_LARGE_VALUE = 1 << 20
_ENVELOPE = frozenset({"id", "created", "accountId", "type", "data"})
_PAGE_MARKS = frozenset(
    {"limit", "startAt", "endAt", "page", "total", "count", "next", "previous", "hasMore"}
)
_SAME_HEADING = 1_000
_JOINT = "; "


def documents(source: JsonText) -> Iterator[Any]:
    """The rows of all values that stand one after the other in the text."""
    while start := source.peek():
        if start == "[":
            yield from array_entries(source)
        else:
            yield from _element(source)


def flat_rows(source: JsonText, entries: Iterator[Any], *, always_mends: bool) -> Iterator[FlatRow]:
    """Every entry out of the source as one flat row; raises UnreadableFileError (`file.bad_json`), naming the entry.

    `always_mends` is for encodings in which lone surrogates can stand in the text itself.
    """
    count = 0
    try:
        for count, entry in enumerate(entries, 1):
            if not isinstance(entry, dict):
                raise refusals.entry_not_object(count)
            yield flat_row(entry, mends=always_mends or source.has_escapes)
    except RefusedValueError as error:
        raise refusals.bad_json(f"Entry {count + 1:,} of the JSON cannot be read: {error.what}") from error
    except BrokenJsonError as error:
        raise _broken(source) from error


def flat_row(entry: Fields, *, mends: bool) -> FlatRow:
    """One entry as cells: nested fields as `customer.name`, lists joined with `; `.

    Data fields become one column each, named by their label or id. Two fields that would share a
    heading are kept apart (`X (2)`).
    """
    cells: dict[str, str] = {}
    for path, text in _leaves(entry, ""):
        cells[_free(cells, path) if path in cells else path] = text
    if not mends:
        return cells, False
    storable: dict[str, str] = {}
    for path, text in cells.items():
        storable[_free(storable, mended(path))] = mended(text)
    return storable, storable != cells


def _free(cells: dict[str, str], path: str) -> str:
    """The path, or with a number when it is taken; refused where that goes on and on."""
    heading, count = path, 1
    while heading in cells:
        count += 1
        heading = f"{path} ({count})"
        if count > _SAME_HEADING:
            raise RefusedValueError(
                f"the field “{path[:100]}” stands more than {_SAME_HEADING:,} times in it"
            )
    return heading


def _broken(source: JsonText) -> UnreadableFileError:
    line_no = source.line_no
    if source.peek():
        return refusals.bad_json(f"The JSON is broken in line {line_no:,}, near “{source.peek()}”")
    return refusals.bad_json(f"The JSON breaks off in line {line_no:,}, before it is complete")


def array_entries(source: JsonText) -> Iterator[Any]:
    """The rows of the array at the cursor, one at a time, whatever each is wrapped in."""
    for _ in members(source, opening="[", closing="]"):
        yield from _element(source)


def member_names(source: JsonText) -> Iterator[str]:
    """The names in the object at the cursor; the caller consumes each value."""
    seen: set[str] = set()
    for _ in members(source, opening="{", closing="}"):
        name = source.decode()
        source.expect(":")
        if not isinstance(name, str) or name in seen:
            raise RefusedValueError(f"the field “{str(name)[:100]}” stands twice in it")
        seen.add(name)
        yield name


def members(source: JsonText, *, opening: str, closing: str) -> Iterator[None]:
    """Stop the cursor at each member of an array or object; the caller consumes it."""
    source.expect(opening)
    if source.peek() != closing:
        yield None
        while source.peek() != closing:
            source.expect(",")
            yield None
    source.expect(closing)


def _element(source: JsonText) -> Iterator[Any]:
    """The rows of one element; an API page of many megabytes is never held as a whole."""
    try:
        value = source.decode(at_most=_LARGE_VALUE)
    except ValueTooLargeError:
        if source.peek() == "{":
            yield from _large_object(source)
            return
        value = source.decode()
    yield from _unwrapped(value)


def _large_object(source: JsonText) -> Iterator[Any]:
    fields: Fields = {}
    is_page = False
    for name in member_names(source):
        if name == "results" and source.peek() == "[":
            is_page, fields[name] = True, None
            yield from array_entries(source)
        elif source.peek():
            fields[name] = source.decode()
    if not is_page:
        source.has_escapes = True
        yield from _unwrapped(fields)


def _unwrapped(value: Any) -> Iterator[Any]:
    """The rows inside a page or an envelope; anything else is a row itself."""
    if not isinstance(value, dict):
        yield value
    elif _is_page(value):
        for entry in value["results"]:
            yield from _unwrapped(entry)
    elif _is_envelope(value):
        yield value["data"]
    else:
        yield value


def _is_page(fields: Fields) -> bool:
    """`results` with objects in it; an empty one only among fields that pages have."""
    results = fields.get("results")
    if not isinstance(results, list):
        return False
    if results:
        return isinstance(results[0], dict)
    return fields.keys() - {"results"} <= _PAGE_MARKS


def _is_envelope(fields: Fields) -> bool:
    """A webhook's envelope: its own id is the event's, the row is `data`."""
    if not isinstance(fields.get("data"), dict) or not isinstance(fields.get("type"), str):
        return False
    return fields.keys() >= _ENVELOPE or fields.keys() <= _ENVELOPE


def _leaves(value: Fields, prefix: str) -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        path = prefix + name
        if isinstance(inner, str):
            yield path, inner
        elif isinstance(inner, dict):
            yield from _leaves(inner, f"{path}.")
        elif isinstance(inner, list):
            yield from _data_fields(inner) if path == "dataFields" else _list_leaves(inner, path)
        else:
            yield path, _scalar(inner)


def _list_leaves(items: list[Any], path: str) -> Iterator[tuple[str, str]]:
    """Scalars joined in one cell; objects field by field, each joined over all of them."""
    objects = [dict(_leaves(item, f"{path}.")) for item in items if isinstance(item, dict)]
    scalars = [_text(item) for item in items if not isinstance(item, dict)]
    if scalars or not objects:
        yield path, _JOINT.join(scalars)
    for name in dict.fromkeys(name for item in objects for name in item):
        yield name, _JOINT.join(item.get(name, "") for item in objects)


def _data_fields(items: list[Any]) -> Iterator[tuple[str, str]]:
    """WaitWhile's custom fields, `[{id, label?, values: […]}]`; the label is often kept elsewhere."""
    for position, item in enumerate(items, 1):
        if not isinstance(item, dict):
            yield f"dataFields.{position}", _text(item)
            continue
        names = (_text(item.get(key)).strip() for key in ("label", "title", "name", "id"))
        name = next(filter(None, names), str(position))
        yield f"dataFields.{name}", _text(item.get("values", item.get("value")))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _JOINT.join(_text(item) for item in value)
    if isinstance(value, dict):
        return _JOINT.join(f"{name}: {text}" for name, text in _leaves(value, ""))
    return _scalar(value)


def _scalar(value: object) -> str:
    """The text of null, true or false."""
    if value is None:
        return ""
    return "true" if value else "false"
