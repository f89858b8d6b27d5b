"""Orphans at the doors for programs and operators: listed in groups, decided about for all alike."""

import pytest
from flask import Flask

from phcs.extensions import limiter
from tests.api.callers import Program, code_of
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import advance, seen
from tests.services.test_orphans import reviewed

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


def test_a_program_decides_about_orphans_and_an_operator_takes_it_back(app: Flask) -> None:
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation(), email="ada@example.org")
        import_id = reviewed(actor_of(admin))
        before = seen(import_id).plan_fingerprint
    call = Program(app, admin, "imports:read", "imports:approve")
    address = f"/api/v1/imports/{import_id}/orphans"

    listed = call("GET", address).get_json()["groups"]
    wrong = call(
        "POST", address, json={"decisions": [{"table": 3, "code": "parent.missing", "choice": "hold"}]}
    )
    one = {"table": 2, "code": "parent.missing", "choice": "placeholder"}
    decided = call("POST", address, json={"decisions": [one]})
    with app.app_context():
        advance(import_id)
    after = call("GET", address).get_json()["groups"]

    assert [(group["table"], group["code"], group["held_back"]) for group in listed] == [
        (2, "parent.missing", 1),
        (3, "parent.waiting", 1),
    ]
    assert listed[0]["first"][0]["belongs_to"] == "the owner 99"
    assert code_of(wrong, 422) == "invalid_input"
    assert (decided.status_code, decided.get_json()["state"]) == (202, "staging")
    assert [(group["choice"], group["held_back"]) for group in after] == [("placeholder", 0)]

    command = ["imports", "orphans", str(import_id), "--table", "2", "--code", "parent.missing"]
    with app.app_context():
        taken_back = app.test_cli_runner().invoke(args=[*command, "--choice", "take-back"])
        assert taken_back.exit_code == 0
        assert "table 2 (pacientes.csv), parent.missing: 1 rows, 1 held back" in taken_back.output
        assert seen(import_id).plan_fingerprint == before
