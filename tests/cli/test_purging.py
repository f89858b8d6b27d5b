"""`flask imports purge`, and what the other commands say before and after it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask

from phcs.core.actors import Actor
from phcs.models.imports import Import
from phcs.models.plans import PlanRow
from phcs.services.working import utc_now
from phcs.tasks.purging import purge as purge_task
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, change_behind_the_back, count, seen, visits, workshop
from tests.record_builders import AnySession

PURGED = "Deleted: the files of {} imports, the staged rows and plans of {}, 0 files of no import.\n"


@pytest.fixture
def admin(session: AnySession) -> Actor:
    return actor_of(build_person(organisation=build_organisation(), email="ada@example.org"))


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"PHCS_KEEP_FILES_DAYS": "3", "PHCS_KEEP_STAGED_DAYS": "20", "PHCS_UNDO_DAYS": "10"}


def flask(app: Flask, *arguments: str) -> Result:
    result = app.test_cli_runner().invoke(args=["imports", *arguments])
    assert result.exit_code == 0, result.output
    return result


def promoted(admin: Actor, *, days_ago: int) -> UUID:
    """An import that ended so many days ago: commands read the real clock."""
    import_id = build_promotion(actor=admin, content=visits(3))
    change_behind_the_back(Import, Import.id == import_id, finished_at=utc_now() - timedelta(days=days_ago))
    return import_id


def test_a_dry_run_says_what_is_due_and_deletes_nothing(app: Flask, admin: Actor) -> None:
    import_id = promoted(admin, days_ago=21)

    said = flask(app, "purge", "--dry-run").output

    assert [line.split(", ended")[0] for line in said.splitlines()] == [
        f"{import_id}  visits.csv: file",
        f"{import_id}  visits.csv: staged rows and plan",
        "Nothing was deleted.",
    ]
    assert count(PlanRow) == 3
    assert workshop().store.path(import_id.hex).exists()  # type: ignore[attr-defined]


def test_a_purge_says_what_it_has_deleted_and_the_next_finds_nothing(app: Flask, admin: Actor) -> None:
    promoted(admin, days_ago=21)
    promoted(admin, days_ago=4)

    assert flask(app, "purge").stdout == PURGED.format(2, 1)
    assert flask(app, "purge").stdout == PURGED.format(0, 0)
    assert count(PlanRow) == 3


def test_show_tells_the_dates_before_and_after(app: Flask, admin: Actor) -> None:
    import_id = promoted(admin, days_ago=2)
    file_day, row_day = (utc_now() + timedelta(days=ahead) for ahead in (1, 18))

    before = flask(app, "show", str(import_id)).stdout

    assert f"The file is deleted on {file_day.day} {file_day:%b %Y}." in before
    assert f"the plan are deleted on {row_day.day} {row_day:%b %Y}." in before
    change_behind_the_back(Import, finished_at=utc_now() - timedelta(days=30))
    flask(app, "purge")
    today = utc_now()
    after = flask(app, "show", str(import_id)).stdout
    assert f"The file was deleted on {today.day} {today:%b %Y}." in after
    assert f"the plan were deleted on {today.day} {today:%b %Y}. Counts, ledger" in after


def test_programs_read_the_dates_too(app: Flask, admin: Actor) -> None:
    import_id = promoted(admin, days_ago=4)
    flask(app, "purge")

    told = json.loads(flask(app, "show", str(import_id), "--json").stdout)["retention"]

    purged = seen(import_id).purged
    assert purged.file_at is not None
    assert (told["file_deleted_at"], told["rows_deleted_at"]) == (purged.file_at.isoformat(), None)
    assert set(told) == {"file_kept_until", "rows_kept_until", "file_deleted_at", "rows_deleted_at"}


def test_rows_that_were_deleted_are_said_to_be_deleted(app: Flask, admin: Actor) -> None:
    import_id = promoted(admin, days_ago=21)
    flask(app, "purge")

    result = flask(app, "rows", str(import_id))

    assert result.stdout == ""
    assert "were deleted on" in result.stderr


def test_the_hourly_task_does_the_same(app: Flask, admin: Actor) -> None:
    promoted(admin, days_ago=21)

    purge_task()

    assert count(PlanRow) == 0
    assert app.extensions["celery"].conf.beat_schedule["purge"]["task"] == purge_task.name
