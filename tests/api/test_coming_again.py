"""A later export at the doors for programs and operators: whose value holds, and what is not named any more."""

import pytest
from flask import Flask

from phcs.extensions import limiter
from tests.api.callers import Program, code_of
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import advance
from tests.services.test_coming_again import again
from tests.services.test_orphans import CLIENTS, PATIENTS, SHOTS

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


def test_a_program_takes_theirs_and_an_operator_ours_again(app: Flask) -> None:
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation(), email="ada@example.org")
        fewer = PATIENTS.replace("2,2,Michi,Felino,,M,\n", "")
        files = {"clientes.csv": CLIENTS, "pacientes.csv": fewer, "vacunas.csv": SHOTS.replace("L1", "L2")}
        import_id = again(actor_of(admin), files)
    call = Program(app, admin, "imports:read", "imports:approve")
    address = f"/api/v1/imports/{import_id}/coming-again"

    listed = call("GET", address).get_json()
    wrong = call("POST", address, json={"decisions": [{"kind": "pet", "fact": "name", "take": "theirs"}]})
    decided = call("POST", address, json={"decisions": [{"kind": "vaccination", "take": "theirs"}]})
    with app.app_context():
        advance(import_id)

    assert [(one["fact"], one["rows"], one["take"]) for one in listed["conflicts"]] == [("lot", 2, "ours")]
    assert [(one["kind"], one["number"]) for one in listed["gone"]] == [("pet", 1)]
    assert code_of(wrong, 422) == "invalid_input"
    assert decided.status_code == 202
    assert call("GET", address).get_json()["conflicts"][0]["take"] == "theirs"

    command = ["imports", "coming-again", str(import_id), "--kind", "vaccination", "--take", "ours"]
    with app.app_context():
        done = app.test_cli_runner().invoke(args=command)
    assert done.exit_code == 0
    assert "vaccination lot: 2 changed there and here, ours holds" in done.output
    assert "  row 2 of “vacunas.csv”: ours “corrected”, theirs “L2”" in done.output
    assert "pet: 1 of okvet not in this file: 2" in done.output
