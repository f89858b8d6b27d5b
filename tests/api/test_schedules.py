"""Schedules for programs: the same as on the pages, within one organisation and one scope."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.api.test_webhooks import caller

ASKED = {"name": "Nightly", "place": "nightly", "cron": "0 3 * * *"}


@pytest.fixture
def app_overrides(tmp_path: Path) -> Mapping[str, Any]:
    return {"PHCS_WATCH_ROOT": str(tmp_path / "watched")}


def test_a_program_sets_up_changes_and_deletes_a_schedule(app: Flask) -> None:
    client, key = caller(app, scope="schedules:write")

    made = client.post("/api/v1/schedules", json=ASKED, headers=key)
    path = f"/api/v1/schedules/{made.get_json()['id']}"
    changed = client.put(path, json={**ASKED, "name": "Hourly", "cron": "0 * * * *"}, headers=key)
    off = client.post(f"{path}/disable", headers=key)

    assert (made.status_code, changed.status_code, off.status_code) == (201, 200, 200)
    assert made.get_json()["next_at"] is not None
    assert (changed.get_json()["name"], off.get_json()["next_at"]) == ("Hourly", None)
    assert client.post(f"{path}/run", headers=key).status_code == 422
    assert client.post(f"{path}/enable", headers=key).get_json()["next_at"] is not None
    assert client.post(f"{path}/run", headers=key).status_code == 200
    assert client.get(path, headers=key).get_json()["cron"] == "0 * * * *"
    assert client.delete(path, headers=key).status_code == 204
    assert client.get("/api/v1/schedules", headers=key).get_json() == {"schedules": []}


@pytest.mark.parametrize(
    "asked", [{}, {**ASKED, "name": 5}, {**ASKED, "cron": "x"}, {**ASKED, "source": "paper"}]
)
def test_a_schedule_that_cannot_be_is_a_problem_with_a_sentence(app: Flask, asked: dict[str, Any]) -> None:
    client, key = caller(app, scope="schedules:write")

    refused = client.post("/api/v1/schedules", json=asked, headers=key)

    assert (refused.status_code, bool(refused.get_json()["detail"])) == (422, True)


def test_another_organisation_s_schedule_is_not_there(app: Flask) -> None:
    client, key = caller(app, scope="schedules:write")
    made = client.post("/api/v1/schedules", json=ASKED, headers=key)
    path = f"/api/v1/schedules/{made.get_json()['id']}"
    _, other = caller(app, scope="schedules:write")

    answers = [
        client.get(path, headers=other),
        client.put(path, json=ASKED, headers=other),
        client.delete(path, headers=other),
        *(client.post(f"{path}/{verb}", headers=other) for verb in ("disable", "enable", "run")),
    ]

    assert {answer.status_code for answer in answers} == {404}
