"""Exports in the background over the wire: asked for, looked at, fetched."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from phcs.extensions import db, limiter
from phcs.models.organisations import Person
from phcs.services.export_writing import ExportDesk, write_export
from tests.api.callers import Program, code_of
from tests.builders import build_organisation, build_person
from tests.import_builders import folder_store
from tests.record_builders import build_owner

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
ADDRESS = "/api/v1/exports"


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        person = build_person(organisation=build_organisation())
        build_owner(db.session, person.organisation_id, "Ana Silva")
        build_owner(db.session, person.organisation_id, "Bo Kim")
        db.session.commit()
        return person


def written(app: Flask, export_id: str) -> None:
    with app.app_context():
        desk = ExportDesk(clock=lambda: datetime.now(UTC), store=folder_store(), keep=timedelta(hours=24))
        assert write_export(export_id=UUID(export_id), desk=desk)


def test_a_file_is_asked_for_looked_at_and_fetched(app: Flask, admin: Person) -> None:
    call = Program(app, admin, "exports:read")

    begun = call("POST", f"{ADDRESS}/owners", json={"format": "json", "text": "silva"})
    waiting = call("GET", begun.headers["Location"])
    same = call("GET", begun.headers["Location"], headers={"If-None-Match": waiting.headers["ETag"]})
    written(app, begun.get_json()["id"])
    ready = call("GET", begun.get_json()["links"]["self"]).get_json()
    file = call("GET", ready["links"]["file"])

    assert (begun.status_code, begun.get_json()["state"], same.status_code) == (202, "waiting", 304)
    assert (ready["state"], ready["percent"], ready["rows_done"]) == ("ready", 100, 1)
    assert [row["owner.full_name"] for row in file.get_json()] == ["Ana Silva"]
    assert (file.content_length, file.headers["Content-Disposition"]) == (
        ready["size"],
        'attachment; filename="owners.json"',
    )
    assert [one["id"] for one in call("GET", f"{ADDRESS}/jobs").get_json()["exports"]] == [
        begun.get_json()["id"]
    ]


def test_asked_twice_under_one_word_it_is_written_once(app: Flask, admin: Person) -> None:
    call, once = Program(app, admin, "exports:read"), {"Idempotency-Key": "tonight"}

    ids = [call("POST", f"{ADDRESS}/owners", headers=once, json={}).get_json()["id"] for _ in range(2)]

    assert len(set(ids)) == 1
    assert len(call("GET", f"{ADDRESS}/jobs").get_json()["exports"]) == 1


@pytest.mark.parametrize(
    ("kind", "sent", "status", "code"),
    [
        ("dragons", {}, 404, "not_found"),
        ("jobs", {}, 404, "not_found"),
        ("owners", {"format": "pdf"}, 422, "invalid_input"),
        ("owners", {"format": 5}, 422, "invalid_input"),
        ("owners", {"status": "closed"}, 422, "invalid_input"),
        ("cases", {"since": "later"}, 422, "invalid_input"),
        ("cases", [], 422, "invalid_input"),
    ],
)
def test_what_cannot_be_written_is_refused(
    app: Flask, admin: Person, kind: str, sent: object, status: int, code: str
) -> None:
    assert (
        code_of(Program(app, admin, "exports:read")("POST", f"{ADDRESS}/{kind}", json=sent), status) == code
    )


def test_a_file_is_fetched_with_its_own_link_only(app: Flask, admin: Person) -> None:
    call = Program(app, admin, "exports:read")
    begun = call("POST", f"{ADDRESS}/owners").get_json()
    early = call("GET", f"{begun['links']['self']}/file?token=x")
    written(app, begun["id"])

    assert code_of(early, 409) == "export.not_ready"
    assert code_of(call("GET", f"{begun['links']['self']}/file?token=x"), 404) == "not_found"
    assert code_of(call("GET", f"{begun['links']['self']}/file"), 404) == "not_found"
