"""Which worker stages which chunk of an import: claimed and proved as imports are (see `leasing`), one level down."""

import os
import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import LeaseLostError
from phcs.core.reading.tables import RowRange
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.staging_chunks import ChunkState, StagingChunk
from phcs.services.frozen import mark_chunk
from phcs.services.leasing import Claim
from phcs.services.staged_writing import Progress
from phcs.services.staging_order import StagingOrder
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction

LOST = "Somebody else has taken this chunk over, or its import was stopped."


@dataclass(slots=True)
class HeldChunk:
    """The right to stage one chunk until its lease ends, what is to be read, and what was counted so far."""

    import_id: UUID
    organisation_id: UUID
    table_no: int
    chunk_no: int
    made_under: int
    fence: int
    rows: RowRange
    progress: Progress
    watch: Stopwatch
    timings: dict[str, float]


@dataclass(frozen=True, slots=True)
class ChunkTotals:
    """What all chunks of an import have come to."""

    progress: Progress
    timings: dict[str, float]
    open_chunks: int
    chunks: int
    workers: int


def make_chunks(session: Session, *, claim: Claim, orders: Sequence[StagingOrder]) -> None:
    """Write down the chunks of these tables, unless an earlier owner already has.

    A chunk is of one table; chunks are numbered through all tables, in the order of the tables.
    """
    own = _of_import(claim.organisation_id, claim.import_id)
    if session.scalar(sa.select(StagingChunk.chunk_no).where(*own).limit(1)) is not None:
        return
    session.add_all(
        StagingChunk(
            import_id=claim.import_id,
            table_no=order.table_no,
            chunk_no=number,
            organisation_id=claim.organisation_id,
            made_under=claim.fence,
            byte_offset=rows.offset,
            first_row=rows.first_row,
            last_row=rows.through_row,
            row_counts={},
            finding_counts={},
            timings={},
        )
        for number, (order, rows) in enumerate(all_ranges(orders), 1)
    )


def all_ranges(orders: Sequence[StagingOrder]) -> list[tuple[StagingOrder, RowRange]]:
    """The parts of the tables that can be staged apart from each other, table after table."""
    return [(order, rows) for order in orders for rows in order.reading.ranges()]


def claim_chunk(*, import_id: UUID, now: datetime, lease_seconds: int, max_attempts: int) -> HeldChunk | None:
    """Take the first chunk that nobody holds, or whose worker is gone; None when there is none.

    A chunk that has broken `max_attempts` workers is left alone.
    """
    with transaction() as session:
        chunk = session.scalar(
            sa.select(StagingChunk)
            .where(
                StagingChunk.import_id == import_id,
                StagingChunk.state != ChunkState.DONE,
                _is_free(now),
                StagingChunk.attempts < max_attempts,
                _is_staging(),
            )
            .order_by(StagingChunk.table_no, StagingChunk.chunk_no)
            .limit(1)
            .with_for_update(skip_locked=True, of=StagingChunk)
        )
        if chunk is None:
            return None
        held = _held(chunk, chunk.fence + 1)
        session.execute(
            sa.update(StagingChunk)
            .where(*_same_chunk(held), StagingChunk.fence == chunk.fence)
            .values(
                state=ChunkState.WORKING,
                fence=held.fence,
                attempts=chunk.attempts + 1,
                lease_until=now + timedelta(seconds=lease_seconds),
                held_by=f"{socket.gethostname()[:80]}:{os.getpid()}",
            )
            .execution_options(synchronize_session=False)
        )
        return held


def prove(session: Session, held: HeldChunk) -> None:
    """Lock the chunk before anything is written for it.

    Raises LeaseLostError when another worker has taken it over or the import is no longer staged.
    """
    own = sa.select(StagingChunk.chunk_no).where(*_same_chunk(held), *_held_by_us(held), _is_staging())
    if session.scalar(own.with_for_update(of=StagingChunk)) is None:
        raise LeaseLostError(LOST)


def prove_as_helper(session: Session, held: HeldChunk) -> None:
    """Lock the chunk as `prove` does, in a transaction that holds this chunk and not the import.

    The owner's is known by the import that it holds, so that a frozen one is found by either.
    """
    mark_chunk(session, held.import_id, held.chunk_no)
    prove(session, held)


