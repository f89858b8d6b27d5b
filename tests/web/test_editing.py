"""People edit owners, pets and cases on their pages."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from phcs.core.editing import EDITABLE
from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.models.organisations import Organisation
from phcs.models.records import Case, Owner, Pet
from phcs.services.transactions import transaction
from tests.builders import build_organisation
from tests.record_builders import build_case, build_owner, build_pet
from tests.web.pages import Pages

Records = dict[RecordKind, str]


def build_records(organisation_id: UUID) -> Records:
    """Ana Silva with a dog and a case; the address of each."""
    with transaction() as session:
        owner = build_owner(session, organisation_id, "Ana Silva", phone="+14155550101", city="Porto")
        pet = build_pet(session, owner, "Rex", species="dog", sex="macho alfa")
        case = build_case(session, owner, pet, notes="Line one\r\n<b>Line two</b>")
        return {
            RecordKind.OWNER: f"/owners/{owner.id}",
            RecordKind.PET: f"/pets/{pet.id}",
            RecordKind.CASE: f"/cases/{case.id}",
        }


@pytest.fixture
def records(pages: Pages, organisation: Organisation) -> Records:
    with pages.app.app_context():
        return build_records(organisation.id)


def test_a_reviewer_opens_the_form_changes_a_fact_and_sees_it(pages: Pages, records: Records) -> None:
    reviewer = pages.sign_in_as(Role.REVIEWER)
    address = records[RecordKind.OWNER]
    assert pages.get(address).soup.find("a", href=f"{address}/edit") is not None

    pages.get(f"{address}/edit")
    pages.submit(f"{address}/edit", {"city": "Lisbon"})
    page = pages.follow()

    assert "What you changed is saved." in page.text
    assert "Lisbon" in page.text
    assert f"Entered here by {reviewer.name}" in page.text
    assert "edited owner Ana Silva" in pages.get("/audit").text


@pytest.mark.parametrize("kind", EDITABLE)
def test_a_form_sent_as_it_was_opened_changes_nothing(
    pages: Pages, records: Records, kind: RecordKind
) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = records[kind]

    pages.get(f"{address}/edit")
    pages.submit(f"{address}/edit")

    assert "Nothing was different" in pages.follow().text
    with pages.app.app_context():
        versions = [sa.select(table.version) for table in (Owner, Pet, Case)]
        assert [db.session.scalar(asked) for asked in versions] == [1, 1, 1]


@pytest.mark.parametrize(
    ("kind", "fields", "seen"),
    [
        (RecordKind.PET, {"species": "cat", "sterilised": "yes"}, "Cat"),
        (RecordKind.CASE, {"status": "closed", "services": ["food", "medical"]}, "Food, Medical care"),
    ],
)
def test_pets_and_cases_are_edited_alike(
    pages: Pages, records: Records, kind: RecordKind, fields: dict[str, str | list[str]], seen: str
) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = records[kind]

    pages.get(f"{address}/edit")
    pages.submit(f"{address}/edit", fields)

    assert seen in pages.follow().text


def test_an_error_stands_beside_its_field_and_what_was_typed_stays(pages: Pages, records: Records) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = f"{records[RecordKind.OWNER]}/edit"

    pages.get(address)
    page = pages.submit(address, {"phone": "call me", "city": "Lisbon"}, status=422)

    field = page.soup.find("input", id="phone")
    assert field is not None
    assert field["aria-invalid"] == "true"
    assert field["value"] == "call me"
    assert "cannot be a phone number" in page.soup.find(id="phone-error").get_text()  # type: ignore[union-attr]
    assert page.soup.find("input", id="city")["value"] == "Lisbon"  # type: ignore[index]
    assert pages.submit(address, {"phone": "415 555 0102"}).status == 302


def test_who_was_overtaken_sees_it_and_keeps_what_they_typed(pages: Pages, records: Records) -> None:
    pages.sign_in_as(Role.ADMIN)
    address, other = f"{records[RecordKind.OWNER]}/edit", pages.another()
    faster = other.sign_in_as(Role.REVIEWER)
    pages.get(address)
    other.get(address)
    other.submit(address, {"city": "Faro", "country": "Portugal"})

    page = pages.submit(address, {"city": "Lisbon"}, status=409)

    assert "Somebody changed this owner since you opened it" in page.text
    assert f"{faster.name} was faster" in page.text
    assert "It says “Faro” now." in page.text
    assert page.soup.find("input", id="city")["value"] == "Lisbon"  # type: ignore[index]
    assert page.soup.find("input", id="country")["value"] == "Portugal"  # type: ignore[index]

    pages.submit(address)
    after = pages.follow().text
    assert "Lisbon" in after
    assert "Portugal" in after


@pytest.mark.parametrize("kind", EDITABLE)
def test_an_auditor_finds_no_link_and_no_form(pages: Pages, records: Records, kind: RecordKind) -> None:
    pages.sign_in_as(Role.AUDITOR)
    address = records[kind]

    assert pages.get(address).soup.find("a", href=f"{address}/edit") is None
    pages.get(f"{address}/edit", status=403)
    pages.post(f"{address}/edit", {"notes": "x", "version": "1", "opened": "{}"}, status=403)


@pytest.mark.parametrize("kind", EDITABLE)
def test_another_organisations_records_are_not_there(pages: Pages, kind: RecordKind) -> None:
    with pages.app.app_context():
        foreign = build_records(build_organisation(name="Elsewhere").id)
    pages.sign_in_as(Role.ADMIN)

    pages.get(f"{foreign[kind]}/edit", status=404)
    pages.post(f"{foreign[kind]}/edit", {"notes": "x", "version": "1", "opened": "{}"}, status=404)


def test_an_edit_without_the_forms_token_is_refused(pages: Pages, records: Records) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = f"{records[RecordKind.OWNER]}/edit"

    answer = pages.client.post(address, data={"city": "Lisbon", "version": "1", "opened": "{}"})

    assert answer.status_code == 400
    with pages.app.app_context():
        assert db.session.scalar(sa.select(Owner.city)) == "Porto"


@pytest.mark.parametrize("torn", [{}, {"version": "1", "opened": "[]"}, {"version": "x", "opened": "{}"}])
def test_a_torn_form_is_refused_in_words(pages: Pages, records: Records, torn: dict[str, str]) -> None:
    pages.sign_in_as(Role.ADMIN)

    answer = pages.post(f"{records[RecordKind.PET]}/edit", {"breed": "Beagle", **torn}, status=422)

    assert "This form is not complete" in answer.text
