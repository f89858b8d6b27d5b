"""A large table staged in parts, by one worker or by several, is the table staged at once."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import LeaseLostError
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, SourceTable, StagedFinding, StagedRow
from phcs.models.staging_chunks import ChunkState, StagingChunk
from phcs.services import staging_chunks
from phcs.services.approval import cancel_import, retry_import
from phcs.services.chunked_staging import help_staging
from phcs.services.staging_chunks import HeldChunk, claim_chunk
from phcs.services.transactions import transaction
from tests.builders import actor_of, build_person
from tests.import_builders import (
    Clock,
    advance,
    build_import,
    change_behind_the_back,
    count,
    export_csv,
    folder_store,
    plan_anew_behind_the_back,
    seen,
    visit,
    visits,
    workshop,
)

Db = scoped_session[Session]
PARTS: dict[str, Any] = {"split_rows": 5, "chunk_rows": 2}


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


class StoppedError(Exception):
    """The worker ended in the middle of its work."""


def many_visits() -> str:
    """23 visits, some with findings and line breaks in their cells, with blank lines between them."""
    rows = [*visits(20), visit(21, client_name=""), visit(22, client_phone="12"), visit(23, notes="a\n\nb")]
    lines = export_csv(rows).split("\n")
    lines[7:7] = ["", ""]
    return "\n".join(lines)


def staged(import_id: UUID) -> list[Any]:
    """Every staged row and finding, without the import's own id."""
    db.session.rollback()
    found: list[Any] = []
    for table in (StagedRow, StagedFinding):
        columns = [column for column in table.__table__.columns if column.name != "import_id"]
        query = sa.select(*columns).where(table.import_id == import_id, table.__table__.c.table_no == 1)
        found += sorted(tuple(map(str, row)) for row in db.session.execute(query))
    return found


def plan_of(import_id: UUID) -> tuple[Any, ...]:
    details = seen(import_id)
    assert details.row.state is ImportState.REVIEW
    return details.plan_fingerprint, details.plan_counts, details.finding_counts, details.row_counts


def plan_made_anew(import_id: UUID) -> tuple[Any, ...]:
    """The plan when all rows are staged before the first one is planned."""
    plan_anew_behind_the_back(import_id)
    advance(import_id)
    return plan_of(import_id)


def chunks_of(import_id: UUID) -> list[StagingChunk]:
    db.session.rollback()
    return list(
        db.session.scalars(
            sa.select(StagingChunk).where(StagingChunk.import_id == import_id).order_by(StagingChunk.chunk_no)
        )
    )


def claimed(import_id: UUID, clock: Clock) -> HeldChunk:
    held = claim_chunk(import_id=import_id, now=clock(), lease_seconds=30, max_attempts=3)
    assert held is not None
    return held


def broken_off(admin: Actor, clock: Clock, *, after_rows: int = 4) -> UUID:
    """An import whose owner died in the middle of staging."""
    import_id = build_import(actor=admin, content=many_visits())

    def stop(stage: str, done: int, total: int) -> None:
        if done >= after_rows:
            raise StoppedError

    with pytest.raises(StoppedError):
        advance(import_id, clock=clock, told=stop, **PARTS)
    return import_id


@pytest.mark.parametrize("split_rows", [1, 3, 7, 22])
def test_a_table_staged_in_parts_is_the_table_staged_at_once(
    session: Db, admin: Actor, split_rows: int
) -> None:
    at_once = build_import(actor=admin, content=many_visits())
    in_parts = build_import(actor=admin, content=many_visits())

    assert advance(at_once, split_rows=0) is ImportState.REVIEW
    assert advance(in_parts, split_rows=split_rows, chunk_rows=2) is ImportState.REVIEW

    assert staged(in_parts) == staged(at_once)
    for details in (seen(at_once), seen(in_parts)):
        assert details.row_counts == {"valid": 21, "error": 2}
        assert details.finding_counts["phone.invalid"] == 1


@pytest.mark.parametrize("split_rows", [1, 7])
def test_a_plan_that_followed_the_staging_is_the_plan_made_of_all_staged_rows(
    session: Db, admin: Actor, split_rows: int
) -> None:
    import_id = build_import(actor=admin, content=many_visits())
    advance(import_id, split_rows=split_rows, chunk_rows=2)
    assert plan_of(import_id) == plan_made_anew(import_id)


