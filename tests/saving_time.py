"""What makes thousands of tests quick without changing what any of them sees.

Each saving keeps something that production keeps too, or that comes out the same every time: what an engine has
compiled, what a route has compiled, the hash of one password. None of it answers in place of the code under test.
"""

import functools
import gc
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from phcs.services import passwords
from tests.builders import PASSWORD

MEMORY_FOLDER = Path("/dev/shm")
MEMORY_FOLDER_BYTES = 3 << 30
"""What two runs beside each other never fill: databases, uploads and the servers' own files."""

ALLOCATIONS = 100_000
STATEMENTS = 3_000

_first_engines: dict[str, sa.Engine] = {}


def keep_files_in_memory() -> None:
    """Put every temporary file of this process and its children into memory, where there is room and no TMPDIR.

    A run makes and deletes a million small files, most of them PostgreSQL's. ext4 looks through all that were
    deleted in the last five seconds before it makes another one, which took a fifth of a run.
    """
    if "TMPDIR" not in os.environ and _has_room(MEMORY_FOLDER):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY_FOLDER)


def _has_room(folder: Path) -> bool:
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return False
    there = os.statvfs(folder)
    runs_programs = not there.f_flag & os.ST_NOEXEC  # servers may have to be copied, see `tests/servers.py`
    return runs_programs and there.f_bavail * there.f_frsize >= MEMORY_FOLDER_BYTES


def look_for_garbage_seldom() -> None:
    """Never look again at what is there now, which is every module and every test; at the rest, less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 5, 5)


def share_compiled_statements(engine: sa.Engine) -> None:
    """Let an engine use what the first one for the same driver compiled: in production there is one for years.

    The first one connects, since that is when a dialect learns what its server can do.
    """
    first = _first_engines.setdefault(engine.url.drivername, engine)
    if first is engine:
        engine.connect().close()
        engine.update_execution_options(compiled_cache=LRUCache(STATEMENTS))
    else:
        engine.dialect = first.dialect  # what is compiled is kept by dialect
        engine.update_execution_options(compiled_cache=first.get_execution_options()["compiled_cache"])


def remember_what_is_the_same_for_all(patch: pytest.MonkeyPatch) -> None:
    """Compile each route once for all applications, and hash the password of all test people once a salt."""
    patch.setattr(Rule, "_compile_builder", _builders_remembered(Rule._compile_builder))
    patch.setattr(passwords, "_scrypt", _hashes_remembered(passwords._scrypt))


def _builders_remembered(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """Werkzeug's builder of addresses is a function of these parts of its rule, and takes the rule at each call."""
    known: dict[object, Any] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002 - as in Werkzeug
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        parts = (rule.rule, tuple(rule._trace), append_unknown)
        if parts not in known:
            known[parts] = compile_builder(rule, append_unknown)
        return known[parts]

    return remembered


def _hashes_remembered(scrypt: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """A wrong password, or any that a test thinks of, takes as long as ever."""
    once = functools.cache(scrypt)

    def remembered(password: str, salt: str) -> str:
        return (once if password == PASSWORD else scrypt)(password, salt)

    return remembered
