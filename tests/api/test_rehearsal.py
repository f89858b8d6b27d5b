"""Rehearsals by programs: ask, look how it went."""

import pytest
from flask import Flask

from phcs.extensions import db, limiter
from phcs.models.organisations import Person
from phcs.queries.rehearsals import rehearsals_without_worker
from phcs.services.rehearsal_working import rehearse_import
from tests.api.callers import Program, code_of
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, visits, workshop

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


def test_a_program_asks_for_a_rehearsal_and_reads_its_report(app: Flask, admin: Person) -> None:
    call = Program(app, admin, "imports:approve")
    with app.app_context():
        address = f"/api/v1/imports/{build_review(actor=actor_of(admin), content=visits(2))}/rehearsal"

    before = call("GET", address)
    asked = call("POST", address)
    with app.app_context():
        (rehearsal_id,) = rehearsals_without_worker(db.session(), now=NOW)
        db.session.rollback()
        rehearse_import(rehearsal_id=rehearsal_id, workshop=workshop())
    found = call("GET", address).get_json()

    assert code_of(before, 404) == "not_found"
    assert (asked.status_code, asked.get_json()["state"], asked.get_json()["report"]) == (
        202,
        "waiting",
        None,
    )
    assert (found["state"], found["problem"]) == ("fits", "")
    assert found["report"]["records"]["case"] == {"create": 2, "update": 0, "link": 0}


def test_an_import_that_is_over_cannot_be_rehearsed(app: Flask, admin: Person) -> None:
    call = Program(app, admin, "imports:write")
    with app.app_context():
        import_id = build_promotion(actor=actor_of(admin), content=visits(1))

    assert code_of(call("POST", f"/api/v1/imports/{import_id}/rehearsal"), 409) == "import.not_rehearsable"
