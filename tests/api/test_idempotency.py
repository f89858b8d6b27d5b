"""A POST with an Idempotency-Key is done once, however often it is sent."""

import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from phcs.core.errors import UseCaseError
from phcs.extensions import limiter
from phcs.models.imports import Import
from phcs.models.organisations import Person
from phcs.models.requests import AnsweredRequest
from phcs.services.answered_requests import Claim, claim_request, drop_claim, forget_answers
from tests.api.callers import Program, code_of
from tests.builders import NOW, actor_of, build_api_key, build_organisation, build_person
from tests.import_builders import build_review, change_behind_the_back, count, export_csv, seen, visits

ADDRESS = "/api/v1/imports"
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


@pytest.fixture
def call(app: Flask, admin: Person) -> Program:
    return Program(app, admin, "imports:write", "imports:approve")


def upload(call: Program, key: str, rows: int = 1, **fields: str) -> TestResponse:
    data = {"file": (io.BytesIO(export_csv(visits(rows)).encode()), "visits.csv"), "wait": "0", **fields}
    return call("POST", ADDRESS, data=data, headers={"Idempotency-Key": key})


def imports(app: Flask) -> int:
    with app.app_context():
        return count(Import)


@on_sqlite
def test_the_same_upload_sent_again_gets_the_same_answer_and_makes_no_second_import(
    app: Flask, call: Program
) -> None:
    first, second = upload(call, "night-1"), upload(call, "night-1")

    assert (second.status_code, second.data) == (first.status_code, first.data)
    assert second.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotent-Replayed"), second.headers["Idempotent-Replayed"]) == (None, "true")
    assert imports(app) == 1


@on_sqlite
def test_another_request_under_the_same_word_is_refused(app: Flask, call: Program) -> None:
    upload(call, "night-1")

    assert code_of(upload(call, "night-1", rows=2), 422) == "idempotency.other_request"
    assert code_of(upload(call, "night-1", kind="case"), 422) == "idempotency.other_request"
    assert imports(app) == 1


@on_sqlite
def test_two_keys_may_choose_the_same_word(app: Flask, admin: Person, call: Program) -> None:
    other = Program(app, admin, "imports:write")

    assert upload(call, "night-1").get_json()["id"] != upload(other, "night-1").get_json()["id"]


@on_sqlite
def test_a_refused_request_may_be_sent_again_once_its_reason_is_gone(
    app: Flask, admin: Person, call: Program
) -> None:
    with app.app_context():
        import_id = build_review(actor=actor_of(admin), content=visits(1))
        fingerprint = seen(import_id).plan_fingerprint
    address, key = f"{ADDRESS}/{import_id}/approve", {"Idempotency-Key": "yes"}
    with app.app_context():
        change_behind_the_back(Import, Import.id == import_id, plan_fingerprint="sha256:other")
    refused = call("POST", address, json={"fingerprint": fingerprint}, headers=key)
    with app.app_context():
        change_behind_the_back(Import, Import.id == import_id, plan_fingerprint=fingerprint)

    accepted = call("POST", address, json={"fingerprint": fingerprint}, headers=key)
    again = call("POST", address, json={"fingerprint": fingerprint}, headers=key)

    assert code_of(refused, 409) == "plan.stale"
    assert (accepted.status_code, again.status_code) == (202, 202)
    assert again.data == accepted.data


@on_sqlite
@pytest.mark.parametrize("key", ["", " ", "ü", "x" * 256, "a\tb"])
def test_a_word_that_cannot_be_used_is_refused(app: Flask, call: Program, key: str) -> None:
    answer = upload(call, key)

    assert code_of(answer, 422) == "invalid_input"
    assert imports(app) == 0


@on_sqlite
def test_an_upload_whose_process_died_before_it_answered_is_found_again(app: Flask, call: Program) -> None:
    made = upload(call, "night-1").get_json()["id"]
    long_ago = datetime.now(UTC) - timedelta(minutes=3)
    with app.app_context():
        change_behind_the_back(AnsweredRequest, sa.true(), status=None, body="", asked_at=long_ago)

    assert upload(call, "night-1").get_json()["id"] == made
    assert imports(app) == 1


@on_sqlite
def test_while_the_first_is_at_work_the_second_is_told_to_wait(app: Flask, call: Program) -> None:
    upload(call, "night-1")
    with app.app_context():
        change_behind_the_back(AnsweredRequest, sa.true(), status=None, body="")

    assert code_of(upload(call, "night-1"), 409) == "idempotency.running"


@on_sqlite
def test_an_answer_is_forgotten_after_a_day(app: Flask, call: Program) -> None:
    upload(call, "night-1")
    now = datetime.now(UTC)

    with app.app_context():
        assert forget_answers(now=now + timedelta(hours=23)) == 0
        assert forget_answers(now=now + timedelta(hours=25)) == 1
        assert count(AnsweredRequest) == 0


def test_of_many_at_the_same_moment_one_is_done(app: Flask, admin: Person) -> None:
    with app.app_context():
        build_api_key(admin=admin)
        actor = actor_of(admin)
    start = threading.Barrier(4)
    claims: list[Any] = []
    refusals: list[str] = []

    def ask() -> None:
        with app.app_context():
            start.wait()
            outcome = caught(lambda: claim_request(actor=actor, now=NOW, key="once", digest="d"), refusals)
            claims.append(outcome)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    won = [claim for claim in claims if isinstance(claim, Claim)]
    assert len(won) == 1
    assert refusals == ["idempotency.running"] * 3
    with app.app_context():
        drop_claim(actor=actor, claim=won[0])
        assert isinstance(claim_request(actor=actor, now=NOW, key="once", digest="d"), Claim)


def caught(use_case: Callable[[], Any], refusals: list[str]) -> Any:
    try:
        return use_case()
    except UseCaseError as refusal:
        refusals.append(refusal.code)
        return None
