"""A clinic's whole migration, of all record kinds at once: imported, checked from outside, undone, imported again.

`python -m benchmarks.okvet [--clients 1200] [--databases sqlite postgresql]` prints seconds and memory of each step
beside the plain inserts of the same rows, and ends with 1 when a count or a reference is not what the files say.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks import okvet_check
from benchmarks.contestants import FLASK, ROOT, product_environment
from benchmarks.databases import EmptyDatabase, fresh_databases
from benchmarks.limits import bare_promotion
from benchmarks.okvet_data import HEADINGS, made_up_migration, truth_of, write_zip

CLIENTS = 1_200
FROM_ROWS = 100_000
"""`make bench` includes it from this size on."""
DONE = frozenset({0, 3})  # 3: done, with rejected rows


@dataclass
class Migrated:
    """What one database was asked to do: seconds by step, and everything that is not right."""

    system: str
    rows: int
    seconds: dict[str, float] = field(default_factory=dict)
    peak_mb: int = 0
    bare_seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def write_folder(folder: Path, *, clients: int, seed: int) -> int:
    """Write the CSV files, their ZIP and the truth; gives the number of rows."""
    migration = made_up_migration(clients=clients, seed=seed)
    for table in HEADINGS:
        (folder / f"{table}.csv").write_bytes(migration.csv_bytes(table))
    write_zip(migration, folder / "okvet.zip")
    (folder / "truth.json").write_text(json.dumps(truth_of(migration)))
    return sum(map(len, migration.rows.values()))


def migrate(system: str, *, clients: int = CLIENTS) -> Migrated:
    """Import, check, undo, import again and check again, on an empty database."""
    with tempfile.TemporaryDirectory() as scratch, fresh_databases(system, Path(scratch)) as fresh:
        folder = Path(scratch) / "okvet"
        folder.mkdir()
        # A seed of the clock would make every run another migration; the figures shall be comparable.
        result = Migrated(system, write_folder(folder, clients=clients, seed=7))
        with fresh("okvet") as database:
            environment = product_environment(database, Path(scratch) / "instance")
            _run(environment, "db", "upgrade")
            organisation = _run(environment, "orgs", "create", "Bench", "--region", "CO").strip()
            person = ("bench@example.org", "--org", organisation, "--name", "Bench", "--role", "admin")
            _run(environment, "users", "create", *person)
            first = _import(environment, folder, result, "")
            result.problems += okvet_check.problems(folder, database.url)
            result.bare_seconds = bare_promotion(database, Path(scratch), UUID(first), runs=1).seconds
            _timed(environment, result, "undo", "undo", first)
            result.problems += [f"After the undo: {one}" for one in _left(database)]
            _import(environment, folder, result, " again")
            result.problems += [f"Again: {one}" for one in okvet_check.problems(folder, database.url)]
    return result


def _import(environment: dict[str, str], folder: Path, result: Migrated, step: str) -> str:
    preview = _timed(environment, result, f"preview{step}", "run", str(folder / "okvet.zip"))
    import_id: str = preview["import"]
    done = _timed(environment, result, f"promotion{step}", "approve", import_id)
    result.peak_mb = max(result.peak_mb, preview["peak_memory_mb"], done["peak_memory_mb"])
    return import_id


def _left(database: EmptyDatabase) -> list[str]:
    live = okvet_check.Live(database.url)
    return [f"{len(rows):,} records are left in {table}." for table, rows in live.rows.items() if rows]


def _timed(environment: dict[str, str], result: Migrated, step: str, *words: str) -> dict[str, Any]:
    started = time.perf_counter()
    said = _run(environment, "imports", *words, "--json")
    result.seconds[step] = time.perf_counter() - started
    report: dict[str, Any] = json.loads(said.splitlines()[-1])
    return report


def _run(environment: dict[str, str], *words: str) -> str:
    command = [*FLASK, *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode not in DONE:
        raise SystemExit(f"{' '.join(words[:3])} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def as_markdown(found: list[Migrated]) -> str:
    """The table."""
    lines = [
        "## A clinic's whole migration (OkVet, all record kinds)",
        "",
        "| database | rows | preview s | promotion s | bare inserts s | undo s | peak MB | problems |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.system} | {one.rows:,} | {one.seconds['preview']:.1f} | {one.seconds['promotion']:.1f} "
        f"| {one.bare_seconds:.1f} | {one.seconds['undo']:.1f} | {one.peak_mb} | {len(one.problems)} |"
        for one in found
    ]
    return "\n".join([*lines, *(f"- {one}" for each in found for one in each.problems[:20])])


def main() -> int:
    """Print the table; gives the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    wanted = parser.parse_args()
    found = [migrate(system, clients=wanted.clients) for system in wanted.databases]
    print(as_markdown(found))
    return 1 if any(one.problems for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
