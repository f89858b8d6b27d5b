"""The servers beside the worker die: the web process, PostgreSQL, the broker. Every import ends all the same."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.extensions import db
from phcs.tasks.imports import hint
from tests.conftest import _migrate
from tests.faults.campaign import SETTINGS, Campaign
from tests.faults.own_servers import OwnPostgres, OwnValkey, own_postgres, own_valkey
from tests.faults.processes import driver
from tests.faults.sizes import cases
from tests.faults.web_kills import WebKills
from tests.servers import celery_worker

pytestmark = pytest.mark.faults
Db = scoped_session[Session]


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return SETTINGS


def test_a_web_process_killed_while_it_takes_a_file_or_an_approval_leaves_nothing_or_all(
    session: Db, environment: dict[str, str], tmp_path: Path, record_property: Any
) -> None:
    with driver({**environment, **SETTINGS}, errors=tmp_path / "errors.log") as driven:
        campaign = WebKills(driven.worker, "web process killed", driven=driven)
        for _ in range(cases(4, full=60)):
            campaign.kill_one()
        campaign.finish()
    record_property("line", campaign.line())

    assert campaign.failures == {}, campaign.line()


class TestPostgres:
    """A database server of its own, which is killed under the worker's hands."""

    @pytest.fixture
    def server(self) -> Iterator[OwnPostgres]:
        with own_postgres() as server:
            yield server

    @pytest.fixture
    def database_uri(self, server: OwnPostgres, tmp_path: Path) -> str:
        server.create("phcs")
        _migrate(server.url("phcs"), tmp_path / "migrating")
        return server.url("phcs")

    def test_a_database_killed_at_any_moment_keeps_nothing_or_all_and_the_worker_goes_on(
        self,
        server: OwnPostgres,
        session: Db,
        environment: dict[str, str],
        tmp_path: Path,
        record_property: Any,
    ) -> None:
        with driver({**environment, **SETTINGS}, errors=tmp_path / "errors.log") as driven:
            campaign = Campaign(driven.worker, "database killed")
            span = campaign.undisturbed_seconds()
            driven.worker()
            for number in range(cases(4, full=120)):
                with campaign.case():
                    campaign.work_on(campaign.dice.uniform(0, span))
                    db.session.remove()
                    if number % 3:
                        campaign.moments["backend" if server.kill_backend() else "nobody there"] += 1
                    else:
                        server.restart_at_once()
                        campaign.moments["server"] += 1
                    db.engine.dispose()
            campaign.finish()
        record_property("line", campaign.line())

        assert campaign.failures == {}, campaign.line()


class TestBroker:
    """A broker of its own, which loses everything it was told."""

    @pytest.fixture
    def broker(self, tmp_path: Path) -> Iterator[OwnValkey]:
        with own_valkey(tmp_path / "valkey") as broker:
            yield broker

    @pytest.fixture
    def redis_url(self, broker: OwnValkey) -> str:  # type: ignore[override]
        return broker.url

    def test_given_the_broker_is_emptied_or_freezes_the_worker_still_finishes_everything(
        self,
        broker: OwnValkey,
        app: Flask,
        session: Db,
        environment: dict[str, str],
        record_property: Any,
    ) -> None:
        app.extensions["celery"].set_current()
        campaign = Campaign(lambda: lambda: None, "broker emptied or frozen", at_once=1)
        with celery_worker({**environment, **SETTINGS}):
            for number in range(cases(2, full=20)):
                with campaign.case():
                    hint(campaign.upload())
                    campaign.work_on(campaign.dice.uniform(0, 0.5))
                    if number % 3 == 2:
                        broker.freeze(campaign.dice.uniform(0.5, 7))
                        campaign.moments["frozen"] += 1
                    else:
                        broker.kill_and_empty()
                        campaign.moments["emptied"] += 1
                    campaign.until(campaign.has_finished)
            campaign.finish()
        record_property("line", campaign.line())

        assert campaign.failures == {}, campaign.line()