def test_the_trail_says_in_how_many_chunks_and_by_how_many_workers(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=many_visits())

    advance(import_id, **PARTS)

    detail = session.scalars(
        sa.select(AuditEvent.detail).where(
            AuditEvent.import_id == import_id, AuditEvent.action == "import.staged"
        )
    ).one()
    assert detail == {"rows": 23, "valid": 21, "error": 2, "chunks": 5, "workers": 1}
    assert chunks_of(import_id) == []


def test_a_table_of_one_part_needs_no_chunks_and_no_help(session: Db, admin: Actor) -> None:
    asked: list[int] = []
    import_id = build_import(actor=admin, content=visits(4))

    advance(import_id, split_rows=5, ask_help=lambda _, workers: asked.append(workers))

    assert asked == []
    assert seen(import_id).row.state is ImportState.REVIEW


def test_others_are_asked_for_help_once_there_are_chunks(session: Db, admin: Actor) -> None:
    asked: list[tuple[UUID, int, int]] = []
    import_id = build_import(actor=admin, content=many_visits())

    advance(
        import_id,
        ask_help=lambda found, workers: asked.append((found, workers, len(chunks_of(found)))),
        **PARTS,
    )

    assert asked == [(import_id, 4, 5)]


def test_helpers_and_owner_share_the_chunks(session: Db, admin: Actor) -> None:
    clock = Clock()
    import_id = broken_off(admin, clock)
    clock.wait(31)

    assert help_staging(import_id=import_id, workshop=workshop(clock=clock, **PARTS)) is False
    states = [chunk.state for chunk in chunks_of(import_id)]
    reached = advance(import_id, clock=clock, **PARTS)

    assert states == [ChunkState.DONE] * 5
    assert reached is ImportState.REVIEW
    assert (seen(import_id).row_counts, count(StagedRow)) == ({"valid": 21, "error": 2}, 23)
    assert plan_of(import_id) == plan_made_anew(import_id)


@pytest.mark.parametrize("after_rows", range(1, 23, 3))
def test_the_next_owner_goes_on_wherever_the_last_one_died(
    session: Db, admin: Actor, after_rows: int
) -> None:
    clock = Clock()
    at_once = build_import(actor=admin, content=many_visits())
    import_id = broken_off(admin, clock, after_rows=after_rows)
    before = seen(import_id).progress.rows_done
    clock.wait(31)

    assert advance(import_id, clock=clock, **PARTS) is ImportState.REVIEW

    advance(at_once, split_rows=0)
    assert before >= after_rows
    assert staged(import_id) == staged(at_once)
    assert plan_of(import_id) == plan_made_anew(import_id)


def test_the_owner_waits_for_a_helper_and_takes_over_what_it_leaves_behind(session: Db, admin: Actor) -> None:
    clock, waited = Clock(), []
    import_id = broken_off(admin, clock)
    clock.wait(31)
    held = claimed(import_id, clock)

    def pause(seconds: float) -> None:
        waited.append([chunk.state for chunk in chunks_of(import_id)].count(ChunkState.DONE))
        clock.wait(10)

    assert advance(import_id, clock=clock, pause=pause, **PARTS) is ImportState.REVIEW

    assert (held.chunk_no, waited) == (1, [4, 4, 4, 4])
    assert seen(import_id).row_counts == {"valid": 21, "error": 2}
    assert plan_of(import_id) == plan_made_anew(import_id)


def test_a_helper_that_lost_its_chunk_keeps_nothing(session: Db, admin: Actor) -> None:
    clock = Clock()
    import_id = broken_off(admin, clock)
    clock.wait(31)
    late = claimed(import_id, clock)
    clock.wait(31)
    claimed(import_id, clock)

    with pytest.raises(LeaseLostError), transaction() as writing:
        staging_chunks.prove(writing, late)


def test_a_cancelled_import_leaves_a_helper_nothing_to_keep(session: Db, admin: Actor) -> None:
    clock = Clock()
    import_id = broken_off(admin, clock)
    clock.wait(31)
    held = claimed(import_id, clock)
    cancel_import(actor=admin, now=clock(), import_id=import_id)

    with pytest.raises(LeaseLostError), transaction() as writing:
        staging_chunks.prove(writing, held)

    assert (count(StagedRow), count(StagingChunk)) == (0, 0)
    assert help_staging(import_id=import_id, workshop=workshop(clock=clock)) is False


