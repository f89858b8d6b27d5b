"""Corrected rows and the data-quality log for programs, each answer as the OpenAPI document promises."""

import io
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from phcs.core.states import ImportState
from phcs.extensions import limiter
from phcs.models.organisations import Person
from tests.api.callers import Program, code_of
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import advance, build_review, seen, visits
from tests.services.test_correcting import BROKEN, corrected, named

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


@pytest.fixture
def call(app: Flask, admin: Person) -> Program:
    return Program(app, admin, "imports:write", "imports:approve")


def reviewed(app: Flask, admin: Person, content: Any = BROKEN, **choices: str) -> UUID:
    with app.app_context():
        return build_review(actor=actor_of(admin), content=content, **choices)


def test_a_program_fetches_rejected_rows_and_brings_them_back(
    app: Flask, admin: Person, call: Program
) -> None:
    import_id = reviewed(app, admin)
    address = f"/api/v1/imports/{import_id}"

    content = call("GET", f"{address}/errors").data
    answer = call(
        "POST",
        f"{address}/corrections",
        data={"file": (io.BytesIO(corrected(content, named)), "rejected.csv")},
    )

    found = answer.get_json()
    assert (found["rows"], found["cells"], found["untouched"]) == (1, 1, 1)
    assert found["corrected_in"] == str(import_id)
    with app.app_context():
        assert advance(import_id) is ImportState.REVIEW
    quality = call("GET", f"{address}/quality?resolution=corrected").get_json()
    assert (quality["open"], quality["resolved"]) == (1, 1)
    assert [one["row"] for one in quality["findings"]] == [4]
    totals = call("GET", "/api/v1/quality").get_json()
    assert (totals["imports"][0]["open"], totals["sources"][0]["resolved"]) == (1, 1)
    assert call("GET", f"{address}/errors?format=xlsx").data.startswith(b"PK")


def test_stop_refuses_the_approval_until_it_is_chosen_otherwise(
    app: Flask, admin: Person, call: Program
) -> None:
    import_id = reviewed(app, admin, on_error="stop")
    address = f"/api/v1/imports/{import_id}"
    with app.app_context():
        fingerprint = seen(import_id).plan_fingerprint

    refused = call("POST", f"{address}/approve", json={"fingerprint": fingerprint})
    assert code_of(refused, 409) == "import.has_errors"
    call("POST", f"{address}/on-error", json={"on_error": "skip"})

    assert call("POST", f"{address}/approve", json={"fingerprint": fingerprint}).status_code == 202


def test_what_cannot_be_done_is_refused_with_a_code(app: Flask, admin: Person, call: Program) -> None:
    clean = f"/api/v1/imports/{reviewed(app, admin, visits(1))}"
    reader = Program(app, admin, "imports:read")

    assert code_of(call("GET", f"{clean}/errors"), 409) == "import.no_rejected_rows"
    assert code_of(call("POST", f"{clean}/corrections"), 422) == "invalid_input"
    assert code_of(reader("POST", f"{clean}/corrections"), 403) == "not_allowed"
    assert code_of(call("POST", f"{clean}/on-error", json={"on_error": "ask"}), 422) == "invalid_input"
