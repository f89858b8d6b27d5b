"""The rehearsal on the approval page: asked for by a button, told when it is over."""

from uuid import UUID

import pytest
from flask import Flask

from phcs.core.permissions import Role
from phcs.extensions import db
from phcs.models.organisations import Organisation
from phcs.models.records import Owner
from phcs.queries.rehearsals import rehearsals_without_worker
from phcs.services.rehearsal_working import rehearse_import
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import build_review, count, visits, workshop
from tests.web.pages import Pages

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def import_id(app: Flask, organisation: Organisation) -> UUID:
    with app.app_context():
        admin = build_person(organisation=organisation, role=Role.ADMIN, name="Maria Lopez")
        return build_review(actor=actor_of(admin), content=visits(2))


def work(app: Flask) -> None:
    """What a worker does with every rehearsal that waits."""
    with app.app_context():
        for rehearsal_id in rehearsals_without_worker(db.session(), now=NOW):
            db.session.rollback()
            rehearse_import(rehearsal_id=rehearsal_id, workshop=workshop())


def test_a_reviewer_has_an_import_rehearsed_and_reads_how_it_went(
    app: Flask, pages: Pages, import_id: UUID
) -> None:
    pages.sign_in_as(Role.REVIEWER)
    address = f"/imports/{import_id}"

    pages.post(f"{address}/rehearsal")
    waiting = pages.get(f"{address}/approval")
    part = pages.get(f"{address}/rehearsal")
    work(app)
    page = pages.get(f"{address}/approval")

    assert "The rehearsal waits for a worker." in waiting.text
    assert part.soup.select_one("#rehearsal")["hx-trigger"] == "every 2s"  # type: ignore[index]
    assert "It fits. Everything was written, counted, and taken back." in page.text
    assert "Created and taken back: 2 owners, 2 pets and 2 cases" in page.text
    assert page.soup.select_one("#rehearsal[hx-get]") is None
    with app.app_context():
        assert count(Owner) == 0


def test_an_auditor_sees_a_rehearsal_but_has_no_button_for_one(
    app: Flask, pages: Pages, import_id: UUID
) -> None:
    pages.sign_in_as(Role.AUDITOR)

    page = pages.get(f"/imports/{import_id}/approval")

    assert page.soup.select_one("#rehearsal") is None
    assert pages.client.post(f"/imports/{import_id}/rehearsal").status_code in {400, 403}
