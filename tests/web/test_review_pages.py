"""The pages of a review: consequences, guards, sending back with rows, comments, notices."""

from uuid import UUID

import pytest
from bs4 import Tag
from flask import Flask

from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.organisations import Organisation, Person
from phcs.models.reviews import ImportComment
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, build_review, change_behind_the_back, seen, visit, visits
from tests.web.pages import Pages


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Person:
    with app.app_context():
        return build_person(organisation=organisation, role=Role.ADMIN, name="Maria Lopez")


def reviewed(app: Flask, admin: Person, content: list[dict[str, str]], **choices: str) -> str:
    """The address of an import in review."""
    with app.app_context():
        return f"/imports/{build_review(actor=actor_of(admin), content=content, **choices)}"


def state_of(app: Flask, address: str) -> ImportState:
    with app.app_context():
        return seen(UUID(address.rsplit("/", 1)[1])).row.state


def test_the_approval_says_what_will_happen_and_which_values_will_be_replaced(
    app: Flask, admin: Person, pages: Pages
) -> None:
    with app.app_context():
        build_promotion(actor=actor_of(admin), content=visits(2))
    rows = [
        visit(1, client_email="moved@example.org"),
        visit(2),
        visit(3),
        visit(4, client_name=""),
    ]
    address = reviewed(app, admin, rows, duplicates="update")
    pages.sign_in_as(Role.REVIEWER)

    page = pages.get(f"{address}/approval")
    every = pages.get(f"{address}/replaced-values")

    assert "This import will create 1 owner, 1 pet and 1 case." in page.text
    assert "1 row with errors will not be imported." in page.text
    assert "Owner, e-mail: 1 will be replaced" in page.text
    assert "Row 2 Owner : e-mail person1@example.org moved@example.org" in every.text
    assert "Import 1 case, 1 owner and 1 pet, change 1 owner" in page.text
    assert "Maria Lopez" in page.text
    assert "Leave those rows out and import the others" in page.text


def test_each_reason_why_somebody_cannot_approve_is_a_sentence(
    app: Flask, admin: Person, organisation: Organisation, pages: Pages
) -> None:
    placeholder = [visit(n, client_phone="+14155550100") for n in range(1, 61)]
    address = reviewed(app, admin, [*placeholder, visit(61, client_name="")], on_error="stop")
    with app.app_context():
        change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)
    auditor = pages.another()
    auditor.sign_in_as(Role.AUDITOR)
    pages.sign_in(admin.email)

    mine = pages.get(f"{address}/approval").text

    assert "you uploaded or edited this import" in mine
    assert "1 row has errors, and this import stops at errors" in mine
    assert "One phone number on many rows: somebody has to confirm it first" in mine
    assert pages.seen is not None
    assert pages.seen.soup.find("form", action=f"{address}/approve") is None
    assert "Your role does not include approving" in auditor.get(f"{address}/approval").text


def test_what_is_unusual_is_confirmed_on_the_page_and_then_approved(
    app: Flask, admin: Person, pages: Pages
) -> None:
    address = reviewed(app, admin, [visit(n, client_phone="+14155550100") for n in range(1, 61)])
    pages.sign_in_as(Role.REVIEWER)
    assert "One phone number stands in 60 of 60 rows" in pages.get(f"{address}/preview").text

    pages.get(f"{address}/approval")
    pages.submit(f"{address}/confirm-guard", {"reason": "<b>Our own desk.</b>"})
    confirmed = pages.follow()
    pages.submit(f"{address}/approve")

    assert "“<b>Our own desk.</b>”" in confirmed.text
    assert state_of(app, address) is ImportState.APPROVED


def test_an_import_is_sent_back_because_of_rows_that_its_uploader_can_open(
    app: Flask, admin: Person, pages: Pages
) -> None:
    address = reviewed(app, admin, visits(5))
    reviewer = pages.another()
    reviewer.sign_in_as(Role.REVIEWER)
    reviewer.get(f"{address}/approval?row=3&row=5")

    reviewer.submit(f"{address}/send-back", {"reason": "Wrong month."})
    pages.sign_in(admin.email)
    page = pages.get(address)
    rows = pages.get(f"{address}/preview?rows=3,5")

    assert "Wrong month. Because of rows 3 , 5 ." in page.text
    assert [cell.get_text()[:1] for cell in rows.soup.select("tr.row-main th")] == ["3", "5"]
    assert "was sent back" in pages.get("/notices").text


