"""Owners, pets and cases as people see them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from phcs.core.permissions import Role
from phcs.core.records import CaseStatus, RecordKind
from phcs.models.organisations import Organisation
from phcs.services.transactions import transaction
from tests.builders import build_organisation
from tests.record_builders import (
    NOON,
    build_case,
    build_event,
    build_history,
    build_import,
    build_owner,
    build_pet,
    build_source_table,
)
from tests.web.pages import Pages

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def owner_id(pages: Pages, organisation: Organisation) -> UUID:
    """Ana Silva, who came with visits.csv, with two pets and two cases, in an organisation far from UTC."""
    with pages.app.app_context(), transaction() as session:
        session.get_one(Organisation, organisation.id).time_zone = "America/New_York"
        batch = build_import(session, organisation.id, "visits.csv")
        build_source_table(session, batch, {"Client name": "owner.full_name", "Phone no": "owner.phone"})
        given = {"source": "waitwhile_import", "import_id": batch.id}
        owner = build_owner(session, organisation.id, "Ana Silva", phone="+15550123", **given)
        rex = build_pet(session, owner, "Rex", species="dog", **given)
        nameless = build_pet(session, owner, "", species="cat", **given)
        build_case(session, owner, rex, services=["medical", "food"], notes="Limps.\nNeeds food.", **given)
        build_case(
            session,
            owner,
            nameless,
            services=["behavioural"],
            status=CaseStatus.CLOSED,
            opened_at=NOON - timedelta(days=30),
            closed_at=NOON - timedelta(days=29),
            **given,
        )
        for kind, record in (("owner", owner), ("pet", rex)):
            build_event(
                session,
                organisation.id,
                f"{kind}.created",
                subject_id=record.id,
                import_id=batch.id,
                row_no=12,
            )
        return owner.id


@pytest.mark.parametrize("role", list(Role))
def test_everybody_of_the_organisation_sees_the_records(pages: Pages, owner_id: UUID, role: Role) -> None:
    pages.sign_in_as(role)

    assert "Ana Silva" in pages.get("/owners").text
    assert pages.get(f"/owners/{owner_id}").heading == "Ana Silva"
    assert "Name unknown" in pages.get("/pets").text
    assert "Medical care, Food" in pages.get("/cases").text


@pytest.mark.parametrize(
    "address", ["/owners", "/pets", "/cases", "/owners/0199aaaa-0000-7000-8000-000000000001"]
)
def test_nobody_sees_records_without_signing_in(pages: Pages, address: str) -> None:
    seen = pages.get(address, status=302)

    assert "/sign-in" in seen.response.headers["Location"]


@pytest.mark.parametrize("kind", ["owners", "pets", "cases"])
def test_another_organisations_record_answers_like_a_missing_one(pages: Pages, kind: str) -> None:
    with pages.app.app_context():
        foreign = build_organisation()
        with transaction() as session:
            owner = build_owner(session, foreign.id, "Foreign Owner")
            pet = build_pet(session, owner)
            ids = {"owners": owner.id, "pets": pet.id, "cases": build_case(session, owner, pet).id}
    pages.sign_in_as(Role.ADMIN)

    theirs = pages.get(f"/{kind}/{ids[kind]}", status=404)
    nobodys = pages.get(f"/{kind}/{uuid4()}", status=404)

    assert theirs.text == nobodys.text
    assert "Foreign" not in pages.get(f"/{kind}?shown=all").text


def test_an_owners_page_tells_the_whole_history_on_the_organisations_clock(
    pages: Pages, owner_id: UUID
) -> None:
    pages.sign_in_as(Role.AUDITOR)

    text = pages.get(f"/owners/{owner_id}").text

    newest, oldest = text.index("4 May 2026, 08:00"), text.index("4 Apr 2026, 08:00")
    assert newest < oldest
    assert "Medical care, Food" in text
    assert "Limps. Needs food." in text
    assert "Behaviour Closed" in text


def test_a_fact_says_which_file_row_column_and_approver_gave_it(pages: Pages, owner_id: UUID) -> None:
    pages.sign_in_as(Role.AUDITOR)

    page = pages.get(f"/owners/{owner_id}")

    origins = [" ".join(tag.get_text().split()) for tag in page.soup.select("dl details")]
    by_whom = "Approved by Ana Reviewer on 4 May 2026, 09:00."
    assert origins == [
        f"Name: where from? From row 12 of visits.csv, column “Client name”. {by_whom}",
        f"Phone: where from? From row 12 of visits.csv, column “Phone no”. {by_whom}",
    ]


def test_an_archived_record_says_so_on_its_page_and_leaves_the_list(
    pages: Pages, organisation: Organisation
) -> None:
    with pages.app.app_context(), transaction() as session:
        owner = build_owner(session, organisation.id, "Gone Away", archived_at=NOON)
    pages.sign_in_as(Role.ADMIN)

    assert "was archived on 4 May 2026" in pages.get(f"/owners/{owner.id}").text
    assert "Gone Away" not in pages.get("/owners").text
    assert "Gone Away Archived record" in pages.get("/owners?shown=archived").text


def test_htmx_gets_the_same_table_that_the_page_includes(pages: Pages, owner_id: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)

    page = pages.get("/owners?text=ana")
    fragment = pages.get("/owners?text=ana", headers=FRAGMENT)

    for token in (*fragment.soup.select("[name=csrf_token]"), *page.soup.select("[name=csrf_token]")):
        token.decompose()  # a new one each time
    assert fragment.soup.find("html") is None
    assert str(fragment.soup.find(id="found")) == str(page.soup.find(id="found"))
    assert "HX-Request" in page.response.headers["Vary"]


def test_the_next_page_keeps_the_filters_and_works_without_scripts(
    pages: Pages, organisation: Organisation
) -> None:
    with pages.app.app_context(), transaction() as session:
        for number in range(51):
            build_owner(session, organisation.id, f"Ana {number:02}")
        build_owner(session, organisation.id, "Zoe")
    pages.sign_in_as(Role.ADMIN)

    first = pages.get("/owners?text=ana")
    link = first.soup.find("a", rel="next")
    second = pages.get(str(link["href"]))  # type: ignore[index]

    assert "Ana 49" in first.text
    assert "Ana 50" not in first.text
    assert [cell.get_text(strip=True) for cell in second.soup.select("tbody th")] == ["Ana 50"]


@pytest.mark.parametrize(
    "address",
    ["/owners?import=x", "/cases?status=lost", "/cases?owner=1", "/owners?shown=x", "/owners?cursor=x"],
)
def test_a_filter_that_makes_no_sense_is_answered_in_words(pages: Pages, address: str) -> None:
    pages.sign_in_as(Role.ADMIN)

    assert pages.get(address, status=422).heading == "Please check what you entered"


def test_a_list_can_be_narrowed_to_one_import(
    pages: Pages, owner_id: UUID, organisation: Organisation
) -> None:
    with pages.app.app_context(), transaction() as session:
        other = build_import(session, organisation.id, "other.csv")
        build_owner(session, organisation.id, "Bo", import_id=other.id)
    pages.sign_in_as(Role.ADMIN)

    seen = pages.get(f"/owners?import={other.id}")

    assert [cell.get_text(strip=True) for cell in seen.soup.select("tbody th")] == ["Bo"]
    assert "Only what the import of other.csv" in seen.text
    pages.get(f"/owners?import={uuid4()}", status=404)


@pytest.fixture
def luna(pages: Pages, organisation: Organisation) -> UUID:
    """Luna, vaccinated too long ago, with an invoice that is half paid."""
    with pages.app.app_context(), transaction() as session:
        owner = build_owner(session, organisation.id, "Ana Silva")
        pet = build_pet(session, owner, "Luna")
        shot = {"vaccine": "Rabies", "given_on": date(2020, 5, 1), "due_on": date(2021, 5, 1), "lot": "L77"}
        build_history(session, RecordKind.VACCINATION, owner, pet=pet, source="okvet_import", **shot)
        owed = {"number": "F-9", "issued_on": date(2021, 2, 3), "total": 12_345_000, "paid": 2_345_000}
        invoice = build_history(session, RecordKind.INVOICE, owner, pet=pet, currency="EUR", **owed)
        build_history(
            session,
            RecordKind.INVOICE_LINE,
            owner,
            invoice_id=invoice.id,
            description="X-ray",
            total=12_345_000,
        )
        return pet.id


def test_a_pets_page_is_its_whole_history_and_says_what_is_due(pages: Pages, luna: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)

    whole = pages.get(f"/pets/{luna}").text
    only = pages.get(f"/pets/{luna}?kind=invoice").text

    assert "overdue since" in whole
    assert whole.index("F-9") < whole.index("Lot: L77")
    assert "Total: 1,234.50 EUR" in only
    assert "Lot: L77" not in only


def test_an_invoice_shows_its_lines_and_leads_back_to_pet_and_owner(pages: Pages, luna: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)
    listed = pages.get("/records/invoices").soup
    page = pages.get(str(listed.find("a", string="F-9")["href"]))  # type: ignore[index]
    owner = page.soup.find("a", string="Ana Silva")

    assert "X-ray" in page.text
    assert page.soup.find("a", href=f"/pets/{luna}")
    assert "1,000.00 EUR open" in pages.get(str(owner["href"])).text  # type: ignore[index]


@pytest.mark.parametrize(
    "address",
    ["/records/owners", "/records/spells", "/records/invoices/0199aaaa-0000-7000-8000-000000000001"],
)
def test_a_history_that_is_not_there_is_not_found(pages: Pages, address: str) -> None:
    pages.sign_in_as(Role.AUDITOR)

    assert pages.get(address, status=404).heading
