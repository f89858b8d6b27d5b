"""Named points of a worker's way at which it may be killed or frozen: `promote.rows`, `stage.committed`.

A point is a step and what happens in it. Steps are named by the functions that `services.advancing` calls; what
happens is seen from outside, at the database, so that the points stay when the code between them changes.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from phcs.services import advancing, bulk, chunked_staging, leasing
from phcs.services.planning import PlanInMaking
from phcs.tasks import staging

HAPPENINGS = {"begun": 1, "statement": 12, "rows": 6, "commit": 3, "committed": 3}
"""What happens in a step, and how often it does at least in the exports of the campaigns (about)."""

ONCE = {"read": ("begun", "commit", "committed"), "claim": ("commit", "committed")}
"""Steps that write little: these happen in them, once each."""

PROMOTING = ("begun", "statement", "rows", "commit", "committed")
STEPS = {**ONCE, "stage": tuple(HAPPENINGS), "plan": tuple(HAPPENINGS), "promote": PROMOTING}
HELP_POINTS = tuple(f"help.{happening}" for happening in HAPPENINGS)
"""Points of a worker that helps with the staging of an import that another owns."""
UNDO_POINTS = tuple(f"reverse.{happening}" for happening in HAPPENINGS)
"""Points in the steps of an undo or redo: working it out, and carrying it out."""
POINTS = tuple(f"{step}.{happening}" for step, happenings in STEPS.items() for happening in happenings)


def most_times(point: str) -> int:
    """The highest number of times that this point may be waited for."""
    step, happening = point.split(".")
    if step in ONCE or (step == "promote" and happening in {"commit", "committed"}):
        return 1
    return HAPPENINGS[happening]


@dataclass
class Trap:
    """Kills or freezes this very process when it comes by a point for the n-th time."""

    point: str
    times: int
    blow: signal.Signals
    step: str = ""

    def happens(self, what: str) -> None:
        """Note that something has happened in the step of now."""
        if f"{self.step}.{what}" == self.point:
            self.times -= 1
            if self.times == 0:
                os.kill(os.getpid(), self.blow)

    def during(self, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, which says what step it is."""

        @wraps(work)
        def watched(*given: Any, **named: Any) -> Any:
            outer, self.step = self.step, step
            self.happens("begun")
            try:
                return work(*given, **named)
            finally:
                self.step = outer

        return watched


def set_trap(point: str, *, times: int, blow: signal.Signals) -> None:
    """Make this process, which has been forked for it, die or freeze at the point."""
    trap = Trap(point, times, blow)
    for name in [name for name in vars(advancing) if name.endswith("_import") and name != "advance_import"]:
        setattr(advancing, name, trap.during(name.removesuffix("_import"), getattr(advancing, name)))
    PlanInMaking.take = trap.during("plan", PlanInMaking.take)  # type: ignore[method-assign]
    staging.help_staging = trap.during("help", chunked_staging.help_staging)  # type: ignore[attr-defined]
    leasing.claim_import = trap.during("claim", leasing.claim_import)
    insert = bulk.insert_rows

    def insert_rows(*given: Any, **named: Any) -> int:
        number = insert(*given, **named)
        trap.happens("rows")
        return number

    bulk.insert_rows = insert_rows
    event.listen(Engine, "after_cursor_execute", lambda *_: trap.happens("statement"))
    event.listen(Session, "before_commit", lambda *_: trap.happens("commit"))
    event.listen(Session, "after_commit", lambda *_: trap.happens("committed"))
