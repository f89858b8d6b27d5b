"""What was promised, as ratios of figures of one run, and whether it is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.measuring import BULK, DEFAULT, PRODUCT, Measures

TIMES_DEFAULT = 60
TIMES_BULK = {"sqlite": 4, "postgresql": 3}
PROMOTION_OVER_BARE = 1.5
STAGING_OVER_COPY = 12
MILLION, MILLION_SECONDS = 1_000_000, 150
GROWTH_OF_MEMORY, GROWTH_FROM = 1.5, 100_000
FEWEST_ROWS = 10_000
"""With fewer rows starting processes decides every figure, and nothing is promised."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure beside its target; `value` None where it was not measured."""

    rows: int
    system: str
    figure: str
    value: float | None
    unit: str
    target: float
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is kept; None where nothing was measured or promised."""
        if self.value is None or self.rows < FEWEST_ROWS:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def verdicts(found: Sequence[Measures]) -> list[Verdict]:
    """Every figure that has a target, size by size and database by database."""
    by_place = {(one.system, one.rows): one for one in found}
    told: list[Verdict] = []
    for one in found:
        told += _of_one(one)
        if one.rows == MILLION:
            told += _of_a_million(one, by_place.get((one.system, GROWTH_FROM)))
    return told


def ratio(over: float | None, under: float | None) -> float | None:
    """One figure in terms of another; None where either is missing."""
    return over / under if over is not None and under else None


def memory_mb(one: Measures) -> float | None:
    """What the product needs at most: its process and its children, as if both peaks came at once."""
    own, children = one.median(PRODUCT, "peak_mb"), one.median(PRODUCT, "children_mb")
    return None if own is None or children is None else own + children


def _of_one(one: Measures) -> Iterator[Verdict]:
    both = one.median(PRODUCT, "both_s")
    place = (one.rows, one.system)
    for mode, target in ((DEFAULT, TIMES_DEFAULT), (BULK, TIMES_BULK[one.system])):
        if mode in one.runs:
            times = ratio(one.median(mode, "both_s"), both)
            yield Verdict(
                *place, f"faster than django-import-export {mode}", times, "x", target, at_least=True
            )
    promotion = ratio(one.median(PRODUCT, "import_s"), one.promotion.seconds if one.promotion else None)
    yield Verdict(*place, "promotion ÷ bare INSERT … SELECT", promotion, "x", PROMOTION_OVER_BARE)
    copy = "COPY" if one.system == "postgresql" else "executemany"
    staging = ratio(one.median(PRODUCT, "preview_s"), one.staging.seconds if one.staging else None)
    yield Verdict(*place, f"staging (file to preview) ÷ {copy}", staging, "x", STAGING_OVER_COPY)


def _of_a_million(one: Measures, smaller: Measures | None) -> Iterator[Verdict]:
    place = (one.rows, one.system)
    yield Verdict(*place, "a million rows, both steps", one.median(PRODUCT, "both_s"), " s", MILLION_SECONDS)
    growth = ratio(memory_mb(one), memory_mb(smaller) if smaller else None)
    yield Verdict(*place, "memory ÷ memory of 100,000 rows", growth, "x", GROWTH_OF_MEMORY)
