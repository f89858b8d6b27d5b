"""Programs see and repair the rows of an import of several tables: a row is its table and its number."""

from flask import Flask

from phcs.extensions import limiter
from tests.api.test_templates import caller
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_review, people_and_visits


def test_rows_and_findings_are_those_of_one_table_and_rejected_rows_come_apart(app: Flask) -> None:
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation())
        import_id = build_review(actor=actor_of(admin), content=people_and_visits(), file_name="export.zip")
    client, key = caller(app, admin, "imports:write")
    place = f"/api/v1/imports/{import_id}"

    rows = client.get(f"{place}/rows?table=2&status=error", headers=key).get_json()["rows"]
    assert [(row["table"], row["row"]) for row in rows] == [(2, 3)]
    groups = client.get(f"{place}/findings?table=1", headers=key).get_json()["findings"]
    assert {group["code"]: group["rows"] for group in groups} == {"name.missing": 1, "phone.missing": 1}

    named = client.get(f"{place}/errors", headers=key)
    assert (named.status_code, named.get_json()["code"]) == (422, "invalid_input")
    assert "1 (people.csv), 2 (visits.csv)" in named.get_json()["detail"]
    assert client.get(f"{place}/errors?table=2", headers=key).text.count("row-3-2-") == 1
    assert client.get(f"{place}/errors?format=zip", headers=key).data[:2] == b"PK"

    sent = {"cells": {"client_name": "Vera Costa"}}
    repaired = client.patch(f"{place}/rows/3?table=2", json=sent, headers=key).get_json()
    assert (repaired["table"], repaired["row"], repaired["status"]) == (2, 3, "valid")
    assert client.patch(f"{place}/rows/3?table=3", json=sent, headers=key).status_code == 404
