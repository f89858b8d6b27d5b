"""The verification report for programs: made when it is first asked for, repeatable by its seed."""

import pytest
from flask import Flask

from phcs.core.states import ImportState
from phcs.extensions import limiter
from phcs.models.organisations import Person
from tests.api.callers import Program, code_of
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, seen, visits

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


def test_the_report_is_made_when_it_is_first_asked_for_and_stays(app: Flask, admin: Person) -> None:
    call = Program(app, admin, "imports:write")
    with app.app_context():
        import_id = build_promotion(actor=actor_of(admin), content=visits(3))
    address = f"/api/v1/imports/{import_id}/verification"

    first, again = call("GET", address).get_json(), call("GET", address).get_json()

    assert (first["state"], first["result"], first["import"]["rows"]) == ("done", "adds_up", 3)
    assert [one["row_no"] for one in first["rows"]] == [2, 3, 4]
    assert first == again
    anew = call("POST", address, json={"seed": "tea", "sample": 1}).get_json()
    assert (anew["number"], anew["seed"], len(anew["rows"])) == (2, "tea", 1)
    assert code_of(call("POST", address, json={"sample": 501}), 422) == "invalid_input"


def test_what_is_not_promoted_has_no_report(app: Flask, admin: Person) -> None:
    call = Program(app, admin, "imports:write")
    with app.app_context():
        waiting = build_review(actor=actor_of(admin), content=visits(1))
        assert seen(waiting).row.state is ImportState.REVIEW

    refused = call("GET", f"/api/v1/imports/{waiting}/verification")

    assert code_of(refused, 409) == "import.not_promoted"
