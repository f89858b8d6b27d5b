"""The pages on which people decide about duplicates, without scripts."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from phcs.core.actors import Actor
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.organisations import Organisation
from phcs.models.records import Owner
from tests.builders import actor_of, build_person
from tests.import_builders import advance, approve, build_promotion, build_review, seen, visit
from tests.web.pages import Pages

NAMES = (("Ana Silva", "A. Silva"), ("Tom Baker", "T. Baker"))


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Actor:
    with app.app_context():
        return actor_of(build_person(organisation=organisation, name="Maria Lopez"))


@pytest.fixture
def import_id(app: Flask, admin: Actor) -> UUID:
    """An import in review whose rows 2 and 3 ask whether they are Ana Silva and Tom Baker."""

    def rows(which: int) -> list[dict[str, str]]:
        return [
            visit(
                which * 10 + number,
                client_name=names[which],
                client_phone=f"+1415555010{number}",
                customer_id="",
                client_email="",
                pet_name="Milo",
            )
            for number, names in enumerate(NAMES)
        ]

    with app.app_context():
        build_promotion(actor=admin, content=rows(0))
        return build_review(actor=admin, content=rows(1))


def test_a_question_names_what_differs_and_what_speaks_for_and_against(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.REVIEWER)

    page = pages.get(f"/imports/{import_id}/duplicates")

    assert "Row 2: is A. Silva the same as Ana Silva?" in page.text
    assert "They differ in name." in page.text
    evidence = [row.get_text(" ", strip=True) for row in page.soup.select("details tbody tr")]
    assert any("same phone +14155550100" in line and " for " in line for line in evidence)
    assert [one.text for one in page.soup.select("td .badge")].count("differs") == 1


def test_an_answer_leads_to_the_next_question_and_is_taken_back_from_its_own(
    pages: Pages, import_id: UUID
) -> None:
    person = pages.sign_in_as(Role.REVIEWER)
    address = f"/imports/{import_id}/duplicates"

    pages.get(address)
    pages.submit(f"{address}/2/decide", {"answer": "different"})
    following = pages.follow()
    answered = pages.get(f"{address}?row=2")
    pages.submit(f"{address}/2/take-back")
    open_again = pages.follow()

    assert "Row 3: is T. Baker the same as Tom Baker?" in following.text
    assert "1 question remains. Its row stays out" in following.text
    assert f"Answered: Different people , {person.name}" in answered.text
    assert "2 questions remain" in open_again.text


def test_alike_questions_are_shown_before_they_are_answered_at_once(
    app: Flask, pages: Pages, import_id: UUID
) -> None:
    pages.sign_in_as(Role.REVIEWER)
    address = f"/imports/{import_id}/duplicates"

    before = pages.get(f"{address}/2/alike")
    pages.submit(f"{address}/2/alike", {"answer": "same"})
    after = pages.follow()
    pages.submit(f"{address}/apply")

    assert [row.th.text for row in before.soup.select("tbody tr")] == ["2", "3"]  # type: ignore[union-attr]
    assert "Every question is answered." in after.text
    with app.app_context():
        assert advance(import_id) is ImportState.REVIEW
        assert seen(import_id).needs_decision == 0


@pytest.mark.parametrize(
    ("show", "rows"), [("open", ["3"]), ("answered", ["2"]), ("different", ["2"]), ("same", []), ("x", ["3"])]
)
def test_the_list_is_filtered(pages: Pages, import_id: UUID, show: str, rows: list[str]) -> None:
    pages.sign_in_as(Role.REVIEWER)
    address = f"/imports/{import_id}/duplicates"
    pages.get(address)
    pages.submit(f"{address}/2/decide", {"answer": "different"})

    found = pages.get(f"{address}/list?show={show}").soup.select("#found tbody tr th")

    assert [one.get_text(strip=True) for one in found] == rows


def test_an_auditor_reads_the_answers_and_gives_none(pages: Pages, import_id: UUID) -> None:
    pages.sign_in_as(Role.AUDITOR)

    page = pages.get(f"/imports/{import_id}/duplicates")

    assert page.soup.select("main form") == []


def test_the_owners_page_says_who_is_kept_apart_and_takes_it_back(
    app: Flask, admin: Actor, pages: Pages, import_id: UUID
) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = f"/imports/{import_id}/duplicates"
    pages.get(address)
    pages.submit(f"{address}/2/decide", {"answer": "different"})
    pages.get(address)
    pages.submit(f"{address}/apply")
    with app.app_context():
        advance(import_id)
        approve(import_id, actor=admin)
        advance(import_id)
        owner_id = db.session.scalars(sa.select(Owner.id).where(Owner.full_name == "Ana Silva")).one()

    page = pages.get(f"/owners/{owner_id}")
    form = page.soup.select_one("#kept-answers ~ ul form")
    assert form is not None
    pages.submit(str(form["action"]))

    assert "Kept apart from A. Silva , row 2 of visits.csv" in page.text
    assert "Kept apart" not in pages.get(f"/owners/{owner_id}").text


def test_an_admin_chooses_the_usual_rules_and_reads_what_they_cost(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)

    before = pages.get("/settings/matching")
    pages.submit("/settings/matching", {"preset": "phone_name_pet", "new_pet_is_new_owner": "y"})
    after = pages.follow()

    assert "of 100 known people" in before.text
    chosen = after.soup.select("input[checked]")
    assert [one["value"] for one in chosen] == ["phone_name_pet", "y"]
    assert "chose other usual rules" in pages.get("/audit").text


def test_other_rules_show_what_they_would_move_before_they_are_used(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    known = visit(1)
    same_mailbox = {name: known[name] for name in ("client_name", "client_email", "pet_name")}
    with app.app_context():
        build_promotion(actor=admin, content=[known])
        import_id = build_review(actor=admin, content=[visit(2, customer_id="", **same_mailbox), visit(3)])
    pages.sign_in_as(Role.REVIEWER)
    address = f"/imports/{import_id}/duplicates/rules"

    unchanged = pages.get(f"{address}?preset=evidence")
    page = pages.get(f"{address}?preset=phone_name_pet&new_pet_is_new_owner=y")
    pages.submit(address)
    with app.app_context():
        assert advance(import_id) is ImportState.REVIEW
        used = seen(import_id)

    moved = [row.th.text for row in page.soup.select("tbody.pairs tr")]  # type: ignore[union-attr]
    assert "No row would get another answer." in unchanged.text
    assert (moved, "1 row now linked would be new" in page.text) == (["2"], True)
    assert used.options.match_rules.name == "phone_name_pet+literal/1"
    assert used.plan_counts["owner"]["create"] == 2