def keep(
    session: Session,
    held: HeldChunk,
    *,
    now: datetime,
    lease_seconds: int,
    through_row: int | None,
    is_last: bool,
) -> None:
    """Hold the lease on, or end it with the last rows, and write progress; the last word of each transaction.

    `through_row` is the last row that is staged now, None when there was none. Raises LeaseLostError like `prove`.
    """
    held.timings = held.watch.added_to(held.timings)
    done = session.execute(
        sa.update(StagingChunk)
        .where(*_same_chunk(held), *_held_by_us(held))
        .values(
            state=ChunkState.DONE if is_last else ChunkState.WORKING,
            lease_until=None if is_last else now + timedelta(seconds=lease_seconds),
            attempts=0,
            staged_through=StagingChunk.staged_through if through_row is None else through_row,
            rows_staged=held.progress.rows,
            row_counts=dict(held.progress.statuses),
            finding_counts=dict(held.progress.findings),
            timings=held.timings,
        )
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLostError(LOST)


def give_back(held: HeldChunk) -> None:
    """Let another worker go on with the chunk at once; nothing happens when one already has."""
    with transaction() as session:
        session.execute(
            sa.update(StagingChunk)
            .where(*_same_chunk(held), *_held_by_us(held))
            .values(state=ChunkState.WAITING, lease_until=None)
            .execution_options(synchronize_session=False)
        )


def left_behind(session: Session, *, claim: Claim, now: datetime) -> dict[int, int]:
    """The open chunks that nobody holds (any more), and how many workers have tried each since its last rows."""
    rows = session.execute(
        sa.select(StagingChunk.chunk_no, StagingChunk.attempts).where(
            *_of_import(claim.organisation_id, claim.import_id),
            StagingChunk.state != ChunkState.DONE,
            _is_free(now),
        )
    )
    return {row.chunk_no: row.attempts for row in rows}


def rows_staged(session: Session, *, organisation_id: UUID, import_id: UUID) -> int:
    """How many rows all workers together have staged."""
    total = session.scalar(
        sa.select(sa.func.sum(StagingChunk.rows_staged)).where(*_of_import(organisation_id, import_id))
    )
    return int(total or 0)


def last_row_done(session: Session, *, organisation_id: UUID, import_id: UUID, chunk_no: int) -> int | None:
    """The last staged row of a chunk that is done; None while it is not, or where there is no such chunk."""
    last: int | None = session.scalar(
        sa.select(StagingChunk.staged_through).where(
            *_of_import(organisation_id, import_id),
            StagingChunk.chunk_no == chunk_no,
            StagingChunk.state == ChunkState.DONE,
        )
    )
    return last


def totals(session: Session, *, claim: Claim) -> ChunkTotals:
    """The sums over all chunks."""
    progress, seconds = Progress(), Stopwatch()
    chunks = session.scalars(
        sa.select(StagingChunk).where(*_of_import(claim.organisation_id, claim.import_id))
    ).all()
    for chunk in chunks:
        progress.rows += chunk.rows_staged
        progress.statuses.update(chunk.row_counts)
        progress.findings.update(chunk.finding_counts)
        for stage, spent in chunk.timings.items():
            seconds.add(stage, spent)
    return ChunkTotals(
        progress=progress,
        timings=seconds.seconds,
        open_chunks=sum(chunk.state is not ChunkState.DONE for chunk in chunks),
        chunks=len(chunks),
        workers=len({chunk.held_by for chunk in chunks}),
    )


def forget_chunks(session: Session, *, claim: Claim) -> None:
    """Nothing is left to do in them."""
    session.execute(
        sa.delete(StagingChunk)
        .where(*_of_import(claim.organisation_id, claim.import_id))
        .execution_options(synchronize_session=False)
    )


def _held(chunk: StagingChunk, fence: int) -> HeldChunk:
    progress = Progress(chunk.rows_staged, Counter(chunk.row_counts), Counter(chunk.finding_counts))
    rows = RowRange(
        offset=chunk.byte_offset,
        first_row=chunk.first_row,
        through_row=chunk.last_row,
        after_row=chunk.staged_through,
    )
    return HeldChunk(
        chunk.import_id,
        chunk.organisation_id,
        chunk.table_no,
        chunk.chunk_no,
        chunk.made_under,
        fence,
        rows,
        progress,
        Stopwatch(),
        dict(chunk.timings),
    )


def _of_import(organisation_id: UUID, import_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return StagingChunk.organisation_id == organisation_id, StagingChunk.import_id == import_id


def _same_chunk(held: HeldChunk) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        *_of_import(held.organisation_id, held.import_id),
        StagingChunk.table_no == held.table_no,
        StagingChunk.chunk_no == held.chunk_no,
    )


def _held_by_us(held: HeldChunk) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        StagingChunk.made_under == held.made_under,
        StagingChunk.fence == held.fence,
        StagingChunk.state == ChunkState.WORKING,
    )


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(StagingChunk.lease_until.is_(None), StagingChunk.lease_until < now)


def _is_staging() -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(Import.id == StagingChunk.import_id, Import.state == ImportState.STAGING)
        .correlate(StagingChunk)
    )
