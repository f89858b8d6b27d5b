"""Keyset pages: page 2,000 is as quick as page 1; no row is seen twice or missed while others are added."""

import base64
import binascii
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import InvalidInputError

T = TypeVar("T")
U = TypeVar("U")
AnyRow = sa.Row[*tuple[Any, ...]]
Keys = Sequence[Any]
"""Columns or expressions that together are unique and never NULL."""

PAGE_SIZE = 50
LARGEST_PAGE = 500
_FORWARD, _BACKWARD = "f", "b"
_INT64 = 2**63
WRONG_CURSOR = "This address of a page of the list is not complete. Start again from the first page."


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a long list; `next` and `previous` are cursors, None where the list ends."""

    rows: tuple[T, ...]
    next: str | None = None
    previous: str | None = None

    def of(self, make: Callable[[T], U]) -> "Page[U]":
        """Return the same page with each row made into something else."""
        return Page(tuple(make(row) for row in self.rows), self.next, self.previous)

    def with_rows(self, rows: Sequence[U]) -> "Page[U]":
        """Return the same place in the list with other rows, e.g. richer ones."""
        return Page(tuple(rows), self.next, self.previous)


def page_of(
    session: Session,
    statement: sa.Select[*tuple[Any, ...]],
    *,
    keys: Keys,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
    descending: bool = False,
) -> Page[AnyRow]:
    """One page of `statement`, sorted by `keys` all in one direction, in exactly one query.

    `keys` must be unique together and never NULL (coalesce them). A row holds what `statement` selects, then
    the keys. `statement` must not sort or limit by itself. `size` is cut to 1 to 500 rows.
    Raises InvalidInputError for a cursor that this list did not give.
    """
    size = max(1, min(size, LARGEST_PAGE))
    place = _decoded(cursor, keys) if cursor else None
    backward = place is not None and place[0] == _BACKWARD
    downward = descending is not backward
    asked = statement.add_columns(*[key.label(f"page_key_{index}") for index, key in enumerate(keys)])
    if place is not None:
        here = sa.tuple_(*keys)
        values = zip(place[1], keys, strict=True)
        there = sa.tuple_(*[sa.literal(value, type_=key.type) for value, key in values])
        asked = asked.where(here < there if downward else here > there)
    asked = asked.order_by(*[key.desc() if downward else key.asc() for key in keys]).limit(size + 1)
    found = session.execute(asked).all()
    has_more, rows = len(found) > size, list(found[:size])
    if backward:
        rows.reverse()
        return _page(rows, key_count=len(keys), has_after=True, has_before=has_more)
    return _page(rows, key_count=len(keys), has_after=has_more, has_before=place is not None)


def _page(rows: list[AnyRow], *, key_count: int, has_after: bool, has_before: bool) -> Page[AnyRow]:
    if not rows:
        return Page(())
    first, last = list(rows[0])[-key_count:], list(rows[-1])[-key_count:]
    return Page(
        rows=tuple(rows),
        next=_encoded(_FORWARD, last) if has_after else None,
        previous=_encoded(_BACKWARD, first) if has_before else None,
    )


def _encoded(direction: str, values: Sequence[Any]) -> str:
    """Opaque text for an address; it holds a place in a list and no right to see it."""
    return base64.urlsafe_b64encode(orjson.dumps([direction, *values])).decode().rstrip("=")


def _decoded(cursor: str, keys: Keys) -> tuple[str, list[Any]]:
    try:
        direction, *values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        checked = [_checked(value, _kind(key)) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise InvalidInputError(WRONG_CURSOR) from error
    if direction not in (_FORWARD, _BACKWARD):
        raise InvalidInputError(WRONG_CURSOR)
    return direction, checked


def _kind(key: Any) -> type:
    column_type = key.type.impl_instance if isinstance(key.type, sa.types.TypeDecorator) else key.type
    if isinstance(column_type, sa.Enum) and column_type.enum_class is not None:
        return column_type.enum_class
    kind: type = column_type.python_type
    return kind


def _checked(value: Any, kind: Any) -> Any:
    """The key's value out of JSON; raises ValueError for whatever a database would choke on."""
    given: type = type(value)
    if given is not (kind if kind in {int, bool, float} else str):
        raise ValueError(kind)
    if kind is UUID or issubclass(kind, enum.Enum):
        return kind(value)
    if issubclass(kind, datetime):
        return _moment(value)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if (kind is int and not -_INT64 <= value < _INT64) or (kind is str and "\x00" in value):
        raise ValueError(value)
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValueError(text)
    return moment
