"""How an import ends that a worker cannot go on with: counted, let go of at once, and set aside in words."""

import os
import subprocess
import sys
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.config import ROOT
from phcs.core.actors import Actor
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, StagedRow
from phcs.services.approval import retry_import
from phcs.services.working import utc_now
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, approve, build_import, build_review, count, seen, visits

Db = scoped_session[Session]
SECRET = "person1@example.org"
MANY = 12_000


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def bug(_stage: str, _done: int, _total: int) -> None:
    """Something that nobody foresaw, whose text quotes the file."""
    raise KeyError(SECRET)


def attempt(import_id: UUID) -> None:
    """A worker dies of the bug; no time passes between two of them."""
    with pytest.raises(KeyError):
        advance(import_id, told=bug)


def lease_and_attempts(import_id: UUID) -> tuple[object, int]:
    db.session.rollback()
    found = db.session.execute(
        sa.select(Import.lease_until, Import.attempts).where(Import.id == import_id)
    ).one()
    return found.lease_until, found.attempts


def test_after_a_bug_the_next_worker_may_try_at_once_and_the_attempt_counts(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)

    attempt(import_id)

    assert lease_and_attempts(import_id) == (None, 1)
    assert advance(import_id) is ImportState.COMPLETED


def test_after_the_last_attempt_a_bug_is_set_aside_in_words_and_its_class_is_in_the_trail(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)

    for _ in range(3):
        attempt(import_id)

    details = seen(import_id)
    assert (details.row.state, details.failure_code) == (ImportState.FAILED, "import.gave_up")
    assert "broke off 3 times" in details.failure
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.failed")).one()
    assert event.detail == {
        "code": "import.gave_up",
        "state": "promoting",
        "attempts": 3,
        "error": "KeyError",
    }
    retry_import(actor=admin, now=NOW, import_id=import_id)
    assert advance(import_id) is ImportState.COMPLETED


def test_what_is_told_of_a_bug_quotes_nothing_out_of_the_file(
    session: Db, admin: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    import_id = build_import(actor=admin, content=visits(3))

    attempt(import_id)

    told = "".join(record.getMessage() for record in caplog.records if record.name.startswith("phcs."))
    assert "broke off with KeyError" in told
    assert SECRET not in told


ROOM = 4_000_000
"""Bytes: less than the rows that the child hands over at once, so it is they that find no room."""
TIGHT_PROGRAM = """
import resource, sys
from uuid import UUID
from phcs import create_app
app = create_app()
with app.app_context():
    from phcs.extensions import current_settings
    from phcs.services.advancing import advance_import
    from phcs.services.working import workshop_from
    workshop = workshop_from(current_settings(), chunk_rows=100_000)
    pages = int(open("/proc/self/statm").read().split()[0])
    most = pages * resource.getpagesize() + int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    print(advance_import(import_id=UUID(sys.argv[1]), workshop=workshop))
"""


def test_a_worker_without_memory_fails_the_import_in_words_and_lives(
    session: Db, admin: Actor, environment: dict[str, str]
) -> None:
    import_id = build_import(actor=admin, content=visits(MANY), now=utc_now())
    db.session.remove()

    answer = subprocess.run(
        [sys.executable, "-c", TIGHT_PROGRAM, str(import_id), str(ROOM)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, answer.stdout.strip()) == (0, "failed"), answer.stderr[-2_000:]
    details = seen(import_id)
    assert (details.row.state, details.failure_code) == (ImportState.FAILED, "limit.memory")
    assert "not enough memory" in details.failure
    retry_import(actor=admin, now=utc_now(), import_id=import_id)
    assert advance(import_id) is ImportState.REVIEW
    assert count(StagedRow) == MANY
