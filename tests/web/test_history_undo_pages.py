"""The preview of an undo with a history: every kind by its own word, named, with what keeps others."""

from uuid import UUID

import pytest
from flask import Flask

from phcs.core.history import VaccinationFacts
from phcs.core.permissions import Role
from phcs.models.organisations import Organisation
from tests.builders import actor_of, build_person
from tests.import_builders import advance
from tests.plan_builders import a_clinic, build_planned_import, create
from tests.undo_builders import prepare
from tests.web.pages import Pages

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def import_id(app: Flask, organisation: Organisation) -> UUID:
    """An import whose undo waits; a later one has given its pet a vaccination."""
    with app.app_context():
        admin = actor_of(build_person(organisation=organisation, role=Role.ADMIN))
        first = a_clinic()
        owner, pet = first[0].record_id, first[1].record_id
        made = build_planned_import(admin, *first)
        advance(made)
        shot = VaccinationFacts(vaccine="Herpes", given_on="2026-06-01", pet_id=str(pet))
        advance(build_planned_import(admin, create(shot, parent=owner)))
        prepare(made, actor=admin)
        return made


def test_the_preview_names_records_of_every_kind_and_what_keeps_a_pet(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)

    going = pages.get(f"/imports/{import_id}/undo?bucket=reversed")
    staying = pages.get(f"/imports/{import_id}/undo?bucket=blocked")
    only = pages.get(f"/imports/{import_id}/undo?bucket=reversed&kind=vaccination")

    assert "Medical record Otitis, 2026-05-03 of Luna" in going.text
    assert "Invoice line" in going.text
    assert "The vaccination Herpes, 2026-06-01 belongs to it. Open the vaccination" in staying.text
    assert "Rabies, 2026-05-03 of Luna" in only.text
    assert "Otitis" not in only.text
    assert "1 medical record" in going.text


def test_a_list_of_a_history_is_taken_away_as_a_file(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)

    page = pages.get("/records/medical-records")
    answer = pages.client.get("/api/v1/exports/medical-records?format=csv")

    assert "Take all medical records away as a file" in page.text
    assert page.soup.select_one('form[action="/exports/medical-records"]') is not None
    assert answer.text.splitlines()[0].startswith(
        "\ufeffmedical_record.external_id,owner.external_id,pet.external_id"
    )
