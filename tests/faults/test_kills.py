"""Nothing or all, once: workers are killed at named and at random moments; everything is looked at afterwards."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.states import ImportState
from tests.faults.campaign import NOT_REACHED, SETTINGS, NamedKills, RandomKills
from tests.faults.invariants import violations
from tests.faults.points import HELP_POINTS, POINTS, UNDO_POINTS
from tests.faults.processes import Beat, celery, driver, is_gone, kill_process
from tests.faults.sizes import cases
from tests.faults.undo_kills import UndoKills
from tests.import_builders import seen

pytestmark = pytest.mark.faults
Db = scoped_session[Session]
TOGETHER = [point for point in POINTS if point.startswith("stage.")]


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return SETTINGS


def test_a_worker_killed_at_any_moment_leaves_nothing_or_all_and_another_finishes(
    session: Db, environment: dict[str, str], tmp_path: Path, record_property: Any
) -> None:
    errors = tmp_path / "errors.log"
    with driver({**environment, **SETTINGS}, errors=errors) as driven:
        campaign = RandomKills(driven.worker, "worker killed at random")
        for _ in range(cases(7, full=180)):
            campaign.kill_one()
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()
    assert errors.read_text() == "", campaign.line()


def test_a_worker_killed_at_a_named_point_leaves_nothing_or_all_and_another_finishes(
    session: Db, environment: dict[str, str], tmp_path: Path, record_property: Any
) -> None:
    errors = tmp_path / "errors.log"
    with driver({**environment, **SETTINGS}, errors=errors) as driven:
        campaign = NamedKills(driven.worker, "worker killed at named points")
        points = campaign.dice.sample(POINTS, len(POINTS))
        for number in range(cases(9, full=170)):
            campaign.kill_at(driven, points[number % len(points)])
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()
    assert errors.read_text() == "", campaign.line()
    assert campaign.moments[NOT_REACHED] <= campaign.cases // 10, campaign.line()


def test_workers_killed_while_they_stage_one_import_together_leave_every_row_once(
    session: Db, environment: dict[str, str], tmp_path: Path, record_property: Any
) -> None:
    errors = tmp_path / "errors.log"
    with driver({**environment, **SETTINGS, "PHCS_SPLIT_ROWS": "60"}, errors=errors) as driven:
        campaign = NamedKills(driven.worker, "owner and helpers killed while staging", at_once=1)
        points = campaign.dice.sample(TOGETHER, len(TOGETHER))
        for number in range(cases(3, full=60)):
            helper = driven.fork(f"helper SIGKILL {campaign.dice.choice(HELP_POINTS)} 2")
            campaign.kill_at(driven, points[number % len(points)])
            campaign.moments["a helper too"] += is_gone(helper)
            if not is_gone(helper):
                kill_process(helper)
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()
    assert errors.read_text() == "", campaign.line()


def test_a_worker_killed_while_it_undoes_or_redoes_leaves_nothing_or_all_and_another_finishes(
    session: Db, environment: dict[str, str], tmp_path: Path, record_property: Any
) -> None:
    errors = tmp_path / "errors.log"
    with driver({**environment, **SETTINGS}, errors=errors) as driven:
        campaign = UndoKills(driven.worker, "worker killed while undoing")
        points = campaign.dice.sample(UNDO_POINTS, len(UNDO_POINTS))
        for number in range(cases(4, full=100)):
            campaign.kill_one(driven, points[number % len(points)])
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()
    assert errors.read_text() == "", campaign.line()


@pytest.mark.parametrize("point", ["read.begun", "plan.begun", "promote.begun"])
def test_a_file_that_kills_every_worker_is_set_aside_after_three(
    session: Db, environment: dict[str, str], tmp_path: Path, point: str
) -> None:
    three = {**SETTINGS, "PHCS_MAX_ATTEMPTS": "3"}
    with driver({**environment, **three}, errors=tmp_path / "errors.log") as driven:
        campaign = NamedKills(driven.worker, "poison")
        import_id = campaign.upload()
        killed = 0
        while seen(import_id).row.state is not ImportState.FAILED and killed < 10:
            worker = driven.fork(f"worker SIGKILL {point} 1")
            campaign.until(partial(_ended, campaign, worker, import_id))
            killed += is_gone(worker)
        kill_process(worker)

    details = seen(import_id)
    assert (killed, details.failure_code, details.failed_from) == (3, "import.gave_up", FAILED_FROM[point])
    assert "broke off 3 times" in details.failure
    assert violations(campaign.files, campaign.admin.organisation_id) == []


FAILED_FROM = {"read.begun": "received", "plan.begun": "staging", "promote.begun": "approved"}


def _ended(campaign: NamedKills, worker: int, import_id: UUID) -> bool:
    campaign.approve_all()
    return is_gone(worker) or seen(import_id).row.state is ImportState.FAILED


def test_celerys_own_worker_killed_at_any_moment_leaves_nothing_or_all(
    app: Flask, session: Db, environment: dict[str, str], record_property: Any
) -> None:
    with celery({**environment, **SETTINGS}) as start:
        campaign = RandomKills(start, "celery worker killed", tick=Beat(app.extensions["celery"]))
        for _ in range(cases(1, full=20)):
            campaign.kill_one()
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()
