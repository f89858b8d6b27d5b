"""What every call has: a limit of its own key, and a name that the audit trail knows."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from phcs.extensions import db, limiter
from phcs.models.audit import AuditEvent
from phcs.models.organisations import Person
from tests.api.callers import Program, code_of
from tests.builders import build_organisation, build_person

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
ADDRESS = "/api/v1/imports"


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"PHCS_API_LIMIT": "3 per minute"}


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


def test_a_key_that_calls_too_often_is_told_when_to_go_on_and_others_are_not_held_up(
    app: Flask, admin: Person
) -> None:
    call, other = Program(app, admin, "imports:read"), Program(app, admin, "imports:read")

    answers = [call("GET", ADDRESS) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert code_of(answers[3], 429) == "http.429"
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60
    assert "Retry-After" not in answers[0].headers
    assert other("GET", ADDRESS).status_code == 200


def test_the_trail_names_the_request(app: Flask, admin: Person) -> None:
    answer = Program(app, admin, "imports:write")(
        "POST", ADDRESS, data={"file": (io.BytesIO(b"name\nAna"), "a.csv"), "wait": "0"}
    )

    with app.app_context():
        event = db.session.query(AuditEvent).filter_by(action="import.received").one()
    assert event.detail["request"] == answer.headers["X-Request-Id"]
    assert event.actor_name == "Nightly export"


@pytest.mark.parametrize(("method", "path"), [("PUT", ADDRESS), ("DELETE", "/api/v1/openapi.json")])
def test_a_method_that_an_address_does_not_know_is_a_problem_too(app: Flask, method: str, path: str) -> None:
    answer = app.test_client().open(path, method=method)

    assert code_of(answer, 405) == "http.405"
    assert "GET" in answer.headers["Allow"]
    assert answer.json is not None
    assert answer.json["detail"] == "This address knows other methods; the header “Allow” names them."


def test_an_address_that_is_not_there_is_a_problem_too(app: Flask) -> None:
    assert code_of(app.test_client().get("/api/v1/nothing"), 404) == "http.404"


@pytest.mark.parametrize(
    ("media_type", "status", "sentence"),
    [
        ("application/json", 400, "The request cannot be read: its body is not what its Content-Type says."),
        ("text/plain", 415, "Send JSON with “Content-Type: application/json”, or a form; "),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_our_own_words(
    app: Flask, admin: Person, media_type: str, status: int, sentence: str
) -> None:
    call = Program(app, admin, "imports:write")

    answer = call("POST", f"{ADDRESS}/bulk", data=b"{", content_type=media_type)

    assert code_of(answer, status) == f"http.{status}"
    assert answer.get_json()["detail"].startswith(sentence)
