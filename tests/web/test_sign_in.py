"""Signing in: one message, one time, no way elsewhere; and signing out for good."""

import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from phcs.core.permissions import Role
from phcs.models.organisations import WebSession
from phcs.queries.people import SESSION_IDLE, SESSION_LIFE
from phcs.services.signing_in import sign_in
from phcs.services.transactions import transaction
from phcs.web.signed_in import safe_next
from tests.builders import PASSWORD, build_person
from tests.web.pages import Pages


def test_the_right_password_opens_the_page_that_was_asked_for(pages: Pages) -> None:
    asked = pages.get("/account?from=mail", status=302).response.headers["Location"]
    with pages.app.app_context():
        person = build_person(organisation=pages.organisation)

    pages.get(asked)
    pages.submit("/sign-in", {"email": person.email.upper(), "password": PASSWORD})

    assert pages.seen.response.headers["Location"] == "/account?from=mail"  # type: ignore[union-attr]
    assert pages.follow().heading == "Your account"


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "////evil.example", "https:///evil.example",
     "https:evil.example", "https://evil.example/", "/a\\evil", "/a\r\nX: 1", "javascript:alert(1)", "", "/ evil"],
)  # fmt: skip
def test_no_address_leads_to_another_site_after_signing_in(pages: Pages, address: str) -> None:
    with pages.app.app_context():
        person = build_person(organisation=pages.organisation)
    pages.get("/sign-in")

    fields = {"email": person.email, "password": PASSWORD, "next": address}

    assert pages.post("/sign-in", fields).response.headers["Location"] == "/"


def test_pages_of_ours_are_kept_with_their_query(app: Flask) -> None:
    assert safe_next("/imports?state=review&cursor=a_b") == "/imports?state=review&cursor=a_b"


def test_an_unknown_address_and_a_wrong_password_and_a_disabled_person_read_the_same(pages: Pages) -> None:
    with pages.app.app_context():
        person = build_person(organisation=pages.organisation)
        disabled = build_person(organisation=pages.organisation, disabled_at=datetime.now(UTC))
    pages.get("/sign-in")

    tries = [(person.email, "wrong password"), ("nobody@example.org", PASSWORD), (disabled.email, PASSWORD)]
    texts = {
        pages.post("/sign-in", {"email": email, "password": password}, status=422).text
        for email, password in tries
    }

    assert len(texts) == 1
    assert "The e-mail address or the password is not right." in texts.pop()


def test_an_unknown_address_takes_as_long_as_a_wrong_password(pages: Pages) -> None:
    with pages.app.app_context():
        known = build_person(organisation=pages.organisation).email
        times: dict[str, list[float]] = {known: [], "nobody@example.org": []}
        for _ in range(7):
            for email, spent in times.items():
                started = time.process_time()
                with pytest.raises(Exception, match="not right"):
                    sign_in(email=email, password="wrong password", now=datetime.now(UTC))
                spent.append(time.process_time() - started)

    medians = [statistics.median(spent) for spent in times.values()]
    assert max(medians) < 1.25 * min(medians)


def test_a_cookie_opens_nothing_after_signing_out(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    cookie = pages.client.get_cookie("phcs")
    pages.get("/account")

    pages.submit("/sign-out")
    thief = pages.another()
    thief.client.set_cookie("phcs", cookie.value)  # type: ignore[union-attr]

    thief.get("/account", status=302)


def test_signing_in_again_begins_a_new_session(pages: Pages) -> None:
    with pages.app.app_context():
        person = build_person(organisation=pages.organisation)
    pages.sign_in(person.email)
    first = session_cookie(pages)
    pages.client.get("/account")
    token = pages.csrf_token()

    pages.client.post("/sign-in", data={"email": person.email, "password": PASSWORD, "csrf_token": token})

    assert session_cookie(pages) != first


def session_cookie(pages: Pages) -> str:
    with pages.client.session_transaction() as kept:
        return str(kept["_user_id"])


def test_the_database_holds_no_token_that_would_open_anything(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)

    with pages.app.app_context(), transaction() as session:
        stored = session.scalars(sa.select(WebSession.token_hash)).all()

    assert session_cookie(pages) not in stored
    assert [len(one) for one in stored] == [64]


@pytest.mark.parametrize(
    ("created_ago", "seen_ago", "status"),
    [
        (timedelta(hours=13), timedelta(hours=11), 200),
        (timedelta(hours=13), SESSION_IDLE + timedelta(minutes=1), 302),
        (SESSION_LIFE - timedelta(minutes=1), timedelta(minutes=1), 200),
        (SESSION_LIFE + timedelta(minutes=1), timedelta(minutes=1), 302),
    ],
)
def test_a_session_ends_after_12_hours_unused_and_after_7_days_anyway(
    pages: Pages, created_ago: timedelta, seen_ago: timedelta, status: int
) -> None:
    pages.sign_in_as(Role.ADMIN)
    now = datetime.now(UTC)
    with pages.app.app_context(), transaction() as session:
        session.execute(sa.update(WebSession).values(created_at=now - created_ago, seen_at=now - seen_ago))

    pages.get("/account", status=status)


@pytest.mark.parametrize(
    ("idle", "headers", "is_noted"),
    [
        (timedelta(minutes=6), {}, True),
        (timedelta(minutes=4), {}, False),
        (timedelta(minutes=6), {"HX-Request": "true"}, False),
    ],
)
def test_use_is_noted_every_five_minutes_and_not_for_fragments_that_reload_themselves(
    pages: Pages,
    idle: timedelta,
    headers: dict[str, str],
    is_noted: bool,  # noqa: FBT001
) -> None:
    pages.sign_in_as(Role.ADMIN)
    before = datetime.now(UTC) - idle
    with pages.app.app_context(), transaction() as session:
        session.execute(sa.update(WebSession).values(seen_at=before))

    pages.get("/account", headers=headers)

    with pages.app.app_context(), transaction() as session:
        assert (session.scalars(sa.select(WebSession.seen_at)).one() > before) is is_noted


def attempts(pages: Pages, *, count: int, email: str, address: str) -> list[int]:
    token = pages.csrf_token()
    return [
        pages.client.post(
            "/sign-in",
            data={"email": email.format(number), "password": "wrong", "csrf_token": token},
            environ_base={"REMOTE_ADDR": address.format(number)},
        ).status_code
        for number in range(count)
    ]


def test_one_address_may_try_only_ten_times_a_minute(pages: Pages) -> None:
    pages.get("/sign-in")

    assert attempts(pages, count=11, email="person{}@example.org", address="10.0.0.1") == [422] * 10 + [429]


def test_one_account_may_be_tried_only_ten_times_a_minute_from_wherever(pages: Pages) -> None:
    pages.get("/sign-in")

    assert attempts(pages, count=11, email="target@example.org", address="10.0.1.{}") == [422] * 10 + [429]


def test_too_many_attempts_are_answered_with_a_page_that_says_when_to_come_back(pages: Pages) -> None:
    pages.get("/sign-in")
    attempts(pages, count=10, email="target@example.org", address="127.0.0.1")

    seen = pages.post("/sign-in", {"email": "target@example.org", "password": "wrong"}, status=429)

    assert seen.heading == "Too many attempts"
    assert 0 <= int(seen.response.headers["Retry-After"]) <= 60
