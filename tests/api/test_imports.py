"""Imports under /api/v1: from upload to undo, each answer as the OpenAPI document promises."""

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from phcs.core.states import ImportState
from phcs.extensions import limiter
from phcs.models.organisations import Person
from tests.api.callers import Program, code_of
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import advance, build_promotion, build_review, export_csv, visit, visits

ADDRESS = "/api/v1/imports"
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


@pytest.fixture
def call(app: Flask, admin: Person) -> Program:
    return Program(app, admin, "imports:write", "imports:approve")


def sent(contents: str | bytes, **fields: str) -> dict[str, Any]:
    data = contents.encode() if isinstance(contents, str) else contents
    return {"data": {"file": (io.BytesIO(data), "visits.csv"), "wait": "0", **fields}}


def reviewed(app: Flask, admin: Person, count: int = 2) -> str:
    with app.app_context():
        return str(build_review(actor=actor_of(admin), content=visits(count)))


def test_a_program_takes_a_file_from_upload_to_undo(app: Flask, call: Program) -> None:
    uploaded = call("POST", ADDRESS, **sent(export_csv(visits(2)), external_id="night-1"))
    address = uploaded.headers["Location"]
    with app.app_context():
        assert advance(UUID(uploaded.get_json()["id"])) is ImportState.REVIEW
    plan = call("GET", address).get_json()["plan"]
    assert call("POST", f"{address}/approve", json={"fingerprint": plan["fingerprint"]}).status_code == 202
    with app.app_context():
        assert advance(UUID(uploaded.get_json()["id"])) is ImportState.COMPLETED
    assert call("POST", f"{address}/undo").status_code == 202
    with app.app_context():
        advance(UUID(uploaded.get_json()["id"]))
    reversal = call("GET", f"{address}/undo").get_json()["reversals"][0]
    assert reversal["state"] == "planned"
    call("POST", f"{address}/undo/approve", json={"fingerprint": reversal["fingerprint"]})
    with app.app_context():
        advance(UUID(uploaded.get_json()["id"]))

    assert call("GET", address).get_json()["state"] == "undone"
    assert call("GET", f"{ADDRESS}?external_id=night-1").get_json()["imports"][0]["state"] == "undone"


@on_sqlite
def test_an_upload_answers_with_headings_and_mapping_once_they_are_read(app: Flask, call: Program) -> None:
    early = call("POST", ADDRESS, **sent(export_csv(visits(12)))).get_json()
    with app.app_context():
        advance(UUID(early["id"]))

    later = call("GET", early["links"]["self"]).get_json()

    assert (early["state"], early["columns"], early["first_rows"]) == ("received", [], [])
    assert later["columns"][0] == {
        "heading": "waitwhile_id",
        "target": "case.external_id",
        "suggested": "",
        "confidence": later["columns"][0]["confidence"],
        "reason": later["columns"][0]["reason"],
    }
    assert len(later["first_rows"]) == 10
    assert later["links"]["approve"] == f"{ADDRESS}/{early['id']}/approve"


