"""All campaigns and races at full length: `python -m tests.faults [--cases N] [--seed N]`; `make faults` calls it.

Prints a line for each campaign and race as it ends, then one for all kills and one for all races. Exit codes are
pytest's.
"""

import argparse
import os
import re
import secrets
import sys
from collections import Counter

import pytest

from tests.faults.sizes import CASES, SEED, USUAL

NAMES = ("cases", "passed", "failed")
COUNTS = re.compile(r"(faults|races): .*?: cases (\d+), passed (\d+), failed (\d+)")


class Ledger:
    """Adds up what the campaigns and races tell."""

    def __init__(self) -> None:
        self.totals = {"faults": Counter[str](), "races": Counter[str]()}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print the line of a campaign that has just ended."""
        if report.when != "call":
            return
        lines = [str(line) for name, line in report.user_properties if name == "line"]
        for line in lines:
            sys.stdout.write(f"\n{line}")
            if found := COUNTS.match(line):
                kind, *numbers = found.groups()
                self.totals[kind].update(dict(zip(NAMES, map(int, numbers), strict=True)))
        if report.failed:
            sys.stdout.write(f"\nNOT HELD: {report.nodeid}")
        sys.stdout.flush()


def main() -> int:
    """Run them all, and add up."""
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--cases", type=int, default=USUAL)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--workers", default="2")
    given, more = parser.parse_known_args()
    os.environ[CASES], os.environ[SEED] = str(given.cases), str(given.seed)
    ledger = Ledger()
    parallel = ["-n", given.workers, "--dist", "load", "--maxschedchunk", "1"]
    code = pytest.main(["tests/faults", "-q", "--tb=short", *parallel, *more], plugins=[ledger])
    for kind, counted in ledger.totals.items():
        told = ", ".join(f"{name} {counted[name]}" for name in NAMES)
        sys.stdout.write(f"\n{kind}: {told}, seed {given.seed}")
    sys.stdout.write("\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
