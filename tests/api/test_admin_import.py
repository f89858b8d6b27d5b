"""The mission's endpoints for imports, with a key and from a signed-in browser."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.extensions import limiter
from phcs.models.organisations import Organisation, Person
from phcs.services.api_keys import revoke_api_key
from tests.builders import actor_of, build_api_key, build_organisation, build_person
from tests.import_builders import advance, build_review, export_csv, seen, visit, visits
from tests.web.pages import Pages

ADDRESS = "/api/admin/import"
LIMIT = 1_500_000
"""More than any other request may be, so that the upload's own limit is what decides."""
Call = Callable[..., TestResponse]


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"WTF_CSRF_ENABLED": True, "PHCS_MAX_UPLOAD_BYTES": LIMIT}


@pytest.fixture
def organisation(app: Flask) -> Organisation:
    with app.app_context():
        limiter.reset()
        return build_organisation()


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Person:
    with app.app_context():
        return build_person(organisation=organisation)


def program(app: Flask, admin: Person, *scopes: str) -> Call:
    """A program with a key that has these scopes: call it with method, path and what to send."""
    with app.app_context():
        key = build_api_key(admin=admin, scopes=frozenset(scopes), now=datetime.now(UTC))
    client = app.test_client()

    def call(method: str, path: str, **sent: Any) -> TestResponse:
        return client.open(
            ADDRESS + path, method=method, headers={"Authorization": f"Bearer {key.secret}"}, **sent
        )

    return call


def file(contents: bytes) -> dict[str, Any]:
    return {"file": (io.BytesIO(contents), "visits.csv")}


