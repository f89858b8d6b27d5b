"""The organisation's settings and its keys, as admins see them."""

import pytest

from phcs.core.permissions import Role
from tests.web.pages import Pages


def test_settings_are_kept_and_shown_again(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings")

    pages.submit("/settings", {"region": "CO", "time_zone": "America/Bogota", "four_eyes": "y"})

    page = pages.follow()
    assert "The settings are changed." in page.text
    assert page.soup.select_one("#region option[selected]")["value"] == "CO"  # type: ignore[index]
    regions = [option.get_text() for option in page.soup.select("#region option")]
    assert regions[:2] == ["Afghanistan (AF)", "Åland Islands (AX)"]
    assert {"Colombia (CO)", "Kosovo (XK)", "United Kingdom (GB)"} < set(regions)
    assert page.soup.select_one("#four_eyes[checked]") is not None
    assert page.soup.select_one("#keep_invalid_optional[checked]") is None


@pytest.mark.parametrize("fields", [{"name": ""}, {"region": "XX"}, {"time_zone": "Mars/Base"}])
def test_settings_that_cannot_be_right_are_refused_with_the_form(
    pages: Pages, fields: dict[str, str]
) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings")

    seen = pages.submit("/settings", fields, status=422)

    assert [str(link["href"])[1:] for link in seen.soup.select(".error-summary a")] == list(fields)


def test_a_key_is_shown_once_and_can_be_revoked(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/api-keys/new")

    made = pages.submit(
        "/settings/api-keys/new",
        {"name": "Nightly export", "scopes": ["imports:read"], "days": "30"},
        status=200,
    )

    secret = made.soup.select_one(".secret code").get_text()  # type: ignore[union-attr]
    listed = pages.get("/settings/api-keys")
    assert "Works" in listed.text
    assert secret not in listed.text
    assert secret[:12] in listed.text
    pages.submit(str(listed.soup.select_one("form[action$=revoke]")["action"]))  # type: ignore[index]
    assert "Revoked" in pages.follow().text


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"name": ""}, "name"), ({"scopes": []}, "scopes"), ({"days": "0"}, "days"), ({"days": "x"}, "days")],
)
def test_a_key_that_cannot_be_made_says_why(
    pages: Pages, fields: dict[str, "str | list[str]"], field: str
) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/api-keys/new")
    good: dict[str, str | list[str]] = {"name": "Export", "scopes": ["imports:read"], "days": "30"}

    seen = pages.submit("/settings/api-keys/new", {**good, **fields}, status=422)

    assert [str(link["href"]) for link in seen.soup.select(".error-summary a")] == [f"#{field}"]


def test_moments_are_shown_in_the_organisations_time_zone(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings")
    pages.submit("/settings", {"time_zone": "Asia/Tokyo"})

    shown = pages.get("/account").soup.select_one("td time")

    assert shown["title"] == "JST"  # type: ignore[index]
