"""Fetching the file of a document: by its own people only, and never as something that a browser runs."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from phcs.core.permissions import Role
from phcs.extensions import db, limiter
from phcs.models.history import Document
from phcs.models.organisations import Organisation, Person
from tests.api.callers import Program, code_of
from tests.builders import actor_of, build_organisation, build_person
from tests.services.test_documents import PNG, a_zip, promoted
from tests.web.pages import Pages

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=organisation, role=Role.ADMIN)


@pytest.fixture
def documents(app: Flask, admin: Person) -> dict[str, UUID]:
    """The ids of the documents by their titles; only Torax has a file."""
    with app.app_context():
        promoted(actor_of(admin), a_zip())
        rows = db.session.execute(sa.select(Document.__table__.c.title, Document.__table__.c.id))
        return {row[0]: row[1] for row in rows}


def test_a_document_is_downloaded_from_its_page_as_an_attachment(
    pages: Pages, documents: dict[str, UUID]
) -> None:
    pages.sign_in_as(Role.AUDITOR)
    address = f"/records/documents/{documents['Torax']}"

    page = pages.get(address)
    answer = pages.client.get(f"{address}/file")

    assert page.soup.select_one(f'a[href="{address}/file"]') is not None
    assert answer.data == PNG
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer.headers["Content-Disposition"] == "attachment; filename=rx.png"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_document_without_its_file_says_so(pages: Pages, documents: dict[str, UUID]) -> None:
    pages.sign_in_as(Role.AUDITOR)
    address = f"/records/documents/{documents['Copia']}"

    assert "The file itself did not come with the import." in pages.get(address).text
    assert pages.client.get(f"{address}/file").status_code == 404


def test_a_program_fetches_it_with_the_right_to_records_and_another_organisation_does_not(
    app: Flask, admin: Person, documents: dict[str, UUID]
) -> None:
    address = f"/api/v1/documents/{documents['Torax']}/file"
    with app.app_context():
        stranger = build_person(organisation=build_organisation())

    assert Program(app, admin, "records:read")("GET", address).data == PNG
    assert code_of(Program(app, admin, "imports:read")("GET", address), 403) == "not_allowed"
    assert code_of(Program(app, stranger, "records:read")("GET", address), 404) == "not_found"