@on_sqlite
def test_polling_an_import_that_stands_still_costs_no_body(app: Flask, admin: Person, call: Program) -> None:
    address = f"{ADDRESS}/{reviewed(app, admin)}"
    first = call("GET", address)

    same = call("GET", address, headers={"If-None-Match": first.headers["ETag"]})
    call("POST", f"{address}/abort")
    other = call("GET", address, headers={"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.data) == (304, b"")
    assert (other.status_code, other.get_json()["state"]) == (200, "aborted")


@on_sqlite
def test_rows_and_findings_can_be_filtered(app: Flask, admin: Person, call: Program) -> None:
    with app.app_context():
        rows = [visit(1), visit(2, client_name=""), visit(3, client_phone="")]
        import_id = build_review(actor=actor_of(admin), content=rows)
    address = f"{ADDRESS}/{import_id}"

    groups = call("GET", f"{address}/findings").get_json()["findings"]
    wrong = call("GET", f"{address}/rows?status=error").get_json()["rows"]
    paged = call("GET", f"{address}/rows?size=2").get_json()
    rest = call("GET", f"{address}/rows?size=2&cursor={paged['next']}").get_json()

    assert [(one["code"], one["rows"]) for one in groups] == [("name.missing", 1), ("phone.missing", 1)]
    assert [(row["row"], row["findings"][0]["code"]) for row in wrong] == [(3, "name.missing")]
    assert [row["row"] for row in paged["rows"] + rest["rows"]] == [2, 3, 4]
    assert paged["rows"][0]["changes"][0]["facts"]["full_name"] == "Omar Haddadsonb"


@on_sqlite
@pytest.mark.parametrize(
    ("method", "path", "given", "status", "code"),
    [
        ("GET", "?state=perhaps", {}, 422, "invalid_input"),
        ("GET", "?size=0", {}, 422, "invalid_input"),
        ("GET", "?cursor=nonsense", {}, 422, "invalid_input"),
        ("GET", "?since=soon", {}, 422, "invalid_input"),
        ("POST", "", {"data": {}, "content_type": "multipart/form-data"}, 422, "invalid_input"),
        ("POST", "", sent(b""), 422, "file.empty"),
        ("POST", "", sent("a", wait="forever"), 422, "invalid_input"),
        ("POST", "", sent("a", kind="dragon"), 422, "invalid_input"),
        ("GET", "/{missing}", {}, 404, "not_found"),
        ("GET", "/{missing}/rows", {}, 404, "not_found"),
        ("GET", "/{missing}/undo", {}, 404, "not_found"),
        ("DELETE", "/{id}", {}, 409, "import.wrong_state"),
        ("POST", "/{id}/approve", {"json": {"fingerprint": "old"}}, 409, "plan.stale"),
        ("POST", "/{id}/approve", {"json": ["old"]}, 422, "invalid_input"),
        ("POST", "/{id}/approve", {"data": b"<old/>", "content_type": "text/xml"}, 415, "http.415"),
        ("PATCH", "/{id}/rows/99", {"json": {"cells": {"client_name": "Ana"}}}, 404, "not_found"),
        (
            "POST",
            "/{id}/approve",
            {"data": b"{", "content_type": "application/json"},
            400,
            "http.400",
        ),
        ("POST", "/{id}/send-back", {"json": {}}, 422, "invalid_input"),
        ("POST", "/{id}/undo", {"json": {}}, 409, "import.wrong_state"),
        ("POST", "/{id}/undo", {"json": {"direction": "up"}}, 422, "invalid_input"),
        ("GET", "/{id}/rows?status=odd", {}, 422, "invalid_input"),
        ("GET", "/{id}/rows?stale=perhaps", {}, 422, "invalid_input"),
    ],
)
def test_what_cannot_be_done_has_a_stable_code(
    app: Flask,
    admin: Person,
    call: Program,
    method: str,
    path: str,
    given: Mapping[str, Any],
    status: int,
    code: str,
) -> None:
    place = path.format(id=reviewed(app, admin, 1) if "{id}" in path else "", missing=uuid4())

    assert code_of(call(method, ADDRESS + place, **given), status) == code


@on_sqlite
def test_no_two_imports_of_an_organisation_share_an_external_id(app: Flask, call: Program) -> None:
    first = call("POST", ADDRESS, **sent(export_csv(visits(1)), external_id="night-1"))
    second = call("POST", ADDRESS, **sent(export_csv(visits(2)), external_id="night-1"))
    with app.app_context():
        stranger = Program(app, build_person(), "imports:write")

    assert code_of(second, 409) == "import.external_id_taken"
    assert first.get_json()["id"] in second.get_json()["detail"]
    assert stranger("POST", ADDRESS, **sent(export_csv(visits(1)), external_id="night-1")).status_code == 202
    assert len(call("GET", ADDRESS).get_json()["imports"]) == 1


@on_sqlite
def test_an_import_before_review_is_cancelled(call: Program) -> None:
    address = call("POST", ADDRESS, **sent(export_csv(visits(1)))).headers["Location"]

    assert call("DELETE", address).get_json()["state"] == "cancelled"


@on_sqlite
def test_a_key_without_the_scope_to_approve_never_approves(app: Flask, admin: Person) -> None:
    import_id = reviewed(app, admin)
    call = Program(app, admin, "imports:write", "records:read", "exports:read", "audit:read")
    plan = call("GET", f"{ADDRESS}/{import_id}").get_json()["plan"]

    answer = call("POST", f"{ADDRESS}/{import_id}/approve", json={"fingerprint": plan["fingerprint"]})

    assert code_of(answer, 403) == "not_allowed"


@on_sqlite
@pytest.mark.parametrize("key_alone", [True, False])
def test_with_four_eyes_a_key_never_approves_its_own_upload_nor_its_makers(
    app: Flask,
    key_alone: bool,  # noqa: FBT001
) -> None:
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation(four_eyes=True))
    call = Program(app, admin, "imports:write", "imports:approve")
    if key_alone:
        import_id = call("POST", ADDRESS, **sent(export_csv(visits(1)))).get_json()["id"]
        with app.app_context():
            advance(UUID(import_id))
    else:
        import_id = reviewed(app, admin)
    plan = call("GET", f"{ADDRESS}/{import_id}").get_json()["plan"]

    answer = call("POST", f"{ADDRESS}/{import_id}/approve", json={"fingerprint": plan["fingerprint"]})

    assert code_of(answer, 409) == "import.four_eyes"


@on_sqlite
def test_a_redo_is_asked_for_by_its_direction(app: Flask, admin: Person, call: Program) -> None:
    with app.app_context():
        import_id = build_promotion(actor=actor_of(admin), content=visits(1))

    refused = call("POST", f"{ADDRESS}/{import_id}/undo", json={"direction": "redo"})
    asked = call("POST", f"{ADDRESS}/{import_id}/undo", json={"direction": "undo"})
    withdrawn = call("POST", f"{ADDRESS}/{import_id}/undo/withdraw", json={"reason": "a mistake"})

    assert code_of(refused, 409) == "import.wrong_state"
    assert asked.get_json()["reversals"][0]["state"] == "requested"
    assert withdrawn.get_json()["offered"] == "undo"


@on_sqlite
def test_a_program_may_want_to_confirm_the_mapping_itself(app: Flask, call: Program) -> None:
    uploaded = call("POST", ADDRESS, **sent(export_csv(visits(1)), auto_map="no")).get_json()
    with app.app_context():
        assert advance(UUID(uploaded["id"])) is ImportState.MAPPING
    waiting = call("GET", uploaded["links"]["self"]).get_json()

    confirmed = call("POST", waiting["links"]["mapping"], json={})
    with app.app_context():
        assert advance(UUID(uploaded["id"])) is ImportState.REVIEW

    assert waiting["columns"][0]["target"] == "case.external_id"
    assert confirmed.status_code == 202


@on_sqlite
def test_several_files_are_one_import_whose_tables_are_mapped_by_name(app: Flask, call: Program) -> None:
    files = [
        (io.BytesIO(export_csv(visits(3)).encode()), "visits.csv"),
        (io.BytesIO(b"Name,Phone\nAna Silva,+14155550101\n"), "people.csv"),
        (io.BytesIO(b"shelf,boxes\nA1,4\n"), "stock.csv"),
    ]
    uploaded = call("POST", ADDRESS, data={"file": files, "wait": "0", "auto_map": "no"})
    address = uploaded.headers["Location"]
    with app.app_context():
        assert advance(UUID(uploaded.get_json()["id"])) is ImportState.MAPPING
    read = call("GET", address).get_json()
    of_none = call("POST", f"{address}/mapping", json={"columns": {"Phone": ""}})
    of_nobody = call("POST", f"{address}/mapping", json={"table": "pets.csv"})
    mapped = call(
        "POST",
        f"{address}/mapping",
        json={"tables": {"people.csv": {"columns": {"Phone": "owner.phone2"}}, "2": {"take": False}}},
    )

    assert [
        (one["number"], one["name"], one["kind"], one["rows"], one["waits"]) for one in read["tables"]
    ] == [
        (1, "people.csv", "owner", 1, True),
        (2, "visits.csv", "case", 3, True),
    ]
    assert read["tables"][1]["first_rows"][0][0] == "visit-1"
    assert [(one["name"], one["rows"]) for one in read["left_out"]] == [("stock.csv", 1)]
    assert [code_of(one, 422) for one in (of_none, of_nobody)] == ["invalid_input"] * 2
    assert mapped.get_json()["state"] == "staging"
    with app.app_context():
        assert advance(UUID(read["id"])) is ImportState.REVIEW
    done = call("GET", address).get_json()
    assert [(one["name"], one["columns"][1]["target"]) for one in done["tables"]] == [
        ("people.csv", "owner.phone2")
    ]
