"""Every route names who may open it, and keeps to it."""

import pytest
from flask import Flask, render_template_string
from flask_login import current_user

from phcs.core.access_marks import PUBLIC, requires
from phcs.core.permissions import ROLE_PERMISSIONS, Permission, Role
from phcs.web.access import OWN_DOORS, mark_of
from tests.web.pages import Pages

OPEN_TO_ANYBODY = {"static", "account.sign_in", "account.begin_session"}
NO_SUCH_ID = "00000000-0000-7000-8000-000000000000"


def endpoints(app: Flask) -> set[str]:
    """The endpoints of pages; the REST doors prove their callers by themselves."""
    return {
        endpoint for endpoint in app.view_functions if endpoint.split(".")[0].split("_")[0] not in OWN_DOORS
    }


def test_every_page_names_its_permission(app: Flask) -> None:
    marks = {endpoint: mark_of(app, endpoint) for endpoint in endpoints(app)}

    assert {endpoint for endpoint, mark in marks.items() if mark is None} == set()
    assert {endpoint for endpoint, mark in marks.items() if mark == PUBLIC} <= OPEN_TO_ANYBODY | {
        endpoint for endpoint in marks if endpoint.startswith("health")
    }


def test_a_page_without_a_mark_opens_for_nobody(pages: Pages) -> None:
    pages.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    pages.sign_in_as(Role.ADMIN)

    assert "secret" not in pages.get("/forgotten", status=403).response.text


def addresses(app: Flask) -> list[tuple[str, str, Permission]]:
    """Every method and address of the pages that needs a permission, with ids that do not exist."""
    router = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        mark = mark_of(app, rule.endpoint) if rule.endpoint in endpoints(app) else None
        if isinstance(mark, Permission):
            values = {name: _made_up(name) for name in rule.arguments}
            address = router.build(rule.endpoint, values, method=next(iter(rule.methods or ())))
            found += [(method, address, mark) for method in (rule.methods or set()) & {"GET", "POST"}]
    return found


def _made_up(argument: str) -> str:
    """A value that no record has, in the form that the address asks for."""
    return "0" * 32 if argument == "person" else NO_SUCH_ID if argument.endswith("_id") else "1"


def test_anonymous_people_are_sent_to_the_sign_in_page_whatever_they_ask(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()

    for method, address, _ in addresses(app):
        answer = client.open(address, method=method)
        assert (answer.status_code, answer.headers.get("Location", "")[:8]) == (302, "/sign-in"), (
            method,
            address,
        )


@pytest.mark.parametrize("role", Role)
def test_each_role_is_refused_exactly_what_it_may_not_do(pages: Pages, role: Role) -> None:
    pages.sign_in_as(role)
    pages.app.config["WTF_CSRF_ENABLED"] = False
    forbidden = [one for one in addresses(pages.app) if one[2] not in ROLE_PERMISSIONS[role]]

    answers = {one[:2]: pages.client.open(one[1], method=one[0]).status_code for one in forbidden}

    assert {place: status for place, status in answers.items() if status != 403} == {}


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_every_plain_page_that_it_may(pages: Pages, role: Role) -> None:
    pages.sign_in_as(role)
    allowed = [one for one in addresses(pages.app) if one[2] in ROLE_PERMISSIONS[role]]
    plain = [address for method, address, _ in allowed if method == "GET" and NO_SUCH_ID not in address]

    statuses = {address: pages.client.get(address).status_code for address in plain}

    assert {address: status for address, status in statuses.items() if status not in {200, 302, 404}} == {}
    assert statuses["/account"] == 200


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("/imports/new", "an admin can do it"),
        (f"/imports/{NO_SUCH_ID}/orphans", "an admin or a reviewer can do it"),
    ],
)
def test_a_refusal_says_whose_role_has_the_right_and_leads_home(pages: Pages, address: str, who: str) -> None:
    pages.sign_in_as(Role.AUDITOR)

    refused = pages.get(address, status=403) if "new" in address else pages.post(address, status=403)

    assert f"In your organisation, {who}" in refused.text
    assert refused.soup.select_one("main a[href='/']") is not None


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.ADMIN, True), (Role.REVIEWER, False), (Role.AUDITOR, False)],
)
def test_the_menu_shows_only_what_the_role_may_see(pages: Pages, role: Role, shown: bool) -> None:  # noqa: FBT001
    pages.sign_in_as(role)

    links = {str(link["href"]) for link in pages.get("/account").soup.select("nav a")}

    assert ("/settings" in links) is shown
    assert {"/", "/imports", "/owners", "/pets", "/cases", "/audit"} <= links


def test_a_fragment_without_a_session_makes_the_window_go_to_the_sign_in_page(pages: Pages) -> None:
    answer = pages.get("/settings/people", status=401, headers={"HX-Request": "true"}).response

    assert answer.headers["HX-Redirect"] == "/sign-in"
    assert answer.text == ""


def test_two_browsers_are_two_people(pages: Pages) -> None:
    @requires(Permission.MANAGE_OWN_ACCOUNT)
    def who() -> str:
        return render_template_string("{{ email }}", email=current_user.email)

    pages.app.add_url_rule("/who", "who", who)
    admin, other = pages.sign_in_as(Role.ADMIN), pages.another()
    auditor = other.sign_in_as(Role.AUDITOR)

    assert pages.client.get("/who").text == admin.email
    assert other.client.get("/who").text == auditor.email
    assert pages.another().client.get("/who").status_code == 302
