"""Two real workers stage one import together, from a folder and from an object store; either may be killed."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID, uuid4

import boto3
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from phcs.embedded.children import Process
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import StagedFinding, StagedRow
from phcs.models.staging_chunks import StagingChunk
from phcs.tasks.imports import hint, sweep
from tests import servers
from tests.builders import actor_of, build_person
from tests.import_builders import advance, build_import, seen, visit

Db = scoped_session[Session]
PATIENCE_SECONDS = 60.0
SETTINGS = {
    "PHCS_SPLIT_ROWS": "40",
    "PHCS_CHUNK_ROWS": "5",
    "PHCS_LEASE_SECONDS": "3",
    "PHCS_SWEEP_SECONDS": "1",
}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}

pytestmark = pytest.mark.parametrize("database_uri", ["postgresql"], indirect=True)


@pytest.fixture(params=["folder", "s3"])
def upload_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where uploads lie; a folder that all workers of this machine reach, or a bucket."""
    if request.param == "folder":
        yield ""
        return
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    bucket = f"uploads-{uuid4().hex}"
    with servers.object_server() as endpoint:
        boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=bucket)
        yield f"s3://{bucket}/phcs?endpoint={endpoint}&region=us-east-1"


@pytest.fixture
def app_overrides(upload_store: str) -> Mapping[str, Any]:
    return {**SETTINGS, "UPLOAD_STORE": upload_store}


@pytest.fixture
def admin(session: Db, app: Flask) -> Actor:
    app.extensions["celery"].set_current()
    return actor_of(build_person())


@pytest.fixture
def workers(app: Flask, environment: dict[str, str], upload_store: str) -> Callable[[], Any]:
    """Starts two workers and gives them once both listen."""

    @contextmanager
    def both() -> Iterator[list[Process]]:
        settings = {**environment, **SETTINGS, "UPLOAD_STORE": upload_store}
        with ExitStack() as stack:
            started = [
                stack.enter_context(servers.celery_worker(settings, name=name)) for name in ("ana", "luis")
            ]
            celery = app.extensions["celery"]
            assert waited_for(lambda: len(celery.control.ping(timeout=0.5) or ()) == 2)
            yield started

    return both


def waited_for(reached: Callable[[], bool]) -> bool:
    """Say whether this came true in time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if reached():
            return True
        time.sleep(0.05)
    return False


def is_reviewed(import_id: UUID) -> bool:
    return seen(import_id).row.state is ImportState.REVIEW


def content(rows: int) -> list[dict[str, str]]:
    """Visits with a bad phone number here and there."""
    return [
        visit(number, client_phone="12") if number % 37 == 0 else visit(number)
        for number in range(1, rows + 1)
    ]


def staged(import_id: UUID) -> list[Any]:
    """Every staged row and finding of checking, without the import's own id."""
    db.session.rollback()
    found: list[Any] = []
    for table in (StagedRow, StagedFinding):
        columns = [column for column in table.__table__.columns if column.name != "import_id"]
        found += sorted(
            tuple(map(str, row))
            for row in db.session.execute(sa.select(*columns).where(table.import_id == import_id))
        )
    return found


def detail_of(import_id: UUID) -> dict[str, Any]:
    """What the trail says about staging."""
    db.session.rollback()
    found: dict[str, Any] = db.session.scalars(
        sa.select(AuditEvent.detail).where(
            AuditEvent.import_id == import_id, AuditEvent.action == "import.staged"
        )
    ).one()
    return found


def holders(import_id: UUID) -> set[int]:
    """The processes that hold or held chunks."""
    db.session.rollback()
    held = db.session.scalars(
        sa.select(StagingChunk.held_by).where(
            StagingChunk.import_id == import_id, StagingChunk.rows_staged > 0
        )
    )
    return {int(name.rpartition(":")[2]) for name in held}


def test_two_workers_stage_one_import_together_as_one_worker_would(
    session: Db, admin: Actor, workers: Callable[[], Any]
) -> None:
    with workers():
        together = build_import(actor=admin, content=content(600))
        hint(together)
        assert waited_for(lambda: is_reviewed(together))
    alone = build_import(actor=admin, content=content(600))
    assert advance(alone, split_rows=0) is ImportState.REVIEW

    assert (detail_of(together)["chunks"], detail_of(together)["workers"]) == (15, 2)
    assert seen(together).row_counts == seen(alone).row_counts == {"valid": 584, "error": 16}
    assert seen(together).finding_counts["phone.invalid"] == 16
    assert staged(together) == staged(alone)


@pytest.mark.parametrize("upload_store", ["folder"], indirect=True)
@pytest.mark.parametrize("victim", [0, 1])
def test_when_one_of_two_workers_is_killed_the_other_finishes(
    session: Db, admin: Actor, workers: Callable[[], Any], victim: int
) -> None:
    with workers() as started:
        together = build_import(actor=admin, content=content(1_000))
        hint(together)
        pids = {process.pid for process in started}
        assert waited_for(lambda: holders(together) == pids)
        started[victim].kill()
        broken_off = seen(together).row.state
        started[victim].wait()

        def is_done() -> bool:
            sweep.apply_async(expires=1)
            time.sleep(0.3)
            return is_reviewed(together)

        assert waited_for(is_done)
    alone = build_import(actor=admin, content=content(1_000))
    assert advance(alone, split_rows=0) is ImportState.REVIEW

    assert broken_off is ImportState.STAGING
    assert seen(together).row_counts == {"valid": 973, "error": 27}
    assert staged(together) == staged(alone)
