"""Who may open and press what on the pages of imports."""

from uuid import uuid4

import pytest
from flask import Flask

from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.organisations import Organisation
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, seen, visit, visits
from tests.web.pages import Pages

STEPS = (
    "",
    "/progress",
    "/file",
    "/mapping",
    "/check",
    "/duplicates",
    "/duplicates/list",
    "/duplicates/2/alike",
    "/duplicates/rules",
    "/preview",
    "/rows",
    "/approval",
    "/result",
    "/verification",
)
DEEDS = {
    "/approve": {Role.ADMIN, Role.REVIEWER},
    "/send-back": {Role.ADMIN, Role.REVIEWER},
    "/abort": {Role.ADMIN, Role.REVIEWER},
    "/cancel": {Role.ADMIN},
    "/mapping/confirm": {Role.ADMIN},
    "/duplicates/2/decide": {Role.ADMIN, Role.REVIEWER},
    "/duplicates/2/take-back": {Role.ADMIN, Role.REVIEWER},
    "/duplicates/2/alike": {Role.ADMIN, Role.REVIEWER},
    "/duplicates/apply": {Role.ADMIN, Role.REVIEWER},
    "/duplicates/rules": {Role.ADMIN, Role.REVIEWER},
}
REFUSED = [(deed, role) for deed, roles in DEEDS.items() for role in Role if role not in roles]
ALLOWED = [(deed, role) for deed, roles in DEEDS.items() for role in roles]


@pytest.fixture
def address(app: Flask, organisation: Organisation) -> str:
    """An import in review, uploaded by somebody."""
    with app.app_context():
        admin = actor_of(build_person(organisation=organisation))
        build_promotion(actor=admin, content=visits(1))
        maybe = visit(9, customer_id="", client_name="O. Haddadsonb", client_phone=visit(1)["client_phone"])
        return f"/imports/{build_review(actor=admin, content=[maybe])}"


@pytest.mark.parametrize("role", Role)
def test_everybody_sees_every_step_of_an_import(pages: Pages, address: str, role: Role) -> None:
    pages.sign_in_as(role)

    for step in STEPS:
        assert pages.get(address + step).status == 200


@pytest.mark.parametrize(("deed", "role"), REFUSED)
def test_a_role_without_the_permission_is_refused(pages: Pages, address: str, deed: str, role: Role) -> None:
    pages.sign_in_as(role)

    pages.post(address + deed, status=403)

    assert "Ready for review" in pages.get(address).text


@pytest.mark.parametrize(("deed", "role"), ALLOWED)
def test_a_role_with_the_permission_gets_through(pages: Pages, address: str, deed: str, role: Role) -> None:
    pages.sign_in_as(role)

    seen = pages.client.post(address + deed, data={"csrf_token": pages.csrf_token()})

    assert seen.status_code in {302, 422}


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_an_admin_uploads(pages: Pages, role: Role) -> None:
    pages.sign_in_as(role)

    pages.get("/imports/new", status=403)
    pages.post("/imports/new", status=403)
    pages.post("/imports/sample/upload", status=403)
    pages.get("/imports/sample", status=403)


def test_another_organisations_import_answers_exactly_as_one_that_does_not_exist(
    app: Flask, pages: Pages
) -> None:
    with app.app_context():
        stranger = actor_of(build_person(organisation=build_organisation(name="Far Shelter")))
        theirs = build_review(actor=stranger, content=visits(2))
    pages.sign_in_as(Role.ADMIN)

    for step in STEPS:
        answers = [pages.get(f"/imports/{one}{step}", status=404) for one in (theirs, uuid4())]
        assert answers[0].text == answers[1].text
    for deed in DEEDS:
        data = {"owner": str(uuid4()), "answer": "same", "reason": "x", "number": "1", "preset": "evidence"}
        refusals = [pages.post(f"/imports/{one}{deed}", data, status=404) for one in (theirs, uuid4())]
        assert refusals[0].text == refusals[1].text

    with app.app_context():
        assert seen(theirs).row.state is ImportState.REVIEW
    assert "visits.csv" not in pages.get("/imports").text


def test_a_signed_out_poller_is_sent_to_the_sign_in_page(pages: Pages, address: str) -> None:
    seen = pages.get(f"{address}/progress", status=401, headers={"HX-Request": "true"})

    assert seen.response.headers["HX-Redirect"] == "/sign-in"
