"""The only place that commits: all that is done inside, or nothing."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.extensions import db
from phcs.models.organisations import Organisation
from phcs.services.transactions import NestedTransactionError, transaction
from tests.builders import NOW, build_organisation

Db = scoped_session[Session]
WRITERS, WRITES = 4, 10


class ChangedMindError(Exception):
    """Something came up in the middle."""


def rename(organisation: Organisation, name: str) -> None:
    with transaction() as writing:
        writing.execute(sa.update(Organisation).where(Organisation.id == organisation.id).values(name=name))


def break_off(interruption: type[BaseException]) -> None:
    """Write something, then be interrupted."""
    with transaction() as writing:
        writing.execute(sa.update(Organisation).values(name="After"))
        raise interruption


def test_what_was_done_inside_is_seen_by_the_next_reader(session: Db) -> None:
    organisation = build_organisation(name="Before")
    assert session.get_one(Organisation, organisation.id).name == "Before"

    rename(organisation, "After")

    assert session.get_one(Organisation, organisation.id).name == "After"


@pytest.mark.parametrize("interruption", [ChangedMindError, KeyboardInterrupt, SystemExit])
def test_an_interruption_keeps_nothing(session: Db, interruption: type[BaseException]) -> None:
    organisation = build_organisation(name="Before")

    with pytest.raises(interruption):
        break_off(interruption)

    assert session.get_one(Organisation, organisation.id).name == "Before"


def test_a_use_case_inside_another_is_refused_and_keeps_nothing(session: Db) -> None:
    organisation = build_organisation(name="Before")

    with pytest.raises(NestedTransactionError), transaction():
        rename(organisation, "Inner")

    assert session.get_one(Organisation, organisation.id).name == "Before"


def test_after_an_interruption_the_next_transaction_works(session: Db) -> None:
    organisation = build_organisation(name="Before")
    with pytest.raises(ChangedMindError):
        break_off(ChangedMindError)

    rename(organisation, "After")

    assert session.get_one(Organisation, organisation.id).name == "After"


def test_writers_that_read_before_they_write_wait_for_each_other(app: Flask, session: Db) -> None:
    organisation = build_organisation()
    mine = Organisation.id == organisation.id
    barrier = threading.Barrier(WRITERS)
    problems: list[Exception] = []

    def count_up() -> None:
        with app.app_context():
            barrier.wait()
            try:
                for _ in range(WRITES):
                    with transaction() as writing:
                        epoch = sa.select(Organisation.record_epoch).where(mine).with_for_update()
                        seen = writing.scalar(epoch) or 0
                        writing.execute(sa.update(Organisation).where(mine).values(record_epoch=seen + 1))
            except sa.exc.OperationalError as problem:
                problems.append(problem)

    threads = [threading.Thread(target=count_up) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert session.get_one(Organisation, organisation.id).record_epoch == WRITERS * WRITES


def test_a_reader_does_not_wait_for_a_writer(session: Db) -> None:
    organisation = build_organisation(name="Before")

    with transaction() as writing:
        writing.execute(sa.update(Organisation).values(name="After"))
        seen_meanwhile = db.session.scalar(
            sa.select(Organisation.name).where(Organisation.id == organisation.id)
        )

    assert seen_meanwhile == "Before"


def test_a_moment_without_a_zone_is_never_stored(session: Db) -> None:
    organisation = build_organisation()
    naive = (NOW + timedelta(days=1)).replace(tzinfo=None)
    mine = sa.update(Organisation).where(Organisation.id == organisation.id)

    with pytest.raises(sa.exc.StatementError, match="needs a time zone"), transaction() as writing:
        writing.execute(mine.values(created_at=naive))

    assert session.get_one(Organisation, organisation.id).created_at == NOW
