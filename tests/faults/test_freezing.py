"""A worker that froze past its lease and wakes up changes nothing that another has taken over."""

import os
import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.extensions import db
from phcs.models.imports import Import
from phcs.services.working import utc_now
from tests.faults.campaign import SETTINGS
from tests.faults.freezing import Freezing
from tests.faults.points import POINTS
from tests.faults.processes import driver, is_frozen, kill_process
from tests.faults.sizes import cases

pytestmark = pytest.mark.faults
Db = scoped_session[Session]

RAISED = re.compile(r"^((?:phcs|sqlalchemy|psycopg|sqlite3)\.[\w.]+): ", re.MULTILINE)
LOST_ITS_LOCKS = {
    "psycopg.errors.AdminShutdown",
    "psycopg.OperationalError",
    "sqlalchemy.exc.OperationalError",
}
"""What a worker sees whose session was ended while it was frozen in a transaction."""


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return SETTINGS


def test_a_worker_that_froze_past_its_lease_has_its_writes_refused(
    session: Db, environment: dict[str, str], tmp_path: Path, record_property: Any
) -> None:
    errors = tmp_path / "errors.log"
    with driver({**environment, **SETTINGS}, errors=errors) as driven:
        campaign = Freezing(driven.worker, "worker frozen past its lease", at_once=1)
        points = campaign.dice.sample(POINTS, len(POINTS))
        for number in range(cases(2, full=30)):
            campaign.freeze_one(driven, points[number % len(points)])
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()
    raised = RAISED.findall(errors.read_text())
    assert set(raised) <= LOST_ITS_LOCKS, campaign.line()


@pytest.mark.parametrize("database_uri", ["postgresql"], indirect=True)
def test_locks_of_a_worker_frozen_while_it_promotes_are_taken_from_it(
    session: Db, environment: dict[str, str], tmp_path: Path
) -> None:
    with driver({**environment, **SETTINGS}, errors=tmp_path / "errors.log") as driven:
        campaign = Freezing(driven.worker, "frozen while promoting")
        import_id = campaign.upload()
        frozen = driven.fork("worker SIGSTOP promote.rows 2")
        campaign.until(lambda: campaign.has_finished() or is_frozen(frozen))
        held = db.session.get_one(Import, import_id)
        fence, started = held.fence, utc_now()
        kill = driven.worker()
        campaign.until(campaign.has_finished, seconds=30)
        kill()
        waited = (utc_now() - started).total_seconds()
        os.kill(frozen, signal.SIGCONT)
        time.sleep(0.5)
        kill_process(frozen)
        campaign.look()

    db.session.rollback()
    assert db.session.scalar(sa.select(Import.fence).where(Import.id == import_id)) == fence + 1
    assert campaign.failures == {}
    assert waited < 30
