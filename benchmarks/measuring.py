"""One size of file on one database: the contestants in turn, the bare limits, the truth."""

import contextlib
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from benchmarks.contestants import Files, Run, run_peer, run_product
from benchmarks.data import Truth, write_known_owners, write_visits
from benchmarks.databases import EmptyDatabase, Fresh, fresh_databases
from benchmarks.limits import Bare, bare_promotion, bare_staging
from benchmarks.memory import yardstick
from benchmarks.truth import differences

PRODUCT, DEFAULT, BULK = "product", "default", "bulk"
MOST_ROWS = {DEFAULT: 10_000, BULK: 100_000}
"""With more rows the peer is not run: its default mode needs minutes for 100,000, its bulk mode for a million."""
OFTEN, SELDOM, OFTEN_UP_TO = 3, 1, 10_000


@dataclass(slots=True)
class Measures:
    """What one size on one database has given."""

    rows: int
    system: str
    truth: Truth
    runs: dict[str, list[Run]] = field(default_factory=dict)
    staging: Bare | None = None
    promotion: Bare | None = None
    yardsticks: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Where counts were not the truth."""

    def median(self, contestant: str, figure: str) -> float | None:
        """The median of a figure (`preview_s`, `import_s`, `both_s`, `peak_mb`, …); None where nobody ran."""
        runs = self.runs.get(contestant)
        if not runs:
            return None
        if figure == "both_s":
            return statistics.median(run.preview_s + run.import_s for run in runs)
        return statistics.median(float(getattr(run, figure)) for run in runs)


def measure(*, rows: int, system: str, runs: int | None, peers: bool, seed: int) -> Measures:
    """Measure one size on one database; `runs` None means three up to 10,000 rows and one above."""
    often = runs or (OFTEN if rows <= OFTEN_UP_TO else SELDOM)
    with _folder() as folder, fresh_databases(system, folder) as fresh:
        files = Files(folder / f"visits-{rows}.csv", folder / "owners.csv")
        measures = Measures(rows, system, write_visits(files.visits, rows=rows, seed=seed))
        write_known_owners(files.owners, rows=rows, seed=seed)
        turns = [PRODUCT, *(mode for mode, most in MOST_ROWS.items() if peers and rows <= most)]
        for number in range(1, often + 1):
            for contestant in turns:
                measures.yardsticks.append(yardstick())
                run = _one(contestant, files, fresh, folder, measures, number)
                measures.runs.setdefault(contestant, []).append(run)
                _tell(f"{rows:,} rows, {system}, run {number} of {often}, {contestant}", run)
    return measures


def _one(contestant: str, files: Files, fresh: Fresh, folder: Path, measures: Measures, number: int) -> Run:
    """One run of one contestant on a database of its own; the product's first also gives the bare limits."""
    with fresh(f"{contestant}_{number}") as database:
        if contestant != PRODUCT:
            run = run_peer(contestant, files, database)
            known = sum(measures.truth.defects.values())
            if run.invalid != known:
                measures.wrong.append(f"{contestant} refused {run.invalid} rows of {known}")
            return run
        instance = folder / f"instance-{number}"
        if number > 1:
            run = run_product(files, database, instance)
        else:
            run = _with_limits(files, database, instance, folder, measures)
    measures.wrong += differences(measures.truth, run.preview)
    return run


def _with_limits(
    files: Files, database: EmptyDatabase, instance: Path, folder: Path, measures: Measures
) -> Run:
    often = OFTEN if measures.rows <= 10 * OFTEN_UP_TO else SELDOM

    def at_review(place: EmptyDatabase, import_id: UUID) -> None:
        measures.staging = bare_staging(place, folder, import_id, runs=often)

    def at_end(place: EmptyDatabase, import_id: UUID) -> None:
        measures.promotion = bare_promotion(place, folder, import_id, runs=often)

    return run_product(files, database, instance, at_review=at_review, at_end=at_end)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="phcs-bench-") as name:
        yield Path(name)


def _tell(what: str, run: Run) -> None:
    print(f"{what}: preview {run.preview_s:.2f} s, import {run.import_s:.2f} s", file=sys.stderr, flush=True)
