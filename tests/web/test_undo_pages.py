"""Undo and redo as people ask for them, look at them and decide."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa

from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.organisations import Organisation
from phcs.models.records import Owner
from phcs.services.record_editing import edit_record
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import advance, build_promotion, build_review, visit, visits
from tests.web.pages import Pages, PageSeen


def build_import(pages: Pages, organisation: Organisation, rows: int = 3) -> UUID:
    """A promoted import of so many visits, uploaded by somebody else."""
    with pages.app.app_context():
        other = actor_of(build_person(organisation=organisation))
        return build_promotion(actor=other, content=visits(rows))


def work(pages: Pages, import_id: UUID) -> ImportState | None:
    """What a worker does now."""
    with pages.app.app_context():
        return advance(import_id)


def edit_an_owner(pages: Pages, organisation: Organisation, **changes: str) -> Owner:
    """The first owner, with other facts, typed by an editor called Eda."""
    with pages.app.app_context():
        editor = actor_of(build_person(organisation=organisation, name="Eda Editor"))
        owner = db.session.scalars(sa.select(Owner).order_by(Owner.id)).first()
        assert owner is not None
        db.session.expunge(owner)
        edit_record(
            actor=editor,
            organisation_id=organisation.id,
            kind=RecordKind.OWNER,
            record_id=owner.id,
            version=owner.version,
            changes=changes,
            now=NOW,
        )
        return owner


def ask(pages: Pages, import_id: UUID) -> None:
    """Ask for what the page offers, and let a worker prepare it."""
    pages.get(f"/imports/{import_id}/undo")
    pages.submit(f"/imports/{import_id}/undo/request")
    work(pages, import_id)


def button(page: PageSeen) -> str:
    """What the approving button says, '' where there is none."""
    found = page.soup.find("button", string=re.compile("^(Undo|Redo): "))
    return found.get_text() if found else ""


def links_to_records(page: PageSeen) -> int:
    """How many records of the list have a page now."""
    return len(page.soup.select("#found th[scope=row] a"))


@pytest.fixture
def import_id(pages: Pages, organisation: Organisation) -> UUID:
    return build_import(pages, organisation)


def test_the_undo_of_what_was_never_promoted_says_so(pages: Pages, organisation: Organisation) -> None:
    with pages.app.app_context():
        waiting = build_review(actor=actor_of(build_person(organisation=organisation)), content=visits(1))
    pages.sign_in_as(Role.ADMIN)

    assert (
        "Nothing has been promoted yet, so there is nothing to undo."
        in pages.get(f"/imports/{waiting}/undo").text
    )


def test_the_result_page_offers_undo_until_a_day(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)

    page = pages.get(f"/imports/{import_id}/result")

    assert "Undo this import" in page.text
    assert "This can be asked for until" in page.text
    assert page.soup.find("form", action=f"/imports/{import_id}/undo/request") is not None


def test_an_import_is_taken_back_and_brought_back(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = f"/imports/{import_id}/undo"

    pages.get(f"/imports/{import_id}/result")
    pages.submit(f"{address}/request")
    assert "compared with what it is now" in pages.follow().text
    work(pages, import_id)
    assert button(pages.get(address)) == "Undo: remove 9 records"
    pages.submit(f"{address}/approve")
    work(pages, import_id)

    assert "is taken back, but for what people changed since" in pages.get(address).text
    assert "Undone" in pages.get(f"/imports/{import_id}").text
    assert "visits.csv" in pages.get("/imports?state=undone").text
    assert "No owners" in pages.get("/owners").text

    ask(pages, import_id)
    assert button(pages.get(address)) == "Redo: bring back 9 records"
    assert links_to_records(pages.get(address)) == 0
    pages.submit(f"{address}/approve")
    work(pages, import_id)

    assert "is in PHCS again" in pages.get(address).text
    assert links_to_records(pages.get(address)) == 9
    assert "Completed" in pages.get(f"/imports/{import_id}").text
    assert "3 owners" in pages.get("/").text
    assert pages.get(f"{address}/1").heading == "Undo"


def test_what_somebody_edited_is_named_and_stays(
    pages: Pages, organisation: Organisation, import_id: UUID
) -> None:
    owner = edit_an_owner(pages, organisation, email="eda@example.org")
    pages.sign_in_as(Role.ADMIN)

    ask(pages, import_id)
    page = pages.get(f"/imports/{import_id}/undo")

    found = page.soup.find(id="found")
    assert found is not None
    told = " ".join(found.get_text(" ").split())
    assert owner.full_name in told
    assert "eda@example.org" in told
    assert "Eda Editor" in told
    assert "keep" in button(page)

    pages.submit(f"/imports/{import_id}/undo/approve")
    work(pages, import_id)
    assert "eda@example.org" in pages.get(f"/owners/{owner.id}").text


def test_what_goes_back_in_part_says_which_values_go_back_and_which_stay(
    pages: Pages, organisation: Organisation, import_id: UUID
) -> None:
    with pages.app.app_context():
        other = actor_of(build_person(organisation=organisation))
        later = [visit(1, client_email="later@example.org", client_phone="+14155550177")]
        second = build_promotion(actor=other, content=later, file_name="later.csv", duplicates="update")
    edit_an_owner(pages, organisation, email="eda@example.org")
    pages.sign_in_as(Role.ADMIN)

    ask(pages, second)
    page = pages.get(f"/imports/{second}/undo?bucket=partly")

    told = " ".join(page.soup.select_one("#found").get_text(" ").split())  # type: ignore[union-attr]
    assert "Second phone: is +14155550177, will be empty" in told
    assert "E-mail: “eda@example.org” will stay. Eda Editor changed it" in told
    assert button(page).startswith("Undo: restore ")


def test_a_value_that_came_back_says_where_it_came_from_before(
    pages: Pages, organisation: Organisation, import_id: UUID
) -> None:
    with pages.app.app_context():
        other = actor_of(build_person(organisation=organisation))
        later = [visit(1, client_email="later@example.org")]
        second = build_promotion(actor=other, content=later, file_name="later.csv", duplicates="update")
        owner_id = db.session.scalar(sa.select(Owner.id).where(Owner.email == "later@example.org"))
    pages.sign_in_as(Role.ADMIN)
    assert "From row 2 of later.csv" in origin_of(pages, owner_id, "E-mail")

    ask(pages, second)
    pages.get(f"/imports/{second}/undo")
    pages.submit(f"/imports/{second}/undo/approve")
    work(pages, second)

    assert "From row 2 of visits.csv" in origin_of(pages, owner_id, "E-mail")
    assert "Taken back by its undo" in pages.get(f"/owners/{owner_id}").text


def origin_of(pages: Pages, owner_id: UUID | None, label: str) -> str:
    """Where the owner's page says that a fact came from."""
    term = pages.get(f"/owners/{owner_id}").soup.find("dt", string=label)
    assert term is not None
    return " ".join(term.find_next("dd").get_text(" ").split())  # type: ignore[union-attr]


