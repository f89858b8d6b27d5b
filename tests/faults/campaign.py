"""A campaign kills workers at random moments, looks after each kill, and lets them finish in the end.

PHCS_FAULT_SEED repeats a campaign's dice; the moments it chooses are times, so two runs are alike, not equal.
"""

import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from celery import Celery

from phcs.config import ROOT
from phcs.core.actors import Actor
from phcs.core.states import ENDS, ImportState
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.queries.audit_chains import verify_trail
from phcs.tasks.imports import sweep
from tests.builders import actor_of, build_person
from tests.faults.exports import KnownExport, known_export
from tests.faults.invariants import unfinished, violations
from tests.import_builders import approve, build_import, build_promotion, live_hashes, visits
from tests.servers import celery_worker

SETTINGS = {
    "PHCS_CHUNK_ROWS": "100",
    "PHCS_LEASE_SECONDS": "2",
    "PHCS_SWEEP_SECONDS": "1",
    "PHCS_MAX_ATTEMPTS": "1000",
}
"""Short leases, so that a killed worker's import is soon free; small chunks, so that kills land between them."""

AT_ONCE = 3
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 60.0
Kill = Callable[[], None]
Start = Callable[[], Kill]
"""Starts a worker and gives what kills it, at once and for good."""


def campaign_seed() -> int:
    """The seed of the environment, or a new one."""
    return int(os.environ.get("PHCS_FAULT_SEED") or secrets.randbelow(1_000_000))


@dataclass
class Campaign:
    """Kills of one application's workers; `failures` says what did not hold, `moments` when workers were killed."""

    start: Start
    seed: int
    tick: Callable[[], None] = lambda: None
    """Is called now and then, as a clock's beat."""
    admin: Actor = field(init=False)
    neighbour: Actor = field(init=False)
    files: dict[UUID, KnownExport] = field(default_factory=dict)
    failures: dict[int, list[str]] = field(default_factory=dict)
    moments: Counter[str] = field(default_factory=Counter)
    cases: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.admin, self.neighbour = actor_of(build_person()), actor_of(build_person())
        build_promotion(actor=self.neighbour, content=visits(20))
        self.theirs = live_hashes(self.neighbour.organisation_id)
        self.span = 1.05 * self._undisturbed_seconds()

    def kill(self, times: int) -> None:
        """Kill so many workers, each at a uniform random moment of an import's whole run."""
        for _ in range(times):
            self.kill_one()

    def kill_one(self) -> None:
        """Kill one worker in the middle of its work and look at what it left."""
        self.cases += 1
        self._fill_up()
        self._approve()
        claims = self._claims()
        kill = self.start()
        self._until(lambda: self._claims() != claims)
        end = time.monotonic() + self.dice.uniform(0, self.span)
        while (left := end - time.monotonic()) > 0:
            self._approve()
            self.tick()
            time.sleep(min(LOOK_SECONDS, left))
        kill()
        self.moments[self._moment()] += 1
        self._look()

    def finish(self) -> None:
        """Let a worker finish everything, and one import more; then look at everything once more."""
        self._fill_up()
        kill = self.start()
        with suppress(TimeoutError):  # what has not finished is named below
            self._until(self._has_finished)
        kill()
        self._look()
        trail = verify_trail(db.session(), organisation_id=self.admin.organisation_id)
        problems = [*unfinished(self.admin.organisation_id), *trail.problems]
        if live_hashes(self.neighbour.organisation_id) != self.theirs:
            problems.append("Another organisation's records have changed.")
        if problems:
            self.failures.setdefault(self.cases, []).extend(problems)

    def line(self) -> str:
        """The campaign in one line."""
        where = ", ".join(f"{moment} {number}" for moment, number in sorted(self.moments.items()))
        failed = len(self.failures)
        return (
            f"faults: cases {self.cases}, passed {self.cases - failed}, failed {failed}, seed {self.seed}"
            f" ({db.engine.dialect.name}; imports {len(self.files)}; killed while {where})"
        )

    def _undisturbed_seconds(self) -> float:
        self._upload()
        claims = self._claims()
        kill = self.start()
        self._until(lambda: self._claims() != claims)
        started = time.monotonic()
        self._until(self._has_finished)
        seconds = time.monotonic() - started
        kill()
        return seconds

    def _until(self, reached: Callable[[], object]) -> None:
        patience = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            if time.monotonic() > patience:
                raise TimeoutError("; ".join(unfinished(self.admin.organisation_id)))
            self.tick()
            time.sleep(LOOK_SECONDS)

    def _upload(self) -> None:
        export = known_export(len(self.files))
        self.files[build_import(actor=self.admin, content=export.content)] = export

    def _fill_up(self) -> None:
        while len(unfinished(self.admin.organisation_id)) < AT_ONCE:
            self._upload()

    def _approve(self) -> None:
        """What a reviewer does who looks at every import at once."""
        db.session.rollback()
        for import_id in db.session.scalars(
            sa.select(Import.id).where(Import.state == ImportState.REVIEW)
        ).all():
            approve(import_id, actor=self.admin)

    def _has_finished(self) -> bool:
        self._approve()
        return not unfinished(self.admin.organisation_id)

    def _claims(self) -> int:
        """A number that every claim raises."""
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.sum(Import.fence))) or 0

    def _moment(self) -> str:
        """What the worker was at when it was killed."""
        db.session.rollback()
        held = db.session.execute(
            sa.select(Import.state, Import.stage)
            .where(Import.lease_until.is_not(None), Import.state.not_in(list(ENDS)))
            .order_by(Import.updated_at.desc())
            .limit(1)
        ).first()
        return (held.stage or held.state.value) if held else "between two imports"

    def _look(self) -> None:
        found = violations(self.files, self.admin.organisation_id)
        if found:
            self.failures.setdefault(self.cases, []).extend(found)


def kill_process(worker: int) -> None:
    """End a process that is nobody's child at once, and wait until it is gone."""
    os.kill(worker, signal.SIGKILL)
    for _ in range(1_000):
        if not Path(f"/proc/{worker}").exists():
            return
        time.sleep(0.005)
    raise TimeoutError(f"Process {worker} does not die.")


@contextmanager
def driver(environment: Mapping[str, str], *bugs: str, errors: Path) -> Iterator[Start]:
    """Workers forked by `tests.faults.driver`; what their tasks raise is written to `errors`."""
    with errors.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.driver", *bugs],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        orders, answers = process.stdin, process.stdout

        def start() -> Kill:
            orders.write("worker\n")
            orders.flush()
            return partial(kill_process, int(answers.readline()))

        try:
            yield start
        finally:
            orders.close()
            process.wait(15)
            answers.close()


@contextmanager
def celery(environment: Mapping[str, str]) -> Iterator[Start]:
    """Celery's own workers, each a process of its own that is fed by the broker."""
    with ExitStack() as stack:

        def start() -> Kill:
            process = stack.enter_context(celery_worker(environment))

            def kill() -> None:
                process.kill()
                process.wait()

            return kill

        yield start


class Beat:
    """What Celery's clock does: names the sweeper every second."""

    def __init__(self, queue: Celery) -> None:
        self.queue = queue
        self.next = 0.0

    def __call__(self) -> None:
        """Send the hint when it is time for the next."""
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + 1
            self.queue.send_task(sweep.name, expires=1)
