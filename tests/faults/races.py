"""Two people or workers do something at the same moment; each race says what may come of it."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask

from phcs.extensions import db
from tests.faults.sizes import campaign_seed

Work = Callable[[], object]


def together(app: Flask, *works: Work, spread: float = 0) -> list[object]:
    """What each gives or raises, when all begin at once, each in a thread with its own sessions.

    `spread` is for works that take unequal time: each begins up to so many seconds later, now one, now the other.
    """
    barrier = threading.Barrier(len(works))
    found: list[object] = [None] * len(works)

    def run(place: int, work: Work) -> None:
        with app.app_context():
            barrier.wait()
            time.sleep(random.uniform(0, spread))
            try:
                found[place] = work()
            except Exception as problem:  # noqa: BLE001 - the race is about who is refused, and how
                found[place] = problem

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@dataclass
class Race:
    """Many runs of one race; `outcomes` counts what came of them, `wrong` says what must not have."""

    name: str
    tell: Callable[[str, object], None]
    """Takes the line for whoever prints it."""
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    runs: int = 0
    failed: int = 0

    def ended(self, outcome: str, **expected: bool) -> None:
        """Count one run, and note by name what did not hold in it."""
        self.runs += 1
        self.outcomes[outcome] += 1
        broken = [name for name, holds in expected.items() if not holds]
        self.failed += bool(broken)
        self.wrong.extend(f"run {self.runs} ({outcome}): not {name.replace('_', ' ')}" for name in broken)

    def settle(self) -> None:
        """Tell how it went; nothing may have gone wrong."""
        self.tell("line", self.line())
        assert self.wrong == [], self.line()

    def line(self) -> str:
        """The race in one line."""
        how = ", ".join(f"{outcome} {number}" for outcome, number in sorted(self.outcomes.items()))
        return (
            f"races: {self.name}, {db.engine.dialect.name}: cases {self.runs}, passed {self.runs - self.failed}, "
            f"failed {self.failed}, seed {campaign_seed()} ({how})"
        )


def outcome_of(found: list[object]) -> str:
    """Who was let through and who was refused, whatever their order."""
    return " + ".join(
        sorted("done" if not isinstance(one, Exception) else type(one).__name__ for one in found)
    )
