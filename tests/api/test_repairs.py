"""Programs repair staged rows: one row, one value in all its rows, and take it back."""

from flask import Flask

from phcs.core.states import ImportState
from phcs.extensions import limiter
from tests.api.test_templates import caller
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import advance, build_review, seen, visit


def test_a_program_repairs_a_row_and_a_value_and_takes_it_back(app: Flask) -> None:
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation())
        rows = [visit(1, client_phone="12"), visit(2, species="Dogg"), visit(3, species="Dogg")]
        import_id = build_review(actor=actor_of(admin), content=rows)
        theirs = build_review(actor=actor_of(build_person()), content=rows)
    client, key = caller(app, admin, "imports:write")
    place = f"/api/v1/imports/{import_id}"

    sent = {"cells": {"client_phone": "+14155550101"}, "was": {"D": "12"}}
    row = client.patch(f"{place}/rows/2", json=sent, headers=key).get_json()
    assert (row["status"], row["was"], row["findings"], row["batch"]) == (
        "valid",
        {"client_phone": "12"},
        [],
        1,
    )
    again = client.patch(f"{place}/rows/2", json=sent, headers=key)
    assert (again.status_code, again.get_json()["code"]) == (422, "invalid_input")

    value = {"column": "species", "from": "Dogg", "to": "dog"}
    assert client.post(f"{place}/repairs", json=value, headers=key).get_json()["rows"] == 2
    assert client.post(f"{place}/repairs/1/take-back", headers=key).status_code == 202
    with app.app_context():
        assert advance(import_id) is ImportState.REVIEW
        assert seen(import_id).finding_counts == {"phone.invalid": 1}

    for method, path in (("patch", "rows/2"), ("post", "repairs"), ("post", "repairs/1/take-back")):
        answer = getattr(client, method)(
            f"/api/v1/imports/{theirs}/{path}", json={**sent, **value}, headers=key
        )
        assert answer.status_code == 404, path
