"""Kills of workers that undo and redo imports."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from phcs.core.errors import UseCaseError
from phcs.core.states import ImportState
from phcs.core.undoing import Direction, ReversalState
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.reversals import Reversal
from phcs.services.undoing import approve_reversal
from phcs.services.working import utc_now
from tests.faults.campaign import NOT_REACHED, Campaign
from tests.faults.exports import known_export
from tests.faults.points import most_times
from tests.faults.processes import Driver, is_gone, kill_process
from tests.import_builders import build_promotion
from tests.undo_builders import ASK, UNDO_DAYS


@dataclass
class UndoKills(Campaign):
    """Imports that share no record are undone and redone, and the workers that do it are killed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for _ in range(self.at_once):
            export = known_export(2 * len(self.files))  # every second shares nothing with the one before
            self.files[build_promotion(actor=self.admin, content=export.content)] = export
        self.turns = 0

    def fill_up(self) -> None:
        """Ask for the undo of an import, or its redo, the imports in turn."""
        imports = sorted(self.files, key=str)
        import_id = imports[self.turns % len(imports)]
        self.turns += 1
        self.until(self.has_finished)
        state = db.session.scalar(sa.select(Import.state).where(Import.id == import_id))
        direction = Direction.UNDO if state is ImportState.COMPLETED else Direction.REDO
        ASK[direction](actor=self.admin, now=utc_now(), import_id=import_id, undo_days=UNDO_DAYS)

    def kill_one(self, driven: Driver, point: str) -> None:
        """One worker dies at a named point, or at a random moment soon after it began; then another finishes."""
        with self.case():
            worker = driven.fork(f"worker SIGKILL {point} {self.dice.randint(1, most_times(point))}")
            self.until(lambda: is_gone(worker) or self.has_finished())
            self.moments[point if is_gone(worker) else NOT_REACHED] += 1
            if not is_gone(worker):
                kill_process(worker)
            self.look()
            kill = driven.worker()
            self.until(self.has_finished)
            kill()

    def approve_all(self) -> None:
        """Approve every undo and redo that has been worked out."""
        db.session.rollback()
        waiting = db.session.execute(
            sa.select(Reversal.import_id, Reversal.fingerprint).where(
                Reversal.state == ReversalState.PLANNED, Reversal.fingerprint != ""
            )
        ).all()
        for import_id, fingerprint in waiting:
            self._approve(import_id, fingerprint)

    def _approve(self, import_id: UUID, fingerprint: str) -> None:
        try:
            approve_reversal(actor=self.admin, now=utc_now(), import_id=import_id, fingerprint=fingerprint)
        except UseCaseError as problem:
            self.failures.setdefault(self.cases, []).append(f"Not approved: {problem.sentence}")

    def has_finished(self) -> bool:
        """Whether no undo or redo is open."""
        open_ones = sa.select(sa.func.count()).where(
            Reversal.state.in_([ReversalState.REQUESTED, ReversalState.PLANNED, ReversalState.APPROVED])
        )
        return super().has_finished() and db.session.scalar(open_ones) == 0
