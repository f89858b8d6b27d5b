"""A campaign does harm to one application, looks after each case, and lets everything finish in the end.

PHCS_FAULT_SEED repeats a campaign's dice; the moments it chooses are times, so two runs are alike, not equal.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor
from phcs.core.errors import BusyError
from phcs.core.states import ENDS, ImportState
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.queries.audit_chains import verify_trail
from tests.builders import actor_of, build_person
from tests.faults.exports import KnownExport, known_export
from tests.faults.invariants import broken_database, unfinished, violations
from tests.faults.points import most_times
from tests.faults.processes import Driver, Kill, Start, is_gone, kill_process
from tests.faults.sizes import campaign_seed
from tests.import_builders import approve, build_import, build_promotion, live_hashes, visits

SETTINGS = {
    "PHCS_CHUNK_ROWS": "50",
    "PHCS_LEASE_SECONDS": "2",
    "PHCS_SWEEP_SECONDS": "1",
    "PHCS_MAX_ATTEMPTS": "1000",
}
"""Short leases, so that a killed worker's import is soon free; small chunks, so that kills land between them."""

MOST_LEFT = 5
NOT_REACHED = "point not reached"
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 60.0


@dataclass
class Campaign:
    """Harm done to one application; `failures` says what did not hold, `moments` when it was done."""

    start: Start
    name: str
    seed: int = field(default_factory=campaign_seed)
    tick: Callable[[], None] = lambda: None
    """Is called now and then, as a clock's beat."""
    at_once: int = 3
    """So many imports are on their way when a case begins, or more."""
    admin: Actor = field(init=False)
    neighbour: Actor = field(init=False)
    files: dict[UUID, KnownExport] = field(default_factory=dict)
    failures: dict[int, list[str]] = field(default_factory=dict)
    moments: Counter[str] = field(default_factory=Counter)
    cases: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.seed} {self.name} {db.engine.dialect.name}")
        self.admin, self.neighbour = actor_of(build_person()), actor_of(build_person())
        build_promotion(actor=self.neighbour, content=visits(20))
        self.theirs = live_hashes(self.neighbour.organisation_id)

    def finish(self) -> None:
        """Let a worker finish everything, and one import more; then look at everything once more."""
        self.fill_up()
        kill = self.start()
        with suppress(TimeoutError):  # what has not finished is named below
            self.until(self.has_finished)
        kill()
        self.look()
        trail = verify_trail(db.session(), organisation_id=self.admin.organisation_id)
        problems = [*unfinished(self.admin.organisation_id), *trail.problems, *broken_database()]
        if live_hashes(self.neighbour.organisation_id) != self.theirs:
            problems.append("Another organisation's records have changed.")
        if problems:
            self.failures.setdefault(self.cases, []).extend(problems)

    def line(self) -> str:
        """The campaign in one line."""
        where = ", ".join(f"{moment} {number}" for moment, number in sorted(self.moments.items()))
        failed = len(self.failures)
        return (
            f"faults: {self.name}, {db.engine.dialect.name}: cases {self.cases}, "
            f"passed {self.cases - failed}, failed {failed}, seed {self.seed} (imports {len(self.files)}; {where})"
        )

    @contextmanager
    def case(self) -> Iterator[None]:
        """One case: there is work to do; then harm is done inside the block; then everything is looked at."""
        self.cases += 1
        self.fill_up()
        self.approve_all()
        try:
            yield
        except TimeoutError as late:
            self.failures.setdefault(self.cases, []).append(f"After {PATIENCE_SECONDS} s: {late}")
        self.look()

    def undisturbed_seconds(self) -> float:
        """How long a worker needs for one import from its claim to its end."""
        self.upload()
        claims = self.claims()
        kill = self.start()
        self.until(lambda: self.claims() != claims)
        started = time.monotonic()
        self.until(self.has_finished)
        seconds = time.monotonic() - started
        kill()
        return seconds

    def until(self, reached: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait for it, ticking; TimeoutError names the imports that have not ended."""
        patience = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > patience:
                raise TimeoutError("; ".join(unfinished(self.admin.organisation_id)))
            self.tick()
            time.sleep(LOOK_SECONDS)

    def work_on(self, seconds: float) -> None:
        """Let the workers work for so long, with a reviewer who looks at every import at once."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.approve_all()
            self.tick()
            time.sleep(min(LOOK_SECONDS, left))

    def upload(self) -> UUID:
        """One more import of an export whose contents are known."""
        export = known_export(len(self.files))
        import_id = build_import(actor=self.admin, content=export.content)
        self.files[import_id] = export
        return import_id

    def fill_up(self) -> None:
        """See that a few imports are on their way."""
        while len(unfinished(self.admin.organisation_id)) < self.at_once:
            self.upload()

    def approve_all(self) -> None:
        """What a reviewer does who looks at every import at once."""
        db.session.rollback()
        for import_id in db.session.scalars(
            sa.select(Import.id).where(Import.state == ImportState.REVIEW)
        ).all():
            with suppress(BusyError):  # a frozen writer holds the database: the reviewer tries again
                approve(import_id, actor=self.admin)

    def has_finished(self) -> bool:
        """Whether every import has ended, now that what waited for a reviewer is approved."""
        self.approve_all()
        return not unfinished(self.admin.organisation_id)

    def claims(self) -> int:
        """A number that every claim raises."""
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.sum(Import.fence))) or 0

    def moment(self) -> str:
        """What the worker was at when it was killed."""
        db.session.rollback()
        held = db.session.execute(
            sa.select(Import.state, Import.stage)
            .where(Import.lease_until.is_not(None), Import.state.not_in(list(ENDS)))
            .order_by(Import.updated_at.desc())
            .limit(1)
        ).first()
        return (held.stage or held.state.value) if held else "between two imports"

    def look(self) -> None:
        """Note what does not hold."""
        found = violations(self.files, self.admin.organisation_id)
        if found:
            self.failures.setdefault(self.cases, []).extend(found)


