"""A purge that is killed between any two commits, and one that meets a person who tries the import again."""

import threading

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.states import ImportState
from phcs.core.undoing import TooLateError
from phcs.extensions import db
from phcs.services import purging
from phcs.services.approval import retry_import
from phcs.services.transactions import transaction
from phcs.services.undoing import request_undo
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import build_promotion, seen, visits
from tests.services.test_purging import DAY, build_failure, events, file_exists, left, purge
from tests.undo_builders import carry_out, prepare

Db = scoped_session[Session]
RACES = 12


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


class KilledError(BaseException):
    """Stands for the end of the process: nothing in the product catches it."""


@pytest.mark.parametrize("survived", range(1, 16))
def test_a_purge_killed_between_any_two_commits_is_ended_by_the_next(
    session: Db, admin: Actor, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    import_id = build_failure(admin, 8)
    numbers = left(import_id)
    kill_after(survived, monkeypatch)
    with pytest.raises(KilledError):
        purge(after=30 * DAY, rows_at_once=3)
    monkeypatch.undo()

    purge(after=31 * DAY, rows_at_once=3)

    assert (file_exists(import_id), left(import_id)) == (False, {})
    assert [event.detail["sha256"] for event in events("import.file_purged")] == [seen(import_id).file_sha256]
    assert [event.detail for event in events("import.rows_purged")] == [numbers]


def kill_after(commits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the purge begin so many transactions, and end the process when it begins the next."""
    begun = 0

    def counted() -> object:
        nonlocal begun
        begun += 1
        if begun > commits:
            raise KilledError
        return transaction()

    monkeypatch.setattr(purging, "transaction", counted)


@pytest.mark.parametrize("number", range(RACES))
def test_of_a_purge_and_a_retry_at_the_same_moment_one_wins_wholly(
    app: Flask, session: Db, admin: Actor, number: int
) -> None:
    import_id = build_failure(admin, 30)
    before = left(import_id)
    barrier = threading.Barrier(2)
    refused: list[str] = []

    def purge_now() -> None:
        with app.app_context():
            barrier.wait()
            purge(after=30 * DAY, rows_at_once=5 + number)
            db.session.remove()

    def retry_now() -> None:
        with app.app_context():
            barrier.wait()
            try:
                retry_import(actor=admin, now=NOW + 30 * DAY, import_id=import_id)
            except UseCaseError as problem:
                refused.append(problem.sentence)
            db.session.remove()

    threads = [threading.Thread(target=one) for one in (purge_now, retry_now)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    state = seen(import_id).row.state
    outcome = (state, bool(refused), left(import_id) == before, left(import_id) == {})
    assert outcome in {
        (ImportState.APPROVED, False, True, False),
        (ImportState.FAILED, True, False, True),
    }


def test_what_an_undo_did_is_kept_as_long_as_it_can_be_taken_back(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    then = NOW + 20 * DAY
    carry_out(import_id, actor=admin, now=then, clock=lambda: then)

    purge(after=49 * DAY)
    assert {"reversal_actions", "plan_actions"} <= set(left(import_id))

    purge(after=50 * DAY)
    assert not {"reversal_actions", "plan_actions"} & set(left(import_id))


def test_nothing_goes_while_somebody_has_an_undo_to_decide_about(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    then = NOW + 29 * DAY
    prepare(import_id, actor=admin, now=then, clock=lambda: then)
    before = left(import_id)

    purge(after=40 * DAY)

    assert left(import_id) == before


def test_a_promotion_whose_plan_is_gone_cannot_be_undone_even_if_the_window_has_grown(
    session: Db, admin: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    purge(after=30 * DAY)

    with pytest.raises(TooLateError, match="was deleted when its date had come"):
        request_undo(actor=admin, now=NOW + 31 * DAY, import_id=import_id, undo_days=365)
