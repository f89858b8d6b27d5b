"""The pages on which admins look after people, and a person after their account."""

from phcs.core.permissions import Role
from tests.builders import PASSWORD, build_person
from tests.web.pages import Pages

GOOD = "a lantern under the pier"


def test_an_admin_adds_somebody_who_signs_in_with_the_password_shown_once(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/people/new")

    made = pages.submit(
        "/settings/people/new",
        {"name": "Noor Haddad", "email": "noor@example.org", "role": "reviewer"},
        status=200,
    )

    assert made.heading == "Noor Haddad was added"
    password = made.soup.select_one(".secret code").get_text()  # type: ignore[union-attr]
    assert password not in pages.get("/settings/people").text
    newcomer = pages.another()
    newcomer.sign_in("noor@example.org", password)
    assert "Reviewer" in newcomer.get("/account").text


def test_what_is_wrong_with_a_new_person_is_said_all_at_once_and_linked_to_its_field(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/people/new")

    seen = pages.submit("/settings/people/new", {"name": "", "email": ""}, status=422)

    links = [str(link["href"]) for link in seen.soup.select(".error-summary a")]
    assert links == ["#name", "#email", "#role"]
    assert seen.soup.title.get_text().startswith("Error: ")  # type: ignore[union-attr]


def test_a_person_loses_the_session_with_the_role(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    other = pages.another()
    person = other.sign_in_as(Role.ADMIN)
    page = f"/settings/people/{person.id}"
    pages.get(page)

    pages.submit(f"{page}/role", {"role": "auditor"})

    assert "The role is changed." in pages.follow().text
    other.get("/account", status=302)
    other.sign_in(person.email)
    other.get("/settings", status=403)


def test_a_person_is_disabled_and_enabled_on_their_page(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    other = pages.another()
    person = other.sign_in_as(Role.REVIEWER)
    page = f"/settings/people/{person.id}"
    pages.get(page)

    pages.submit(f"{page}/disable")
    other.get("/account", status=302)
    pages.follow()
    pages.submit(f"{page}/enable")

    other.sign_in(person.email)
    other.get("/account")


def test_a_forgotten_password_is_replaced_by_one_shown_once(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    other = pages.another()
    person = other.sign_in_as(Role.REVIEWER)
    page = f"/settings/people/{person.id}"
    pages.get(page)

    shown = pages.submit(f"{page}/password/reset", status=200)

    password = shown.soup.select_one(".secret code").get_text()  # type: ignore[union-attr]
    other.get("/account", status=302)
    other.sign_in(person.email, password)
    other.get("/account")


def test_ones_own_page_offers_nothing_that_would_lock_one_out(pages: Pages) -> None:
    me = pages.sign_in_as(Role.ADMIN)

    page = pages.get(f"/settings/people/{me.id}")

    assert [str(form["action"]) for form in page.soup.select("main form")] == []


def test_people_of_another_organisation_are_not_found(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        stranger = build_person(role=Role.AUDITOR)
    pages.get("/account")

    pages.get(f"/settings/people/{stranger.id}", status=404)
    pages.post(f"/settings/people/{stranger.id}/disable", status=404)
    pages.post(f"/settings/people/{stranger.id}/password/reset", status=404)


def test_one_changes_ones_own_password(pages: Pages) -> None:
    me = pages.sign_in_as(Role.AUDITOR)
    pages.get("/account")

    pages.submit("/account/password/change", {"current": PASSWORD, "new": GOOD, "again": GOOD})

    assert "Your password is changed." in pages.follow().text
    other = pages.another()
    other.sign_in(me.email, GOOD)
    other.get("/account")


def test_a_new_password_must_be_the_same_twice_and_the_present_one_right(pages: Pages) -> None:
    pages.sign_in_as(Role.AUDITOR)
    pages.get("/account")
    action = "/account/password/change"

    unlike = pages.submit(action, {"current": PASSWORD, "new": GOOD, "again": "another one"}, status=422)
    wrong = pages.submit(action, {"current": "a guess", "new": GOOD, "again": GOOD}, status=422)

    assert "The two new passwords are not the same." in unlike.text
    assert "Your present password is not right." in wrong.text
