"""The one place that knows what drivers and the system say when something has run out, in our own errors.

Sources: PostgreSQL's appendix A (SQLSTATE), SQLite's result codes (sqlite.org/rescode.html), errno(3).
"""

import errno
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import orjson
import psycopg
from sqlalchemy.exc import DBAPIError

from phcs.core.errors import BusyError, LimitError, NoRoomError, TooMuchMemoryError

T = TypeVar("T")
MOST_TRIES = 10
"""Each try may itself wait for as long as the database lets it wait for a lock."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.1, 5.0

NO_ROOM = (
    "There is no room left on the server's disk. Nothing was changed; ask your operator, then try again."
)
BUSY = "Somebody else is writing at this moment. Nothing was changed; try again in a moment."
MEMORY = (
    "The server has not enough memory for this at the moment. Nothing was changed; try again, and ask your operator "
    "if it happens again."
)
SENTENCES: dict[type[LimitError], str] = {NoRoomError: NO_ROOM, BusyError: BUSY, TooMuchMemoryError: MEMORY}

POSTGRESQL: dict[str, type[LimitError]] = {
    "53100": NoRoomError,  # disk_full
    "53200": TooMuchMemoryError,  # out_of_memory
    "53300": BusyError,  # too_many_connections
    "40001": BusyError,  # serialization_failure
    "40P01": BusyError,  # deadlock_detected
    "55P03": BusyError,  # lock_not_available
    "57014": BusyError,  # query_canceled, which statement_timeout does
}
SQLITE: dict[int, type[LimitError]] = {
    sqlite3.SQLITE_FULL: NoRoomError,
    sqlite3.SQLITE_NOMEM: TooMuchMemoryError,
    sqlite3.SQLITE_BUSY: BusyError,
    sqlite3.SQLITE_LOCKED: BusyError,
}
"""Primary result codes: the low byte of the extended ones."""
SQLITE_ROOM = frozenset(
    {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE}
)
"""What a write-ahead log says that cannot grow."""
SYSTEM: dict[int, type[LimitError]] = {
    errno.ENOSPC: NoRoomError,
    errno.EDQUOT: NoRoomError,
    errno.EFBIG: NoRoomError,
    errno.ENOMEM: TooMuchMemoryError,
}


LIMITED: tuple[type[Exception], ...] = (
    DBAPIError,
    psycopg.Error,
    sqlite3.Error,
    OSError,
    MemoryError,
    orjson.JSONDecodeError,
)
"""The kinds of errors among which limits are found."""


def limit_of(problem: BaseException) -> LimitError | None:
    """The limit that an error of a driver or the system stands for; None when it is something else."""
    kind = _kind(problem.orig if isinstance(problem, DBAPIError) and problem.orig else problem)
    return None if kind is None else kind(SENTENCES[kind])


def _kind(problem: BaseException) -> type[LimitError] | None:
    if isinstance(problem, MemoryError) or _parser_without_memory(problem):
        return TooMuchMemoryError
    if isinstance(problem, psycopg.Error):
        return POSTGRESQL.get(problem.sqlstate or "")
    if isinstance(problem, sqlite3.Error):
        code = getattr(problem, "sqlite_errorcode", 0) or 0
        return NoRoomError if code in SQLITE_ROOM else SQLITE.get(code & 0xFF)
    return SYSTEM.get(problem.errno or 0) if isinstance(problem, OSError) else None


def _parser_without_memory(problem: BaseException) -> bool:
    """Whether this is how orjson says what others say with a MemoryError."""
    return isinstance(problem, orjson.JSONDecodeError) and problem.msg.startswith("Not enough memory")


@contextmanager
def limits_in_words() -> Iterator[None]:
    """Raise LimitErrors for what has run out inside; everything else passes as it is."""
    try:
        yield
    except LIMITED as problem:
        limit = limit_of(problem)
        if limit is None:
            raise
        raise limit from problem


def patiently(
    step: Callable[[], T], *, tries: int = MOST_TRIES, wait: Callable[[float], None] = time.sleep
) -> T:
    """The outcome of a step that may be repeated, tried again with growing, uneven waits while others write.

    Raises the BusyError of the last try.
    """
    for tried in range(1, tries):
        try:
            return step()
        except BusyError:
            longest = min(FIRST_WAIT_SECONDS * 2**tried, LONGEST_WAIT_SECONDS)
        wait(random.uniform(longest / 2, longest))  # noqa: S311 - two that waited must not meet again
    return step()
