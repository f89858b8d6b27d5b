"""Helpers inside a transaction: whoever stops the import waits for them, and a frozen one is sent away."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import LeaseLostError
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import, StagedRow
from phcs.models.staging_chunks import StagingChunk
from phcs.services import staging_chunks
from phcs.services.approval import cancel_import
from phcs.services.bulk import insert_rows
from phcs.services.frozen import end_frozen_chunks
from phcs.services.staged_writing import STAGED_COLUMNS
from phcs.services.staging_chunks import HeldChunk, claim_chunk
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, build_import, count, seen, visits

Db = scoped_session[Session]


class StoppedError(Exception):
    """The owner ended in the middle of its work."""


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


@pytest.fixture
def held(session: Db, admin: Actor) -> HeldChunk:
    """A chunk that a helper holds, of an import whose owner is at work."""
    import_id = build_import(actor=admin, content=visits(20))

    def stop(stage: str, done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        advance(import_id, told=stop, split_rows=5, chunk_rows=2, readers=1)
    chunk = claim_chunk(import_id=import_id, now=NOW, lease_seconds=30, max_attempts=3)
    assert chunk is not None
    return chunk


def row_of(held: HeldChunk) -> tuple[object, ...]:
    return (
        *(held.import_id.hex, 1, held.rows.first_row, held.organisation_id.hex),
        *("valid", "[]", "{}", "0" * 32),
    )


def started(app: Flask, work: Callable[[], None]) -> threading.Thread:
    """A thread that does this in an application context of its own."""

    def run() -> None:
        with app.app_context():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_cancel_waits_for_the_helper_and_leaves_none_of_its_rows(
    app: Flask, session: Db, admin: Actor, held: HeldChunk
) -> None:
    with transaction() as writing:
        staging_chunks.prove(writing, held)
        cancelling = started(app, lambda: cancel_import(actor=admin, now=NOW, import_id=held.import_id))
        cancelling.join(0.5)
        waited = cancelling.is_alive()
        insert_rows(writing, StagedRow, STAGED_COLUMNS, [row_of(held)], ready=True)
    cancelling.join(20)

    assert waited
    assert seen(held.import_id).row.state is ImportState.CANCELLED
    assert (count(StagedRow), count(StagingChunk)) == (0, 0)
    with pytest.raises(LeaseLostError), transaction() as writing:
        staging_chunks.prove(writing, held)


def test_two_workers_never_take_the_same_chunk(app: Flask, session: Db, held: HeldChunk) -> None:
    taken: list[int] = [held.chunk_no]

    def take_all() -> None:
        while chunk := claim_chunk(import_id=held.import_id, now=NOW, lease_seconds=30, max_attempts=3):
            taken.append(chunk.chunk_no)

    threads = [started(app, take_all) for _ in range(4)]
    for thread in threads:
        thread.join()

    assert sorted(taken) == [2, 3, 4]


@pytest.mark.parametrize("database_uri", ["postgresql"], indirect=True)
def test_a_helper_frozen_in_its_transaction_loses_it(app: Flask, session: Db, held: HeldChunk) -> None:
    ended: list[int] = []

    def end() -> None:
        numbers = [held.chunk_no]
        ended.append(end_frozen_chunks(import_id=held.import_id, chunk_numbers=numbers, frozen_seconds=0))

    def write() -> None:
        with transaction() as writing:
            staging_chunks.prove_as_helper(writing, held)
            started(app, end).join()
            insert_rows(writing, StagedRow, STAGED_COLUMNS, [row_of(held)], ready=True)

    before = count(StagedRow)
    with pytest.raises((OperationalError, psycopg.OperationalError)):
        write()
    db.session.remove()

    assert ended == [1]
    assert count(StagedRow) == before
    assert db.session.get_one(Import, held.import_id).state is ImportState.STAGING
