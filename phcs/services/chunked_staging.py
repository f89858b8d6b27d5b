"""Staging large tables in chunks that several workers stage at once.

The import's one owner makes the chunks, lets other workers know, and works through them like everybody else;
what a worker that died has left behind it takes over. So a lost hint loses nothing but time.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import LeaseLostError, UnreadableFileError
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.services import leasing, staging_chunks
from phcs.services.frozen import end_frozen_chunks
from phcs.services.leasing import GAVE_UP, Claim
from phcs.services.limited_reading import HandedChunk, TableReader
from phcs.services.plan_following import PlanFollowing
from phcs.services.planning import PlanInMaking
from phcs.services.repaired_staging import with_repairs
from phcs.services.staged_writing import insert_staged
from phcs.services.staging_chunks import ChunkTotals, HeldChunk
from phcs.services.staging_order import StagingOrder, staging_orders
from phcs.services.transactions import transaction
from phcs.services.working import Workshop, WorkStoppedError

HELPERS = 16
"""So many other workers are told at most."""
HELP_SECONDS = 20
"""A helper then looks after the imports that wait behind this one, and comes back."""
POLL_SECONDS = 0.5

Take = Callable[[], HeldChunk | None]
Prove = Callable[[Session, HeldChunk, HandedChunk], None]
Kept = Callable[[HeldChunk, HandedChunk], None]
log = logging.getLogger(__name__)


def stage_in_chunks(
    *, claim: Claim, orders: Sequence[StagingOrder], workshop: Workshop, plan: PlanInMaking | None
) -> ChunkTotals:
    """Stage all chunks, together with whoever helps; ends when none is open. The owner's part, who may plan as well.

    May be killed at any moment. Raises UnreadableFileError when the file cannot be read, or a chunk has broken too
    many workers; LeaseLostError when the import was cancelled or taken over.
    """
    with transaction() as session:
        leasing.renew(session, claim, now=workshop.clock(), stage="checking")
        staging_chunks.make_chunks(session, claim=claim, orders=orders)
    workshop.ask_help(claim.import_id, min(HELPERS, len(staging_chunks.all_ranges(orders)) - 1))

    def prove(session: Session, held: HeldChunk, handed: HandedChunk) -> None:
        """Hold on to the import as well; its row is locked first, as by whoever cancels it."""
        earlier = staging_chunks.rows_staged(
            session, organisation_id=claim.organisation_id, import_id=claim.import_id
        )
        now = workshop.clock()
        leasing.renew(
            session, claim, now=now, attempts=1, stage="checking", rows_done=earlier + len(handed.rows)
        )
        staging_chunks.prove(session, held)

    take, work, kept = _taker(claim.import_id, workshop), workshop, None
    if plan is not None:
        following = PlanFollowing(plan, orders[0])
        take, kept = following.first(take), following.kept
        work = replace(workshop, readers=1)  # planning takes longer than reading and checking
    while True:
        _work_through(orders, work, take, prove, kept)
        totals = staging_chunks.totals(db.session(), claim=claim)
        db.session.rollback()
        if not totals.open_chunks:
            return totals
        _wait_for_others(claim, orders[0].found, totals.progress.rows, workshop)


def help_staging(*, import_id: UUID, workshop: Workshop) -> bool:
    """Stage some chunks of an import that another worker owns; says whether there may be more to do.

    Safe to call at any time. What goes wrong here is left to the owner, who finds the chunk where it was.
    """
    end = time.monotonic() + HELP_SECONDS
    take = _taker(import_id, workshop)
    first = take()
    if first is None:
        return False
    try:
        orders = staging_orders(_found(first))
        chunks = iter([first])
        is_late = False

        def take_in_time() -> HeldChunk | None:
            nonlocal is_late
            is_late = time.monotonic() > end or workshop.stopping()
            return next(chunks, None) or (None if is_late else take())

        _work_through(
            orders,
            workshop,
            take_in_time,
            lambda session, held, _: staging_chunks.prove_as_helper(session, held),
            None,
        )
    except (LeaseLostError, WorkStoppedError, UnreadableFileError) as reason:
        log.info("helping with import %s ended: %s", import_id, reason)
        return isinstance(reason, WorkStoppedError)
    return is_late


def _taker(import_id: UUID, workshop: Workshop) -> Take:
    def take() -> HeldChunk | None:
        return staging_chunks.claim_chunk(
            import_id=import_id,
            now=workshop.clock(),
            lease_seconds=workshop.lease_seconds,
            max_attempts=workshop.max_attempts,
        )

    return take


def _found(held: HeldChunk) -> Import:
    found = db.session.scalar(
        sa.select(Import).where(Import.organisation_id == held.organisation_id, Import.id == held.import_id)
    )
    assert found is not None  # noqa: S101 - its chunk was claimed
    db.session.expunge(found)
    return found


class _Reading:
    """A child and the chunk that it reads; it reads on while chunks are of one table, then another takes over."""

    def __init__(self, path: Path, orders: Sequence[StagingOrder], workshop: Workshop) -> None:
        self._path = path
        self._orders = {order.table_no: order for order in orders}
        self._workshop = workshop
        self._child = ExitStack()
        self._reader: TableReader | None = None
        self.order = orders[0]
        self.held: HeldChunk
        self.rows: Iterator[HandedChunk]

    def turn_to(self, held: HeldChunk) -> None:
        """Have the rows of this chunk read."""
        order = self._orders[held.table_no]
        if self._reader is None or order is not self.order:
            self.close()
            self._reader = self._child.enter_context(
                self._workshop.reader(self._path, order.reading, order.check)
            )
        self.order, self.held = order, held
        self.rows = with_repairs(order, self._reader.asked(held.rows))

    def close(self) -> None:
        """Let the child end."""
        self._child.close()
        self._reader = None


def _work_through(
    orders: Sequence[StagingOrder], workshop: Workshop, take: Take, prove: Prove, kept: Kept | None
) -> None:
    """Stage chunk after chunk until none can be taken, a few at a time, each read by a child of its own.

    A child is asked for its next chunk before the last rows of the one before are written, so it never waits; but
    who does something with rows once they are `kept` takes the next chunk only then.
    """
    held = take()
    if held is None:
        return
    found = orders[0].found
    under_way: deque[_Reading] = deque()
    with ExitStack() as stack:
        stack.enter_context(_giving_back(held_chunks := [held]))
        path = stack.enter_context(workshop.store.fetched(found.stored_name, sha256=found.file_sha256))
        while held:
            one = stack.enter_context(closing(_Reading(path, orders, workshop)))
            one.turn_to(held)
            under_way.append(one)
            held = take() if len(under_way) < workshop.readers else None
            held_chunks += [held] if held else []
        while under_way:
            one = under_way.popleft()
            order, held, handed = one.order, one.held, next(one.rows)
            if not handed.is_last:
                under_way.append(one)
            elif kept is None and (following := take()):
                held_chunks.append(following)
                one.turn_to(following)
                under_way.append(one)
            _keep(order, workshop, held, handed, prove)
            if kept is not None:
                kept(held, handed)
                if handed.is_last and (following := take()):
                    held_chunks.append(following)
                    one.turn_to(following)
                    under_way.append(one)


@contextmanager
def _giving_back(chunks: list[HeldChunk]) -> Iterator[None]:
    """Leave to others what is not done when this worker stops, or cannot read the file."""
    try:
        yield
    except (WorkStoppedError, UnreadableFileError):
        for chunk in chunks:
            staging_chunks.give_back(chunk)
        raise


def _keep(
    order: StagingOrder, workshop: Workshop, held: HeldChunk, handed: HandedChunk, prove: Prove
) -> None:
    """Keep some rows of a chunk with its progress: all of it or nothing."""
    held.watch.add("read", handed.read_seconds)
    held.watch.add("check", handed.check_seconds)
    held.progress.add(handed.rows)
    with transaction() as session:
        with held.watch.timing("stage"):
            prove(session, held, handed)
            insert_staged(session, order, handed.rows)
        staging_chunks.keep(
            session,
            held,
            now=workshop.clock(),
            lease_seconds=workshop.lease_seconds,
            through_row=handed.rows[-1].row_no if handed.rows else None,
            is_last=handed.is_last,
        )
        rows = staging_chunks.rows_staged(
            session, organisation_id=held.organisation_id, import_id=held.import_id
        )
    workshop.told("checking", rows, order.found.rows_total)


def _wait_for_others(claim: Claim, found: Import, rows_done: int, workshop: Workshop) -> None:
    """Hold on to the import while others finish their chunks; end what will never finish.

    Raises UnreadableFileError when a chunk has broken too many workers.
    """
    now = workshop.clock()
    with transaction() as session:
        leasing.renew(session, claim, now=now, rows_done=rows_done)
        left = staging_chunks.left_behind(session, claim=claim, now=now)
    if any(attempts >= workshop.max_attempts for attempts in left.values()):
        raise UnreadableFileError(
            GAVE_UP,
            f"Checking broke off {workshop.max_attempts} times in the same part of the file, so the import was set "
            "aside. Nothing was changed. Try again; if it happens again, upload a smaller part of the file.",
        )
    end_frozen_chunks(
        import_id=claim.import_id, chunk_numbers=list(left), frozen_seconds=workshop.lease_seconds
    )
    workshop.told("checking", rows_done, found.rows_total)
    workshop.pause(POLL_SECONDS)
