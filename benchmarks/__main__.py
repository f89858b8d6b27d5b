"""The whole product on made-up WaitWhile exports: rows a second by stage, on SQLite and PostgreSQL.

Every figure comes from `flask imports run … --approve --json`, so checks, matching, findings, the plan, the audit
trail and verification are all in it. Compare figures of one run with each other; seconds of a shared machine say
little. Reading and checking run beside the rest; `all` is by the wall clock of the whole command.
`python -m benchmarks --rows 1000 10000` measures other sizes, `--runs 3` gives medians.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from phcs.services.sample_export import write_sample_export
from tests import servers

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("read", "check", "match", "stage", "promote", "verify")
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


DURABLE = {"shared_buffers": "512MB", "work_mem": "32MB", "max_wal_size": "4GB", "max_connections": "60"}
"""A small production server: every commit is on disk before it is answered."""


@contextlib.contextmanager
def fresh_postgresql() -> Iterator[str]:
    """A private PostgreSQL with its durability on, as in production."""
    with servers.postgres(DURABLE) as url:
        engine = sa.create_engine(url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE bench")
        engine.dispose()
        yield url("bench")


def command(environment: dict[str, str], *words: str) -> str:
    """Run a command of the product and give what it printed."""
    done = subprocess.run(
        [*FLASK, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{' '.join(words[:3])} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def measure(export: Path, database: str, folder: Path) -> dict[str, Any]:
    """Import one export into an empty installation; gives the product's own report with the wall time."""
    with fresh_postgresql() if database == "postgresql" else contextlib.nullcontext("") as url:
        environment = {**os.environ, "PHCS_INSTANCE": str(folder), "PHCS_MAX_UPLOAD_BYTES": "2000000000"}
        environment.pop("DATABASE_URL", None)
        if url:
            environment["DATABASE_URL"] = url
        command(environment, "db", "upgrade")
        organisation = command(environment, "orgs", "create", "Bench").strip()
        person = ("bench@example.org", "--org", organisation, "--name", "Bench", "--role", "admin")
        command(environment, "users", "create", *person)
        started = time.perf_counter()
        report: dict[str, Any] = json.loads(
            command(environment, "imports", "run", str(export), "--approve", "--json").splitlines()[-1]
        )
        report["wall"] = time.perf_counter() - started
    if report["state"] != "completed":
        raise SystemExit(f"The import ended as {report['state']}.")
    return report


def main() -> None:
    """Measure every size on both databases and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--runs", type=int, default=1)
    wanted = parser.parse_args()
    print(
        f"{'rows/s by stage':>22}  "
        + "".join(f"{stage:>9}" for stage in (*STAGES, "all"))
        + "  peak MB  wall s"
    )
    with tempfile.TemporaryDirectory(prefix="phcs-bench-") as folder:
        for rows in wanted.rows:
            export = Path(folder) / f"visits-{rows}.csv"
            write_sample_export(export, rows=rows, until=datetime.now(UTC) - timedelta(days=1))
            for database in wanted.databases:
                reports = [
                    measure(export, database, Path(folder) / f"{database}-{rows}-{run}")
                    for run in range(wanted.runs)
                ]
                print(line(rows, database, reports), flush=True)


def line(rows: int, database: str, reports: list[dict[str, Any]]) -> str:
    """One line of the table: medians over the runs."""
    seconds = {
        stage: statistics.median(one["timings"].get(stage, 0.0) for one in reports) for stage in STAGES
    }
    total = statistics.median(one["wall"] for one in reports)
    rates = [f"{rows / value:>9,.0f}" if value else f"{'-':>9}" for value in (*seconds.values(), total)]
    peak = max(one["peak_memory_mb"] for one in reports)
    return f"{rows:>9,} {database:>12}  " + "".join(rates) + f"  {peak:>7}  {total:>6.1f}"


if __name__ == "__main__":
    main()
