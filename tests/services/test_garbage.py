"""Memory: what a chunk of rows leaves in cycles is given back before the next one."""

import gc

from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from tests.builders import actor_of, build_person
from tests.import_builders import advance, build_import, visits

CHUNK_ROWS = 2


def left_in_cycles(admin: Actor, *, rows: int, first: int) -> int:
    """How many objects nobody can reach when an import has been planned and nobody has looked for them."""
    import_id = build_import(actor=admin, content=visits(rows, first=first))
    gc.collect()
    gc.disable()
    try:
        assert advance(import_id, chunk_rows=CHUNK_ROWS) is ImportState.REVIEW
        return gc.collect()
    finally:
        gc.enable()


def test_four_times_the_chunks_leave_no_more_in_cycles(session: scoped_session[Session]) -> None:
    admin = actor_of(build_person())
    left_in_cycles(admin, rows=CHUNK_ROWS, first=1)  # what is loaded at the first use
    few = left_in_cycles(admin, rows=15 * CHUNK_ROWS, first=100)
    many = left_in_cycles(admin, rows=60 * CHUNK_ROWS, first=200)

    assert many < few + 500
