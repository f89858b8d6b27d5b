"""Negative controls: the same campaigns find bugs that were planted, each within a few cases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from tests.faults.campaign import SETTINGS, NamedKills
from tests.faults.freezing import Freezing
from tests.faults.processes import driver

pytestmark = pytest.mark.faults
Db = scoped_session[Session]
CASES_AT_MOST = 12


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return SETTINGS


@pytest.mark.parametrize(
    ("bug", "point"),
    [
        ("keep-each-chunk", "promote.committed"),
        ("count-before-keeping", "stage.rows"),
        ("forget-events", "promote.committed"),
    ],
)
def test_kills_find_the_bug(
    session: Db, environment: dict[str, str], tmp_path: Path, bug: str, point: str
) -> None:
    with driver({**environment, **SETTINGS}, bug, errors=tmp_path / "errors.log") as driven:
        campaign = NamedKills(driven.worker, bug, at_once=1)
        while not campaign.failures and campaign.cases < CASES_AT_MOST:
            campaign.kill_at(driven, point)

    assert campaign.failures, campaign.line()


def test_freezing_finds_that_the_fence_is_missing(
    session: Db, environment: dict[str, str], tmp_path: Path
) -> None:
    bug = "forget-the-fence"
    with driver({**environment, **SETTINGS}, bug, errors=tmp_path / "errors.log") as driven:
        campaign = Freezing(driven.worker, bug, at_once=1)
        while not campaign.failures and campaign.cases < CASES_AT_MOST:
            campaign.freeze_one(driven, "promote.begun")

    assert campaign.failures, campaign.line()
