"""Exports over the wire: as a file, in the form that was asked for, for whoever may take records away."""

import pytest
from flask import Flask

from phcs.extensions import db, limiter
from phcs.models.organisations import Person
from tests.api.callers import Program, code_of
from tests.builders import build_organisation, build_person
from tests.record_builders import build_owner

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
ADDRESS = "/api/v1/exports"


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        person = build_person(organisation=build_organisation())
        build_owner(db.session, person.organisation_id, "Ana Silva", tags=["foster"], phone="+14155550101")
        db.session.commit()
        return person


@pytest.mark.parametrize(
    ("form", "media_type", "start"),
    [
        ("csv", "text/csv", b"\xef\xbb\xbfowner.external_id,owner.full_name"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("json", "application/json", b'[\n{"owner.external_id":'),
    ],
)
def test_an_export_is_a_file_to_keep(
    app: Flask, admin: Person, form: str, media_type: str, start: bytes
) -> None:
    answer = Program(app, admin, "exports:read")("GET", f"{ADDRESS}/owners?format={form}")

    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="owners.{form}"'
    assert answer.data.startswith(start)


def test_filters_of_the_address_narrow_it(app: Flask, admin: Person) -> None:
    call = Program(app, admin, "exports:read")

    assert b"Ana Silva" in call("GET", f"{ADDRESS}/owners?tag=foster&since=2020-01-01").data
    assert b"Ana Silva" not in call("GET", f"{ADDRESS}/owners?tag=other").data
    assert b"Ana Silva" in call("GET", f"{ADDRESS}/owners?text=silva").data
    assert b"Ana Silva" not in call("GET", f"{ADDRESS}/owners?text=silvan").data


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/dragons", 404, "not_found"),
        ("/owners?format=pdf", 422, "invalid_input"),
        ("/owners?import=mine", 422, "invalid_input"),
        ("/owners?until=later", 422, "invalid_input"),
        ("/owners?status=closed", 422, "invalid_input"),
        ("/cases?status=asleep", 422, "invalid_input"),
    ],
)
def test_what_cannot_be_exported_is_refused_before_anything_is_sent(
    app: Flask, admin: Person, path: str, status: int, code: str
) -> None:
    assert code_of(Program(app, admin, "exports:read")("GET", ADDRESS + path), status) == code


def test_seeing_records_is_not_taking_them_away(app: Flask, admin: Person) -> None:
    answer = Program(app, admin, "records:read", "imports:write")("GET", f"{ADDRESS}/owners")

    assert code_of(answer, 403) == "not_allowed"
