"""Keyset pages: every row once, both ways, on both databases."""

import base64
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.errors import InvalidInputError
from phcs.models.records import Case, Owner
from phcs.queries.cases import MOMENT
from phcs.queries.paging import page_of
from tests.builders import build_organisation
from tests.record_builders import NOON, build_case, build_owner

NAMES = ["Ana", "Ana", "Ana", "Bo", "Cem", "Dov", "Dov"]
BY_NAME = [Owner.full_name, Owner.id]


def _owners(session: scoped_session[Session]) -> list[UUID]:
    organisation_id = build_organisation().id
    built = [build_owner(session, organisation_id, name) for name in NAMES]
    return [owner.id for owner in sorted(built, key=lambda owner: (owner.full_name, owner.id))]


def _walked(session: scoped_session[Session], *, size: int, descending: bool) -> list[list[UUID]]:
    pages, cursor = [], None
    while True:
        page = page_of(
            session(), sa.select(Owner), keys=BY_NAME, cursor=cursor, size=size, descending=descending
        )
        pages.append([row[0].id for row in page.rows])
        cursor = page.next
        if cursor is None:
            return pages


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("step", [1, -1])
def test_walking_forward_shows_every_row_once_and_in_order(
    session: scoped_session[Session], size: int, step: int
) -> None:
    expected = _owners(session)[::step]

    pages = _walked(session, size=size, descending=step < 0)

    assert [id_ for page in pages for id_ in page] == expected
    assert {len(page) for page in pages[:-1]} <= {size}


def test_walking_back_shows_the_same_pages(session: scoped_session[Session]) -> None:
    _owners(session)
    first = page_of(session(), sa.select(Owner), keys=BY_NAME, size=3)
    second = page_of(session(), sa.select(Owner), keys=BY_NAME, size=3, cursor=first.next)
    third = page_of(session(), sa.select(Owner), keys=BY_NAME, size=3, cursor=second.next)

    back_at_second = page_of(session(), sa.select(Owner), keys=BY_NAME, size=3, cursor=third.previous)
    back_at_first = page_of(session(), sa.select(Owner), keys=BY_NAME, size=3, cursor=back_at_second.previous)

    assert [row[0].id for row in back_at_second.rows] == [row[0].id for row in second.rows]
    assert [row[0].id for row in back_at_first.rows] == [row[0].id for row in first.rows]
    assert (first.previous, third.next, back_at_first.previous) == (None, None, None)
    assert back_at_first.next == first.next


def test_a_row_added_before_the_cursor_shifts_nothing(session: scoped_session[Session]) -> None:
    expected = _owners(session)
    organisation_id = session.scalars(sa.select(Owner.organisation_id)).first()
    assert organisation_id
    first = page_of(session(), sa.select(Owner), keys=BY_NAME, size=4)

    build_owner(session, organisation_id, "Aaron")
    second = page_of(session(), sa.select(Owner), keys=BY_NAME, size=4, cursor=first.next)

    assert [row[0].id for row in second.rows] == expected[4:]


def test_moments_page_too_even_where_one_is_missing(session: scoped_session[Session]) -> None:
    owner = build_owner(session, build_organisation().id, "Ana")
    cases = [build_case(session, owner, opened_at=NOON + timedelta(microseconds=step)) for step in (1, 3)]
    cases.append(build_case(session, owner, opened_at=None, created_at=NOON + timedelta(microseconds=2)))

    found, cursor = [], None
    for _ in range(3):
        page = page_of(
            session(), sa.select(Case), keys=[MOMENT, Case.id], size=1, cursor=cursor, descending=True
        )
        found += [row[0].id for row in page.rows]
        cursor = page.next

    assert found == [cases[1].id, cases[2].id, cases[0].id]
    assert cursor is None


def test_an_empty_list_has_no_neighbours(session: scoped_session[Session]) -> None:
    page = page_of(session(), sa.select(Owner), keys=BY_NAME)

    assert (page.rows, page.next, page.previous) == ((), None, None)


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


ID = "0190a000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "é",
        "bm90IGpzb24",
        _cursor(),
        _cursor("f"),
        _cursor("f", "Ana"),
        _cursor("f", "Ana", ID, ID),
        _cursor("x", "Ana", ID),
        _cursor(["f"], "Ana", ID),
        _cursor("f", 7, ID),
        _cursor("f", None, ID),
        _cursor("f", "Ana", "not-an-id"),
        _cursor("f", "A\x00", ID),
        base64.urlsafe_b64encode(b'{"f": 1}').decode(),
        base64.urlsafe_b64encode(b'["f", "\\ud800", "' + ID.encode() + b'"]').decode(),
    ],
)
def test_a_cursor_that_no_list_gave_is_refused_in_words(
    session: scoped_session[Session], cursor: str
) -> None:
    with pytest.raises(InvalidInputError, match="first page"):
        page_of(session(), sa.select(Owner), keys=BY_NAME, cursor=cursor)


@pytest.mark.parametrize(
    "moment", ["2026-05-04T12:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "x"]
)
def test_a_cursor_with_an_impossible_moment_is_refused(session: scoped_session[Session], moment: str) -> None:
    with pytest.raises(InvalidInputError, match="first page"):
        page_of(session(), sa.select(Case), keys=[MOMENT, Case.id], cursor=_cursor("f", moment, ID))


def test_a_cursor_with_a_number_beyond_the_database_is_refused(session: scoped_session[Session]) -> None:
    with pytest.raises(InvalidInputError, match="first page"):
        page_of(session(), sa.select(Owner), keys=[Owner.version, Owner.id], cursor=_cursor("f", 2**63, ID))
