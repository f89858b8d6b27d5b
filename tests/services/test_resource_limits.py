"""One place tells what has run out from everything else, and waits with patience."""

import errno
import sqlite3

import psycopg
import pytest

from phcs.core.errors import BusyError, NoRoomError, TooMuchMemoryError
from phcs.services.resource_limits import LIMITED, limit_of, limits_in_words, patiently

SAID: list[tuple[BaseException, type[Exception] | None]] = [
    (OSError(errno.ENOSPC, "No space left on device"), NoRoomError),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), NoRoomError),
    (OSError(errno.ENOMEM, "Cannot allocate memory"), TooMuchMemoryError),
    (MemoryError(), TooMuchMemoryError),
    (psycopg.errors.OutOfMemory(), TooMuchMemoryError),
    (psycopg.errors.SerializationFailure(), BusyError),
    (psycopg.errors.QueryCanceled(), BusyError),
    (psycopg.errors.UniqueViolation(), None),
    (psycopg.OperationalError("the server closed the connection"), None),
    (sqlite3.IntegrityError("UNIQUE constraint failed"), None),
    (FileNotFoundError(errno.ENOENT, "No such file"), None),
    (ValueError("a bug"), None),
]


@pytest.mark.parametrize(("problem", "kind"), SAID, ids=lambda one: getattr(one, "__name__", repr(one)))
def test_what_has_run_out_is_told_from_everything_else(
    problem: BaseException, kind: type[Exception] | None
) -> None:
    assert type(limit_of(problem) or None) is (kind or type(None))


def test_an_error_that_is_no_limit_passes_as_it_is() -> None:
    bug = FileNotFoundError("a bug")

    with pytest.raises(LIMITED) as raised, limits_in_words():
        raise bug

    assert raised.value is bug


def test_patience_ends_after_so_many_tries_with_growing_waits() -> None:
    waits: list[float] = []
    tries: list[int] = []

    def never() -> None:
        tries.append(1)
        raise BusyError("Somebody else is writing.")

    with pytest.raises(BusyError):
        patiently(never, tries=6, wait=waits.append)

    assert (len(tries), len(waits)) == (6, 5)
    assert waits[-1] > waits[0]
    assert sum(waits) < 30