def test_records_are_found_by_name_kind_and_group(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)
    ask(pages, import_id)
    address = f"/imports/{import_id}/undo"
    fragment = {"HX-Request": "true"}

    pets = pages.get(f"{address}?bucket=reversed&kind=pet", headers=fragment)
    one = pages.get(f"{address}?bucket=reversed&text=rex+b", headers=fragment)
    none = pages.get(f"{address}?bucket=kept", headers=fragment)

    assert pets.text.count("Pet Rex") == 3
    assert one.text.count("Pet Rex") == 1
    assert "No record is among these." in none.text
    pages.get(f"{address}?bucket=unicorns", status=422)


def test_long_lists_come_in_pages(pages: Pages, organisation: Organisation) -> None:
    import_id = build_import(pages, organisation, rows=20)
    pages.sign_in_as(Role.ADMIN)
    ask(pages, import_id)

    first = pages.get(f"/imports/{import_id}/undo?bucket=reversed")
    following = first.soup.find("a", rel="next")
    assert following is not None
    second = pages.get(str(following["href"]))

    assert len(first.soup.select("#found tbody tr")) == 50
    assert len(second.soup.select("#found tbody tr")) == 10


def test_who_asked_may_not_approve_when_four_eyes_is_on(
    pages: Pages, organisation: Organisation, import_id: UUID
) -> None:
    with pages.app.app_context(), transaction() as session:
        session.get_one(Organisation, organisation.id).four_eyes = True
    pages.sign_in_as(Role.ADMIN)
    ask(pages, import_id)

    page = pages.get(f"/imports/{import_id}/undo")

    assert button(page) == ""
    assert "asks for a second person" in page.text
    pages.post(f"/imports/{import_id}/undo/approve", {"fingerprint": "x"})
    assert "Not done" in pages.follow().text


