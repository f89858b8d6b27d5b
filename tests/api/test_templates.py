"""Saved mappings and the mapping of an import, for programs."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from phcs.core.states import ImportState
from phcs.extensions import limiter
from phcs.models.organisations import Person
from tests.builders import actor_of, build_api_key, build_organisation, build_person
from tests.import_builders import advance, build_import, seen

ROW = {"Name": "Ana Silva", "Tel.": "+14155550101", "Created": "03/04/2026", "Wunsch": "food"}
SAID = {
    "columns": {"Wunsch": "case.services", "Created": "case.opened_at"},
    "dates": {"Created": "day_first"},
}


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


def caller(app: Flask, admin: Person, scope: str) -> tuple[FlaskClient, dict[str, str]]:
    """A client, and the header with a key of this scope."""
    with app.app_context():
        key = build_api_key(admin=admin, scopes=frozenset({scope}), now=datetime.now(UTC))
    return app.test_client(), {"Authorization": f"Bearer {key.secret}"}


def test_a_program_maps_a_file_carries_the_template_over_and_has_it_applied(
    app: Flask, admin: Person
) -> None:
    client, key = caller(app, admin, "imports:write")
    with app.app_context():
        import_id = build_import(actor=actor_of(admin), content=[ROW], kind="case")
        assert advance(import_id) is ImportState.MAPPING

    open_date = client.post(
        f"/api/v1/imports/{import_id}/mapping", json={"columns": SAID["columns"]}, headers=key
    )
    mapped = client.post(f"/api/v1/imports/{import_id}/mapping", json=SAID, headers=key)
    assert (open_date.status_code, mapped.status_code) == (422, 202)
    assert "Say how the dates of “Created” are read" in open_date.get_json()["detail"]

    document = {
        "phcs_template": 1,
        "name": "Door list",
        "source": "plain",
        "kind": "case",
        "columns": [
            {"heading": heading, "feeds": target}
            for heading, target in zip(
                ROW, ("owner.full_name", "owner.phone", "", "case.services"), strict=True
            )
        ],
    }
    assert client.post("/api/v1/templates", json=document, headers=key).get_json() == {"version": 1}
    listed = client.get("/api/v1/templates", headers=key).get_json()["templates"]
    assert [(one["name"], one["headings"]) for one in listed] == [("Door list", list(ROW))]
    shown = client.get(f"/api/v1/templates/{listed[0]['id']}", headers=key).get_json()
    assert shown["columns"][3] == {"heading": "Wunsch", "feeds": "case.services"}

    with app.app_context():
        second = build_import(actor=actor_of(admin), content=[ROW], template="-", kind="case")
        assert advance(second) is ImportState.MAPPING
    named = client.post(f"/api/v1/imports/{second}/mapping", json={"template": "Door list"}, headers=key)
    assert (named.status_code, named.get_json()["state"]) == (202, "received")
    with app.app_context():
        assert advance(second) is ImportState.REVIEW
        assert seen(second).tables[0].mapping.columns[2].target == ""
    assert client.delete(f"/api/v1/templates/{listed[0]['id']}", headers=key).status_code == 204
    assert client.get("/api/v1/templates", headers=key).get_json() == {"templates": []}


def test_a_key_that_only_reads_changes_no_template_and_no_mapping(app: Flask, admin: Person) -> None:
    client, key = caller(app, admin, "imports:read")
    with app.app_context():
        import_id = build_import(actor=actor_of(admin), content=[ROW])

    assert client.get("/api/v1/templates", headers=key).status_code == 200
    assert client.post("/api/v1/templates", json={}, headers=key).status_code == 403
    assert client.post(f"/api/v1/imports/{import_id}/mapping", json=SAID, headers=key).status_code == 403