@dataclass
class NamedKills(Campaign):
    """Workers die by themselves where a trap has been set."""

    def catch_up(self) -> None:
        """Let a worker finish what killed ones have left, before it becomes much."""
        if len(unfinished(self.admin.organisation_id)) > MOST_LEFT:
            kill = self.start()
            self.until(self.has_finished)
            kill()

    def kill_at(self, driven: Driver, point: str) -> None:
        """Let one worker die when it comes by the point for the n-th time, and look at what it left."""
        self.catch_up()
        with self.case():
            self.upload()
            worker = driven.fork(f"worker SIGKILL {point} {self.dice.randint(1, most_times(point))}")
            self.until(lambda: is_gone(worker) or self.has_finished())
            reached = is_gone(worker)
            self.moments[point if reached else NOT_REACHED] += 1
            if not reached:
                kill_process(worker)


@dataclass
class RandomKills(Campaign):
    """Workers are killed at a uniform random moment of an import's whole run."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.span = 1.05 * self.undisturbed_seconds()

    def kill_one(self) -> None:
        """Kill one worker in the middle of its work and look at what it left; every third while it promotes."""
        with self.case():
            claims = self.claims()
            kill: Kill = self.start()
            self.until(lambda: self.claims() != claims)
            if self.cases % 3 == 0:
                self.until(lambda: self.has_finished() or self.is_promoting())
                self.work_on(self.dice.uniform(0, self.span / 5))
            else:
                self.work_on(self.dice.uniform(0, self.span))
            kill()
            self.moments[self.moment()] += 1

    def is_promoting(self) -> bool:
        """Whether an import is being promoted."""
        db.session.rollback()
        promoting = sa.select(Import.id).where(Import.state == ImportState.PROMOTING)
        return db.session.scalar(promoting.limit(1)) is not None