def test_a_chunk_of_an_earlier_staging_is_another_chunk(session: Db, admin: Actor) -> None:
    """A frozen helper wakes up after the file was read anew: same import, same chunk, same number of claims."""
    clock = Clock()
    import_id = broken_off(admin, clock)
    change_behind_the_back(StagingChunk, StagingChunk.import_id == import_id, fence=0, lease_until=None)
    late = claimed(import_id, clock)
    change_behind_the_back(
        Import, Import.id == import_id, state=ImportState.FAILED, failed_from="received", lease_until=None
    )
    retry_import(actor=admin, now=clock(), import_id=import_id)

    def stop(stage: str, done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        advance(import_id, clock=clock, told=stop, **PARTS)
    change_behind_the_back(StagingChunk, StagingChunk.import_id == import_id, fence=0, lease_until=None)
    now_held = claimed(import_id, clock)

    assert (now_held.chunk_no, now_held.fence) == (late.chunk_no, late.fence)
    with pytest.raises(LeaseLostError), transaction() as writing:
        staging_chunks.prove(writing, late)


def test_a_chunk_that_breaks_three_workers_ends_the_import_in_words(session: Db, admin: Actor) -> None:
    clock = Clock()
    import_id = broken_off(admin, clock)
    for _ in range(3):
        clock.wait(31)
        claimed(import_id, clock)
    clock.wait(31)

    assert advance(import_id, clock=clock, pause=clock.wait, **PARTS) is ImportState.FAILED

    details = seen(import_id)
    assert details.failure_code == "import.gave_up"
    assert details.failure is not None
    assert "broke off 3 times in the same part of the file" in details.failure


def test_a_helper_that_cannot_read_the_file_leaves_that_to_the_owner(session: Db, admin: Actor) -> None:
    clock = Clock()
    import_id = broken_off(admin, clock)
    clock.wait(31)
    folder_store().path(import_id.hex).unlink()

    assert help_staging(import_id=import_id, workshop=workshop(clock=clock, **PARTS)) is False
    open_chunks = [chunk for chunk in chunks_of(import_id) if chunk.state is not ChunkState.DONE]

    assert seen(import_id).row.state is ImportState.STAGING
    assert all(chunk.lease_until is None or chunk.lease_until < clock() for chunk in open_chunks)
    assert advance(import_id, clock=clock, **PARTS) is ImportState.FAILED
    assert seen(import_id).failure_code == "file.missing"


def test_fewer_rows_than_were_read_at_first_fail_in_words(session: Db, admin: Actor) -> None:
    clock = Clock()
    import_id = broken_off(admin, clock)
    table = session.scalars(sa.select(SourceTable)).one()
    reading = {**table.reading, "rows": 24}
    change_behind_the_back(SourceTable, SourceTable.import_id == import_id, reading=reading)
    clock.wait(31)

    assert advance(import_id, clock=clock, **PARTS) is ImportState.FAILED

    assert seen(import_id).failure == (
        "The file had 24 rows when it was first read and 23 now. Upload it again."
    )


def test_a_worker_that_is_asked_to_stop_gives_its_chunks_back(session: Db, admin: Actor) -> None:
    clock, calls = Clock(), []
    import_id = broken_off(admin, clock)
    clock.wait(31)

    def stopping() -> bool:
        calls.append(1)
        return len(calls) > 2

    helping = workshop(clock=clock, stopping=stopping, **PARTS)
    assert help_staging(import_id=import_id, workshop=helping) is True

    open_chunks = [chunk for chunk in chunks_of(import_id) if chunk.state is not ChunkState.DONE]
    assert open_chunks
    assert all(chunk.lease_until is None or chunk.lease_until < clock() for chunk in open_chunks)
    assert advance(import_id, clock=clock, **PARTS) is ImportState.REVIEW
    assert seen(import_id).row_counts == {"valid": 21, "error": 2}


def test_progress_counts_what_all_workers_have_staged(session: Db, admin: Actor) -> None:
    shown: list[tuple[int, int]] = []
    import_id = build_import(actor=admin, content=many_visits())

    def look(stage: str, done: int, total: int) -> None:
        if stage == "checking":
            shown.append((done, seen(import_id).progress.rows_done))

    advance(import_id, told=look, **PARTS)

    assert [done for done, _ in shown] == sorted({done for done, _ in shown})
    assert shown[-1] == (23, 23)
    assert all(done == kept for done, kept in shown)
