"""Nothing or all, once: workers are killed at random moments, and everything is looked at afterwards."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from tests.faults.campaign import SETTINGS, Beat, Campaign, campaign_seed, celery, driver

pytestmark = pytest.mark.faults
Db = scoped_session[Session]
KILLS = 25
KILLS_OF_CELERY = 5
KILLS_TO_FIND_A_BUG = 60


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return SETTINGS


def test_a_worker_killed_at_any_moment_leaves_nothing_or_all_and_another_finishes(
    session: Db, environment: dict[str, str], tmp_path: Path, record_property: Any
) -> None:
    errors = tmp_path / "errors.log"
    with driver({**environment, **SETTINGS}, errors=errors) as start:
        campaign = Campaign(start=start, seed=campaign_seed())
        campaign.kill(KILLS)
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()
    assert errors.read_text() == "", campaign.line()


def test_celerys_own_worker_killed_at_any_moment_leaves_nothing_or_all(
    app: Flask, session: Db, environment: dict[str, str], record_property: Any
) -> None:
    with celery({**environment, **SETTINGS}) as start:
        campaign = Campaign(start=start, seed=campaign_seed(), tick=Beat(app.extensions["celery"]))
        campaign.kill(KILLS_OF_CELERY)
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()


def test_the_campaign_finds_a_promotion_that_keeps_its_chunks_one_by_one(
    session: Db, environment: dict[str, str], tmp_path: Path
) -> None:
    errors = tmp_path / "errors.log"
    with driver({**environment, **SETTINGS}, "keep-each-chunk", errors=errors) as start:
        campaign = Campaign(start=start, seed=campaign_seed())
        while not campaign.failures and campaign.cases < KILLS_TO_FIND_A_BUG:
            campaign.kill_one()

    assert campaign.failures, campaign.line()
