"""A review by programs: comments, rows that an import is sent back for, and confirming what is unusual."""

import pytest
from flask import Flask

from phcs.core.states import ImportState
from phcs.extensions import limiter
from phcs.models.organisations import Person
from tests.api.callers import Program, code_of
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_review, seen, visit, visits

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
MISSION = "/api/admin/import"


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


@pytest.fixture
def call(app: Flask, admin: Person) -> Program:
    return Program(app, admin, "imports:approve")


@pytest.mark.parametrize("base", ["/api/v1/imports", MISSION])
def test_an_unusual_file_is_approved_with_a_reason_for_what_is_unusual(
    app: Flask, admin: Person, call: Program, base: str
) -> None:
    with app.app_context():
        rows = [visit(number, client_phone="+14155550100") for number in range(1, 61)]
        import_id = build_review(actor=actor_of(admin), content=rows)
        fingerprint = seen(import_id).plan_fingerprint
    address = f"{base}/{import_id}/approve"

    refused = call("POST", address, json={"fingerprint": fingerprint})
    wrong = call("POST", address, json={"fingerprint": fingerprint, "confirmations": ["yes"]})
    approved = call(
        "POST", address, json={"fingerprint": fingerprint, "confirmations": {"shared_phone": "Our desk."}}
    )

    assert (refused.status_code, refused.get_json()["code"]) == (409, "confirmation_needed")
    assert "60 of 60 rows" in refused.get_json()["guards"]["shared_phone"]
    assert code_of(wrong, 422) == "invalid_input"
    assert approved.status_code == 202
    (guard,) = call("GET", f"/api/v1/imports/{import_id}/guards").get_json()["guards"]
    assert (guard["guard"], guard["reason"]) == ("shared_phone", "Our desk.")
    with app.app_context():
        assert seen(import_id).row.state is ImportState.APPROVED


def test_a_program_comments_and_sends_back_because_of_rows(app: Flask, admin: Person, call: Program) -> None:
    with app.app_context():
        address = f"/api/v1/imports/{build_review(actor=actor_of(admin), content=visits(4))}"

    call("POST", f"{address}/comments", json={"text": "Looking at it."})
    call("POST", f"{address}/send-back", json={"reason": "Wrong month.", "rows": "3-5"})
    unknown = call("POST", f"{address}/send-back", json={"reason": "Wrong month.", "rows": "9"})

    assert code_of(unknown, 422) == "invalid_input"
    told = call("GET", f"{address}/comments").get_json()["comments"]
    assert [(one["text"], one["sent_back"], one["rows"]) for one in told] == [
        ("Looking at it.", False, []),
        ("Wrong month.", True, [3, 4, 5]),
    ]
