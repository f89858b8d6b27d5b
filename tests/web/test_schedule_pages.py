"""Schedules on their pages: set up, run, changed, switched off."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from phcs.core.mapping.tables import TableMapping
from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.models.mapping_templates import MappingTemplate
from phcs.models.organisations import Organisation
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction
from phcs.tasks import run_schedules
from tests.import_builders import export_csv, visits
from tests.record_builders import NOON, counted_queries
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


def test_a_schedule_leads_to_the_imports_that_it_made(
    pages: Pages, organisation: Organisation, tmp_path: Path
) -> None:
    folder = tmp_path / "watched" / str(organisation.id) / "nightly"
    folder.mkdir(parents=True)
    (folder / "visits.csv").write_text(export_csv(visits(1)))
    os.utime(folder / "visits.csv", (0, 0))
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/schedules/new")
    pages.submit("/settings/schedules/new", {"name": "Nightly", "place": "nightly", "cron": "0 3 * * *"})
    shown = pages.follow()
    address = str(shown.soup.select_one("form[action$='/run']")["action"]).removesuffix("/run")  # type: ignore[index]
    assert "Not run yet" in shown.text
    pages.submit(f"{address}/run")

    run_schedules()

    then = pages.get(address)
    assert "Works" in then.text
    made = then.soup.find("a", string="visits.csv")
    assert pages.get(str(made["href"])).heading == "visits.csv"  # type: ignore[index]


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


def test_a_schedule_that_can_be_is_looked_at_once(pages: Pages, organisation: Organisation) -> None:
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context(), transaction() as session:
        session.add(_saved_mapping(organisation, "Clinic list"))
    pages.get("/settings/schedules/new")
    fields = {"name": "Nightly", "place": "nightly", "cron": "0 3 * * *", "template": "Clinic list"}

    with pages.app.app_context(), counted_queries(db.engine) as sent:
        pages.submit("/settings/schedules/new", fields)

    assert len([one for one in sent if "mapping_templates.name_key = " in one]) == 1


def _saved_mapping(organisation: Organisation, name: str) -> MappingTemplate:
    return MappingTemplate(
        id=new_id(),
        organisation_id=organisation.id,
        name=name,
        name_key=name.lower(),
        version=1,
        source="generic",
        kind="case",
        heading_signature="0" * 64,
        headings=["Name"],
        mapping=TableMapping(source="generic", kind=RecordKind.CASE, reason="", columns=()).as_json(),
        reading={},
        created_by_name="Ada Admin",
        created_at=NOON,
    )


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_admins_see_schedules(pages: Pages, role: Role) -> None:
    pages.sign_in_as(role)

    pages.get("/settings/schedules", status=403)