def test_a_reviewer_finds_it_on_the_start_page_and_approves_it(pages: Pages, import_id: UUID) -> None:
    asking = pages.another()
    asking.sign_in_as(Role.ADMIN)
    ask(asking, import_id)
    pages.sign_in_as(Role.REVIEWER)

    home = pages.get("/")
    mine = home.soup.find("section", attrs={"aria-labelledby": "mine"})

    assert mine is not None
    assert mine.find("a", href=f"/imports/{import_id}/undo") is not None
    assert button(pages.get(f"/imports/{import_id}/undo")) == "Undo: remove 9 records"


def test_an_undo_is_withdrawn_with_a_reason_and_can_be_asked_for_again(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)
    ask(pages, import_id)
    address = f"/imports/{import_id}/undo"

    pages.get(address)
    pages.submit(f"{address}/withdraw", {"reason": "Not this week."})
    page = pages.follow()

    assert "It is withdrawn." in page.text
    assert "Undo this import" in page.text
    assert "Not this week." in pages.get(f"{address}/1").text
    assert "Completed" in pages.get(f"/imports/{import_id}").text


def test_an_approval_of_another_list_is_refused(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.ADMIN)
    ask(pages, import_id)

    pages.get(f"/imports/{import_id}/undo")
    pages.submit(f"/imports/{import_id}/undo/approve", {"fingerprint": "sha256:another"})

    assert "Not done" in pages.follow().text
    assert "3 owners" in pages.get("/").text


def test_an_auditor_looks_and_does_nothing(pages: Pages, import_id: UUID) -> None:
    asking = pages.another()
    asking.sign_in_as(Role.ADMIN)
    pages.sign_in_as(Role.AUDITOR)
    assert "Prepare the undo" not in pages.get(f"/imports/{import_id}/result").text
    ask(asking, import_id)

    page = pages.get(f"/imports/{import_id}/undo")

    assert [form["action"] for form in page.soup.select("main form[method=post]")] == []
    assert "Your role does not include approving." in page.text
    pages.post(f"/imports/{import_id}/undo/request", {"direction": "undo"}, status=403)
    pages.post(f"/imports/{import_id}/undo/approve", {"fingerprint": "x"}, status=403)
    pages.post(f"/imports/{import_id}/undo/withdraw", status=403)


def test_another_organisations_undo_is_not_there(pages: Pages) -> None:
    with pages.app.app_context():
        elsewhere = build_organisation(name="Elsewhere")
    import_id = build_import(pages, elsewhere)
    pages.sign_in_as(Role.ADMIN)

    pages.get(f"/imports/{import_id}/undo", status=404)
    pages.get(f"/imports/{import_id}/undo/1", status=404)
    pages.post(f"/imports/{import_id}/undo/request", {"direction": "undo"}, status=404)
    pages.post(f"/imports/{import_id}/undo/approve", {"fingerprint": "x"}, status=404)
    pages.post(f"/imports/{import_id}/undo/withdraw", status=404)
