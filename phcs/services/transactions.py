"""The only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.orm import Session

from phcs.extensions import WRITES, db
from phcs.services.resource_limits import limits_in_words


class NestedTransactionError(RuntimeError):
    """A use case called another use case instead of sharing its session."""


_open: ContextVar[bool] = ContextVar("phcs_transaction_open", default=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """Keep everything done inside, or nothing.

    The session is a fresh one that takes SQLite's write lock up front; the reading session of the
    request is ended first, so that what it reads afterwards includes what was done here.

    Raises LimitErrors where the database says that room, memory or patience has run out (`resource_limits`).
    """
    if _open.get():
        raise NestedTransactionError
    db.session.rollback()
    token = _open.set(True)
    session = Session(bind=db.engine.execution_options(**{WRITES: True}), expire_on_commit=False)
    try:
        with limits_in_words():
            yield session
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        _open.reset(token)
