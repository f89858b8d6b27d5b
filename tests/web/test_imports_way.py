"""The way of a file through the pages, on both databases."""

import io
from uuid import UUID

import pytest
from flask import Flask

from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.organisations import Organisation, Person
from tests.builders import actor_of, build_person
from tests.conftest import database_uri
from tests.import_builders import advance, build_review, export_csv, seen, visit, visits
from tests.web.pages import Pages

__all__ = ["database_uri"]  # on both databases, unlike the other tests of pages


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Person:
    with app.app_context():
        return build_person(organisation=organisation, role=Role.ADMIN, name="Maria Lopez")


def uploaded(pages: Pages, contents: bytes) -> str:
    """Upload a file by the form; give the address of its import."""
    pages.get("/imports/new")
    seen = pages.post("/imports/new", {"file": (io.BytesIO(contents), "visits.csv")})  # type: ignore[dict-item]
    return seen.response.headers["Location"]


def state_of(app: Flask, import_id: UUID) -> ImportState:
    with app.app_context():
        return seen(import_id).row.state


def test_an_export_goes_from_upload_to_live_records_through_the_pages(
    app: Flask, admin: Person, pages: Pages
) -> None:
    pages.sign_in(admin.email)
    address = uploaded(pages, export_csv([visit(1), visit(2), visit(3, client_name="")]).encode())
    assert "waits to be read" in pages.get(address).text
    import_id = UUID(address.rsplit("/", 1)[1])
    with app.app_context():
        assert advance(import_id) is ImportState.REVIEW

    preview = pages.get(f"{address}/preview")
    approval = pages.get(f"{address}/approval")
    pages.submit(f"{address}/approve")
    with app.app_context():
        assert advance(import_id) is ImportState.COMPLETED
    result = pages.get(f"{address}/result")

    assert "2 valid" in preview.text
    assert "1 with errors" in preview.text
    assert "Import 2 cases, 2 owners and 2 pets" in approval.text
    assert "2 created + plus 0 updated" in result.text
    assert "1 rejected = equals 3 rows" in result.text
    assert "Wei Kimsonc" in pages.get("/owners").text


def test_whoever_approves_second_is_told_who_decided(app: Flask, admin: Person, pages: Pages) -> None:
    with app.app_context():
        import_id = build_review(actor=actor_of(admin), content=visits(3))
    address = f"/imports/{import_id}"
    pages.sign_in(admin.email)
    late = pages.another()
    late.sign_in_as(Role.REVIEWER)
    pages.get(f"{address}/approval")
    late.get(f"{address}/approval")

    pages.submit(f"{address}/approve")
    late.submit(f"{address}/approve")

    assert "Maria Lopez approved this import at" in late.follow().text
    assert state_of(app, import_id) is ImportState.APPROVED


def test_a_plan_that_changed_since_it_was_shown_is_not_approved(
    app: Flask, admin: Person, pages: Pages
) -> None:
    with app.app_context():
        import_id = build_review(actor=actor_of(admin), content=visits(3))
    address = f"/imports/{import_id}"
    pages.sign_in(admin.email)
    pages.get(f"{address}/approval")

    pages.submit(f"{address}/approve", {"fingerprint": "sha256:of another plan"})

    assert "The plan has changed since you looked at it" in pages.follow().text
    assert state_of(app, import_id) is ImportState.REVIEW