def problem(answer: TestResponse, status: int) -> str:
    """The stable code of a refusal, whose form is checked."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json()
    assert set(body) == {"type", "title", "status", "detail", "code"}
    assert body["status"] == status
    return str(body["code"])


def in_review(app: Flask, admin: Person) -> UUID:
    with app.app_context():
        return build_review(actor=actor_of(admin), content=[visit(1), visit(2, client_name="")])


def test_a_program_takes_a_file_from_upload_to_live_records(app: Flask, admin: Person) -> None:
    call = program(app, admin, "imports:write", "imports:approve")

    taken = call("POST", "", data={**file(export_csv(visits(2)).encode()), "duplicates": "update"})
    address = "/" + taken.get_json()["import"]
    with app.app_context():
        assert advance(UUID(address[1:])) is ImportState.REVIEW
    plan = call("GET", address).get_json()["plan"]
    approved = call("POST", f"{address}/approve", json={"fingerprint": plan["fingerprint"]})
    with app.app_context():
        assert advance(UUID(address[1:])) is ImportState.COMPLETED

    assert taken.status_code == 202
    assert taken.get_json()["state"] == "received"
    assert plan["owner"]["create"] == 2
    assert approved.status_code == 202
    assert call("GET", address).get_json()["state"] == "completed"


def test_an_import_has_the_shape_of_the_contract(app: Flask, admin: Person) -> None:
    import_id = in_review(app, admin)

    body = program(app, admin, "imports:read")("GET", f"/{import_id}").get_json()

    assert [(one["name"], one["kind"], one["rows"]) for one in body["tables"]] == [("visits.csv", "case", 2)]
    assert body["rows"] == {"total": 2, "valid": 1, "warning": 0, "error": 1}
    assert body["plan"]["case"] == {
        "create": 1,
        "update": 0,
        "link": 0,
        "unchanged": 0,
        "skip": 0,
        "reject": 1,
    }
    assert body["findings"] == {"name.missing": 1}
    assert {
        "import",
        "state",
        "source",
        "duplicates_in_file",
        "needs_decision",
        "timings",
        "peak_memory_mb",
    } <= set(body)
    assert body["links"]["approve"] == f"{ADDRESS}/{import_id}/approve"
    assert body["columns"][0]["target"] == "case.external_id"


def test_a_failed_import_says_why(app: Flask, admin: Person) -> None:
    call = program(app, admin, "imports:write")
    address = "/" + call("POST", "", data=file(b"\x89PNG\r\n\x1a\n\x00\x01")).get_json()["import"]
    with app.app_context():
        assert advance(UUID(address[1:])) is ImportState.FAILED

    body = call("GET", address).get_json()

    assert body["failure"]["code"].startswith("file.")
    assert body["plan"]["case"]["create"] == 0


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "", "imports:write"),
        ("GET", "/history", "imports:read"),
        ("GET", "/{id}", "imports:read"),
        ("POST", "/{id}/approve", "imports:approve"),
        ("POST", "/{id}/abort", "imports:approve"),
    ],
)
def test_a_key_without_the_scope_is_refused(
    app: Flask, admin: Person, method: str, path: str, scope: str
) -> None:
    address = path.format(id=in_review(app, admin))
    others = {"records:read", "audit:read", *({"imports:read"} if scope != "imports:read" else ())}

    refused = program(app, admin, *others)(method, address)
    let_in = program(app, admin, scope)(method, address)

    assert problem(refused, 403) == "not_allowed"
    assert let_in.status_code != 403


@pytest.mark.parametrize("key", ["", "Bearer ", "Bearer phcs_nobody", "Basic YTpi"])
def test_nobody_gets_in_without_a_valid_key(app: Flask, key: str) -> None:
    answer = app.test_client().get(f"{ADDRESS}/history", headers={"Authorization": key} if key else {})

    assert problem(answer, 401) == "not_signed_in"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_opens_nothing_from_then_on(app: Flask, admin: Person) -> None:
    with app.app_context():
        key = build_api_key(admin=admin, now=datetime.now(UTC))
    headers = {"Authorization": f"Bearer {key.secret}"}
    client = app.test_client()
    assert client.get(f"{ADDRESS}/history", headers=headers).status_code == 200

    with app.app_context():
        revoke_api_key(actor=actor_of(admin), now=datetime.now(UTC), key_id=key.id)

    assert problem(client.get(f"{ADDRESS}/history", headers=headers), 401) == "not_signed_in"


def test_another_organisations_import_answers_as_one_that_does_not_exist(app: Flask, admin: Person) -> None:
    theirs = in_review(app, admin)
    with app.app_context():
        stranger = build_person()
    call = program(app, stranger, "imports:read", "imports:approve")

    for method, deed in (("GET", ""), ("POST", "/approve"), ("POST", "/abort")):
        answers = [call(method, f"/{one}{deed}", json={} if deed else None) for one in (theirs, uuid4())]
        assert [problem(answer, 404) for answer in answers] == ["not_found", "not_found"]
        assert answers[0].get_json() == answers[1].get_json()
    assert call("GET", "/history").get_json()["imports"] == []


@pytest.mark.parametrize(
    ("size", "status"), [(LIMIT - 1, 202), (LIMIT, 202), (LIMIT + 1, 413), (3_000_000, 413)]
)
def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    app: Flask, admin: Person, size: int, status: int
) -> None:
    call = program(app, admin, "imports:write")

    answer = call("POST", "", data=file(b"client_name\n".ljust(size, b"x")))

    assert answer.status_code == status
    assert len(call("GET", "/history").get_json()["imports"]) == (1 if status == 202 else 0)


@pytest.mark.parametrize(
    ("contents", "fields", "code"),
    [
        (None, {}, "invalid_input"),
        (b"", {}, "file.empty"),
        (b"a", {"source": "nowhere"}, "invalid_input"),
        (b"a", {"duplicates": "guess"}, "invalid_input"),
    ],
)
def test_what_cannot_be_accepted_is_refused_with_a_code(
    app: Flask, admin: Person, contents: bytes | None, fields: dict[str, str], code: str
) -> None:
    call = program(app, admin, "imports:write")
    sent = fields if contents is None else {**fields, **file(contents)}

    assert problem(call("POST", "", data=sent, content_type="multipart/form-data"), 422) == code


def test_whoever_approves_second_is_told_who_decided(app: Flask, admin: Person) -> None:
    import_id = in_review(app, admin)
    with app.app_context():
        fingerprint = seen(import_id).plan_fingerprint
    call = program(app, admin, "imports:approve")
    assert call("POST", f"/{import_id}/approve", data={"fingerprint": fingerprint}).status_code == 202

    late = call("POST", f"/{import_id}/approve", json={"fingerprint": fingerprint})

    assert problem(late, 409) == "import.already_decided"
    assert "Nightly export approved this import at" in late.get_json()["detail"]


def test_an_approval_without_the_plans_fingerprint_is_refused(app: Flask, admin: Person) -> None:
    import_id = in_review(app, admin)

    answer = program(app, admin, "imports:approve")("POST", f"/{import_id}/approve", json={})

    assert problem(answer, 422) == "invalid_input"


def test_the_history_pages_by_cursor(app: Flask, admin: Person) -> None:
    ids = [str(in_review(app, admin)) for _ in range(3)]
    call = program(app, admin, "imports:read")

    first = call("GET", "/history?size=2").get_json()
    rest = call("GET", f"/history?size=2&cursor={first['next']}").get_json()

    assert [one["import"] for one in first["imports"] + rest["imports"]] == ids[::-1]
    assert rest["next"] is None
    assert problem(call("GET", "/history?cursor=nonsense"), 422) == "invalid_input"
    assert problem(call("GET", "/history?since=soon"), 422) == "invalid_input"


def test_a_signed_in_admin_uploads_with_the_pages_token_and_not_without(
    app: Flask, organisation: Organisation
) -> None:
    pages = Pages(app, organisation)
    pages.sign_in_as(Role.ADMIN)
    contents = export_csv(visits(1)).encode()
    token = {"X-CSRFToken": pages.csrf_token()}

    without = pages.client.post(ADDRESS, data=file(contents))
    with_token = pages.client.post(ADDRESS, data=file(contents), headers=token)

    assert problem(without, 400) == "http.400"
    assert with_token.status_code == 202


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_a_signed_in_person_needs_the_permission_too(
    app: Flask, organisation: Organisation, role: Role
) -> None:
    pages = Pages(app, organisation)
    pages.sign_in_as(role)
    token = {"X-CSRFToken": pages.csrf_token()}

    assert problem(pages.client.post(ADDRESS, data=file(b"a"), headers=token), 403) == "not_allowed"
    assert pages.client.get(f"{ADDRESS}/history").status_code == 200