@pytest.mark.parametrize(
    ("rows", "said"), [("99", "no row 99"), ("x", "like this: 4, 17-20"), ("2-900", "at most 100")]
)
def test_rows_that_are_not_there_are_not_taken(
    app: Flask, admin: Person, pages: Pages, rows: str, said: str
) -> None:
    address = reviewed(app, admin, visits(2))
    pages.sign_in_as(Role.REVIEWER)
    pages.get(f"{address}/approval")

    page = pages.submit(f"{address}/send-back", {"reason": "Look.", "rows": rows}, status=422)

    assert said in page.text
    form = page.soup.select_one("#send-back details[open]")
    assert form is not None
    assert form.select_one("textarea").get_text() == "Look."  # type: ignore[union-attr]
    assert form.select_one("input[name=rows]")["value"] == rows  # type: ignore[index]


def test_comments_are_text_that_everybody_reads_and_only_some_write(
    app: Flask, admin: Person, pages: Pages
) -> None:
    address = reviewed(app, admin, visits(1))
    pages.sign_in(admin.email)
    pages.get(address)
    pages.submit(f"{address}/comments", {"text": "<script>alert(1)</script> Row 2?"})
    pages.follow()
    pages.submit(f"{address}/comments", {"text": "x" * 2_001})
    assert "at most 2,000 characters" in pages.follow().text

    auditor = pages.another()
    auditor.sign_in_as(Role.AUDITOR)
    page = auditor.get(address)

    assert "<script>alert(1)</script> Row 2?" in page.text
    assert page.soup.find("form", action=f"{address}/comments") is None
    auditor.post(f"{address}/comments", {"text": "May I?"}, status=403)
    with app.app_context():
        assert db.session.query(ImportComment).count() == 1


def test_new_notices_are_counted_until_they_are_read(app: Flask, admin: Person, pages: Pages) -> None:
    reviewed(app, admin, visits(1))
    pages.sign_in(admin.email)
    assert "Notices 1 new" in pages.get("/").text

    page = pages.get("/notices")
    pages.submit("/notices/read")

    assert "visits.csv waits for review" in page.text
    assert "Notices 1 new" not in pages.follow().text


def test_a_person_switches_mails_off_and_on_again(admin: Person, pages: Pages) -> None:
    pages.sign_in(admin.email)
    assert box(pages).has_attr("checked")

    pages.post("/account/mail", {})

    assert not box(pages).has_attr("checked")


def box(pages: Pages) -> Tag:
    found = pages.get("/account").soup.find("input", attrs={"name": "wants_mail"})
    assert isinstance(found, Tag)
    return found


def test_numbers_that_name_no_rows_are_refused_on_the_page_with_what_was_written(
    app: Flask, admin: Person, pages: Pages
) -> None:
    address = reviewed(app, admin, visits(2))
    pages.sign_in_as(Role.REVIEWER)

    page = pages.get(f"{address}/preview?rows=two&status=valid", status=422)

    assert "Write the numbers of rows like this: 4, 17-20." in page.text
    assert page.soup.select_one("input#filter-rows[value='two']") is not None
    assert page.soup.select_one("#filter-status option[value='valid'][selected]") is not None
    assert page.soup.select(".row-main") == []


def test_a_second_table_in_the_file_is_told_wherever_its_rows_are_judged(
    app: Flask, admin: Person, pages: Pages
) -> None:
    stacked = b"Owner ID,Name,Phone\n1,Ana Lema,+34600111222\n\nPet ID,Pet Name,Owner\n11,Rex,Ana\n"
    with app.app_context():
        address = f"/imports/{build_review(actor=actor_of(admin), content=stacked, kind='owner')}"
        pages.sign_in_as(Role.REVIEWER)

    for step in ("check", "preview", "approval"):
        page = pages.get(f"{address}/{step}")
        assert "Row 4, below a blank row, looks like the headings of a second table" in page.text, step
        assert "How the file is read" in page.text
