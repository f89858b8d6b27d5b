"""This product, django-import-export and the bare database on the same made-up files: `make bench`.

Compare the figures of one run with each other; seconds of a shared machine say little. `docs/benchmarks.md` says how to
read the tables. Ends with 1 when anybody's counts differ from what the generator knows to be true.
"""

import argparse
import json
import sys
from pathlib import Path

from benchmarks import headings, matching_speed, okvet, pages, polling, reading
from benchmarks.data import SEED
from benchmarks.measuring import measure
from benchmarks.report import as_json, as_markdown


def main() -> int:
    """Measure every size on every database, print the tables; gives the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    parser.add_argument("--runs", type=int, help="of each contestant; else 3 up to 10,000 rows, 1 above")
    parser.add_argument("--no-peers", action="store_true", help="only this product and the bare limits")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything as JSON")
    wanted = parser.parse_args()
    found = [
        measure(rows=rows, system=system, runs=wanted.runs, peers=not wanted.no_peers, seed=wanted.seed)
        for rows in wanted.rows
        for system in wanted.databases
    ]
    if wanted.json:
        wanted.json.write_text(json.dumps(as_json(found), indent=1))
    print(as_markdown(found))
    print(f"\n{headings.as_markdown(headings.all_figures())}")
    if max(wanted.rows) >= reading.ROWS:
        print(f"\n{reading.as_markdown(reading.all_figures())}")
    if max(wanted.rows) >= pages.ROWS:
        print(f"\n{pages.as_markdown(pages.all_figures(wanted.databases))}")
    if max(wanted.rows) >= polling.ROWS and "postgresql" in wanted.databases:
        print(f"\n{polling.as_markdown(polling.measure_polling(rows=polling.ROWS))}")
    if max(wanted.rows) >= matching_speed.FROM_ROWS:
        print(f"\n{matching_speed.as_markdown(matching_speed.all_figures())}")
    wrong = any(one.wrong for one in found)
    if max(wanted.rows) >= okvet.FROM_ROWS:
        migrated = [okvet.migrate(system) for system in wanted.databases]
        print(f"\n{okvet.as_markdown(migrated)}")
        wrong = wrong or any(one.problems for one in migrated)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
