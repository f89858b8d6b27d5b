"""Polling an import: cheap while nothing happens, never out of date."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from phcs.core.actors import Actor
from phcs.core.permissions import SCOPES
from phcs.extensions import db, limiter
from phcs.models.imports import SourceTable
from phcs.models.organisations import Person
from phcs.services.leasing import Claim, claim_import, give_back, renew
from phcs.services.transactions import transaction
from tests.api.callers import Program
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import build_import, build_review, change_behind_the_back, visits
from tests.record_builders import counted_queries

QUERIES_OF_A_POLL = 2
"""Whose key it is, and whether the import is what it was."""

QUERIES_OF_A_POLL_AT_REVIEW = QUERIES_OF_A_POLL + 2
"""Where people may change anything: all of the import and of its tables too, as they are kept."""


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


def begun(app: Flask, actor: Actor) -> tuple[UUID, Claim]:
    """An import that a worker has just taken."""
    with app.app_context():
        import_id = build_import(actor=actor, content=visits(3))
        claim = claim_import(import_id=import_id, now=NOW, lease_seconds=30, max_attempts=3)
        assert claim is not None
        return import_id, claim


def test_a_poll_is_answered_with_304_until_the_worker_writes(app: Flask, admin: Person) -> None:
    import_id, claim = begun(app, actor_of(admin))
    call, address = Program(app, admin, "imports:read"), f"/api/v1/imports/{import_id}"

    def polled(etag: str = "") -> tuple[int, str]:
        answer = call("GET", address, headers={"If-None-Match": etag} if etag else {})
        return answer.status_code, answer.headers["ETag"]

    _, first = polled()
    with app.app_context(), counted_queries(db.engine) as queries:
        same = polled(first)
    with app.app_context(), transaction() as session:
        renew(session, claim, now=NOW + timedelta(seconds=1))
    second = polled(first)
    with app.app_context():
        give_back(claim, now=NOW + timedelta(seconds=2))
    third = polled(second[1])

    asked = [one for one in queries if one.startswith("SELECT")]
    assert (same, len(asked)) == ((304, first), QUERIES_OF_A_POLL)
    assert (second[0], third[0]) == (200, 200)
    assert len({first, second[1], third[1]}) == 3


def test_a_poll_at_review_is_answered_with_304_until_anything_changes(app: Flask, admin: Person) -> None:
    with app.app_context():
        import_id = build_review(actor=actor_of(admin), content=visits(3))
    call, address = Program(app, admin, "imports:read"), f"/api/v1/imports/{import_id}"
    first = call("GET", address).headers["ETag"]

    with app.app_context(), counted_queries(db.engine) as queries:
        same = call("GET", address, headers={"If-None-Match": first})
    with app.app_context():
        change_behind_the_back(SourceTable, waits=True)
    other = call("GET", address, headers={"If-None-Match": first})

    asked = [one for one in queries if one.startswith("SELECT")]
    assert (same.status_code, same.headers["ETag"], len(asked)) == (304, first, QUERIES_OF_A_POLL_AT_REVIEW)
    assert (other.status_code, other.get_json()["tables"][0]["waits"]) == (200, True)


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_a_mark_opens_nothing_to_others(app: Flask, admin: Person) -> None:
    import_id, _ = begun(app, actor_of(admin))
    address = f"/api/v1/imports/{import_id}"
    etag = Program(app, admin, *SCOPES)("GET", address).headers["ETag"]
    with app.app_context():
        stranger = build_person(organisation=build_organisation(name="Elsewhere"))

    answer = Program(app, stranger, *SCOPES)("GET", address, headers={"If-None-Match": etag})

    assert answer.status_code == 404
