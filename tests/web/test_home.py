"""The start page: what waits for whoever looks at it."""

import pytest
from bs4 import Tag
from flask import Flask

from phcs.core.permissions import Role
from phcs.models.organisations import Organisation
from tests.builders import actor_of, build_person
from tests.import_builders import (
    advance,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    visits,
)
from tests.web.pages import Pages


@pytest.fixture
def busy(app: Flask, organisation: Organisation) -> None:
    """An organisation with one import of each sort."""
    unmapped = [{name: text for name, text in row.items() if name != "request_type"} for row in visits(1)]
    with app.app_context():
        admin = actor_of(build_person(organisation=organisation))
        build_promotion(actor=admin, content=visits(2), file_name="done.csv")
        build_review(actor=admin, content=visits(1, first=7), file_name="review.csv")
        advance(build_import(actor=admin, content=unmapped, file_name="mapping.csv"))
        build_import(actor=admin, content=visits(1), file_name="waiting.csv")


def listed(pages: Pages, heading: str) -> list[str]:
    """The files under a heading of the start page."""
    section = pages.get("/").soup.find("section", attrs={"aria-labelledby": heading})
    return [link.text for link in section.select("a.todo-name")] if isinstance(section, Tag) else []


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("role", "mine", "others"),
    [
        (Role.ADMIN, ["review.csv", "mapping.csv"], []),
        (Role.REVIEWER, ["review.csv"], ["mapping.csv"]),
        (Role.AUDITOR, [], ["review.csv", "mapping.csv"]),
    ],
)
def test_everybody_sees_what_waits_for_their_role(
    pages: Pages, role: Role, mine: list[str], others: list[str]
) -> None:
    pages.sign_in_as(role)

    assert listed(pages, "mine") == mine
    assert listed(pages, "others") == others
    assert listed(pages, "moving") == ["waiting.csv"]


@pytest.mark.usefixtures("busy")
def test_the_totals_count_live_records_only(pages: Pages) -> None:
    pages.sign_in_as(Role.AUDITOR)

    assert "2 owners 2 pets 2 cases" in pages.get("/").text


@pytest.mark.usefixtures("busy")
def test_another_organisation_sees_nothing_of_it(app: Flask, pages: Pages) -> None:
    with app.app_context():
        stranger = build_person()
    pages.sign_in(stranger.email)

    text = pages.get("/").text

    assert ".csv" not in text
    assert "0 owners 0 pets 0 cases" in text


def test_with_four_eyes_it_waits_for_somebody_else_than_who_uploaded_it(
    app: Flask, pages: Pages, organisation: Organisation
) -> None:
    mine = pages.sign_in_as(Role.ADMIN)
    with app.app_context():
        change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)
        build_review(actor=actor_of(mine), content=visits(1), file_name="mine.csv")
        other = build_person(organisation=organisation, role=Role.ADMIN)
        other_email = other.email
        build_review(actor=actor_of(other), content=visits(1, first=2), file_name="theirs.csv")

    assert listed(pages, "mine") == ["theirs.csv"]
    assert listed(pages, "others") == ["mine.csv"]
    page = pages.get("/")
    assert "and you uploaded or edited this import" in page.text
    told = {name: page.soup.select_one(f"[aria-labelledby={name}]") for name in ("mine", "others")}
    asked = {
        name: "Look at the preview, then approve" in found.get_text() for name, found in told.items() if found
    }
    assert asked == {"mine": True, "others": False}
    colleague = pages.another()
    colleague.sign_in(other_email)
    assert listed(colleague, "mine") == ["mine.csv"]


def test_signed_out_people_are_asked_to_sign_in(pages: Pages) -> None:
    assert pages.get("/", status=302).response.headers["Location"] == "/sign-in"
