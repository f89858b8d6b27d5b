"""How long each stage of an import took, and how much memory it needed at most."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Stopwatch:
    """Adds up seconds by stage (`read`, `check`, `match`, `stage`, `promote`, `verify`)."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Count the time spent inside towards a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, time.perf_counter() - started)

    def add(self, stage: str, seconds: float) -> None:
        """Count time towards a stage that was spent elsewhere, in a child."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    def added_to(self, earlier: dict[str, Any]) -> dict[str, float]:
        """Earlier timings with these added, in seconds to the millisecond; starts again from nothing."""
        stages = {*earlier, *self.seconds}
        total = {
            stage: round(earlier.get(stage, 0.0) + self.seconds.get(stage, 0.0), 3)
            for stage in sorted(stages)
        }
        self.seconds = {}
        return total


def peak_memory_mb() -> int:
    """The most memory that this process and its ended children have held at once, in megabytes."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return max(own, child) // unit
