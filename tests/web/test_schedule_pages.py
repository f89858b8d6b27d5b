"""Schedules on their pages: set up, run, changed, switched off."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from phcs.core.permissions import Role
from phcs.tasks import run_schedules
from tests.web.pages import Pages


@pytest.fixture
def app_overrides(tmp_path: Path) -> Mapping[str, Any]:
    return {"PHCS_WATCH_ROOT": str(tmp_path / "watched")}


def test_a_schedule_is_set_up_run_changed_and_switched_off(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/schedules/new")
    pages.submit("/settings/schedules/new", {"name": "Nightly", "place": "nightly", "cron": "0 3 * * *"})
    shown = pages.follow()
    address = str(shown.soup.select_one("form[action$='/run']")["action"]).removesuffix("/run")  # type: ignore[index]

    pages.submit(f"{address}/run")
    run_schedules()
    assert "The folder could not be read" in pages.get(address).text
    pages.submit(address, {"name": "Each hour", "place": "nightly", "cron": "0 * * * *"})
    assert "Each hour" in pages.follow().text
    pages.submit(f"{address}/disable")
    assert "Switched off" in pages.follow().text
    pages.submit(f"{address}/enable")
    listed = pages.get("/settings/schedules")

    assert "Every hour, on the hour (UTC) 0 * * * *" in listed.text
    assert "Fails" in listed.text
    pages.get(address)
    pages.submit(f"{address}/delete")
    assert "No schedules yet" in pages.follow().text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"cron": "daily"}, "Write five fields"),
        ({"place": "../elsewhere"}, "Name a folder"),
        ({"place": "https://10.0.0.1/x.csv"}, "leads into a private network"),
        ({"approves_clean": "y"}, "Choose the saved mapping"),
        ({"name": ""}, "Give the schedule a name"),
    ],
)
def test_a_schedule_that_cannot_be_says_why(pages: Pages, fields: dict[str, str], sentence: str) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/schedules/new")

    seen = pages.submit(
        "/settings/schedules/new",
        {"name": "Nightly", "place": "nightly", "cron": "0 3 * * *", **fields},
        status=422,
    )

    assert sentence in seen.text


def test_all_that_is_wrong_with_a_schedule_is_told_at_once_at_its_field(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/schedules/new")

    seen = pages.submit(
        "/settings/schedules/new",
        {"name": "", "place": "../elsewhere", "cron": "daily", "approves_clean": "y"},
        status=422,
    )

    told = {str(link["href"]): link.get_text() for link in seen.soup.select(".error-summary a")}
    assert set(told) == {"#name", "#place", "#cron", "#approves_clean"}
    assert told["#name"] == "Give the schedule a name."
    assert told["#cron"].startswith("Write five fields")


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_admins_see_schedules(pages: Pages, role: Role) -> None:
    pages.sign_in_as(role)

    pages.get("/settings/schedules", status=403)
