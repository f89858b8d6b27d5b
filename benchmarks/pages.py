"""How long the pages of a review take with 100,000 staged rows: `python -m benchmarks.pages`, part of `make bench`.

A messy export waits for its review: about one finding a row, in few causes and tens of thousands of different values.
Every page is asked for in turn, first pages and pages deep in their lists, as a signed-in reviewer's browser asks, in
one process with the database on the same machine. A page is good when 95 of 100 answers take less than 200 ms.
"""

import argparse
import contextlib
import csv
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.contestants import FLASK, ROOT, product_environment
from benchmarks.data import SEED, write_known_owners, write_visits
from benchmarks.databases import EmptyDatabase, fresh_databases
from phcs.app import create_app

ROWS = 100_000
GOOD_SECONDS = 0.2
ASKED = 40
"""So often each page is asked for."""
EMAIL, PASSWORD = "bench@example.org", "correct horse battery staple bench"
SPOILT_PHONE, SPOILT_SPECIES = 2, 3
"""Every second row gets a phone number that cannot be, every third a species that nobody knows."""


@dataclass(frozen=True, slots=True)
class PageTime:
    """Seconds of one page on one database."""

    system: str
    rows: int
    page: str
    median: float
    p95: float
    kilobytes: int

    @property
    def is_good(self) -> bool:
        """Whether people need not wait."""
        return self.p95 < GOOD_SECONDS


def measure_pages(*, rows: int, system: str, seed: int = SEED) -> list[PageTime]:
    """Stage a messy export of so many rows and time its pages."""
    with tempfile.TemporaryDirectory(prefix="phcs-pages-") as folder:
        path = Path(folder)
        write_known_owners(path / "owners.csv", rows=rows, seed=seed)
        write_visits(path / "visits.csv", rows=rows, seed=seed)
        spoil(path / "visits.csv", path / "messy.csv")
        with fresh_databases(system, path) as fresh, fresh("pages") as database:
            return _timed(path, database, rows=rows, system=system)


def spoil(sound: Path, messy: Path) -> None:
    """Copy an export with many slips in it: phones all different, species a few words again and again."""
    with (
        sound.open(newline="", encoding="utf-8") as source,
        messy.open("w", newline="", encoding="utf-8") as to,
    ):
        reader, writer = csv.DictReader(source), None
        for number, row in enumerate(reader):
            writer = writer or csv.DictWriter(to, fieldnames=list(row))
            if not number:
                writer.writeheader()
            for heading in row:
                if "phone" in heading and number % SPOILT_PHONE == 0:
                    row[heading] = f"{number % 1_000} {number}x"
                if "species" in heading and number % SPOILT_SPECIES == 0:
                    row[heading] = f"Beast {number % 40}"
            writer.writerow(row)


def _timed(folder: Path, database: EmptyDatabase, *, rows: int, system: str) -> list[PageTime]:
    environment = product_environment(database, folder / "instance")
    _command(environment, "db", "upgrade")
    organisation = _command(environment, "orgs", "create", "Bench", "--region", "ES").strip()
    _command(
        environment,
        *("users", "create", EMAIL, "--org", organisation, "--name", "Bench", "--role", "admin"),
        *("--password-stdin",),
        said=PASSWORD,
    )
    _command(environment, "imports", "run", str(folder / "owners.csv"), "--kind", "owner", "--approve")
    report = _command(environment, "imports", "run", str(folder / "messy.csv"), "--json")
    found = re.search(r'"import":\s*"([0-9a-f-]{36})"', report)
    if found is None:
        raise SystemExit(f"The messy export was not staged: {report[-1000:]}")
    with _browser(environment) as client:
        return [
            _page_time(client, address, name, rows=rows, system=system)
            for name, address in _addresses(client, f"/imports/{found[1]}")
        ]


def _addresses(client: FlaskClient, place: str) -> Iterator[tuple[str, str]]:
    """The pages by what they are called; deep ones are reached as a person reaches them."""
    yield "history", "/imports"
    yield "overview", place
    yield "check, by cause", f"{place}/check"
    causes = client.get(f"{place}/check").text
    numbers = re.findall(r"check\?view=cause&amp;cause=([^\"&]+)", causes)
    for number in numbers[:1]:
        yield "check, values of a cause", f"{place}/check?view=cause&cause={number}"
        yield "check, values, deep", _deep(client, f"{place}/check?view=cause&cause={number}")
        values = client.get(f"{place}/check?view=cause&cause={number}").text
        for address in re.findall(r'href="([^"]+view=rows[^"]+value=[^"]+)"', values)[7:8]:
            yield "check, rows of one value", address.replace("&amp;", "&")
    yield "check, by row", f"{place}/check?view=rows"
    yield "check, by row, deep", _deep(client, f"{place}/check?view=rows")
    yield "check, by row, errors", f"{place}/check?view=rows&weight=error"
    yield "check, by row, from the end", f"{place}/check?view=rows&order=last"
    yield "row", f"{place}/rows/1000"
    yield "preview", f"{place}/preview"
    yield "preview, errors", f"{place}/preview?status=error"
    yield "preview, deep", _deep(client, f"{place}/preview")
    yield "rows of a finding", f"{place}/rows?code=species.unknown"
    yield "duplicates", f"{place}/duplicates"
    yield "approval", f"{place}/approval"


def _deep(client: FlaskClient, address: str, pages: int = 30) -> str:
    """The address of a page so many pages further on, or of the last one."""
    for _ in range(pages):
        following = re.search(r'rel="next" href="([^"]+)"', client.get(address).text)
        if following is None:
            return address
        address = following[1].replace("&amp;", "&")
    return address


def _page_time(client: FlaskClient, address: str, name: str, *, rows: int, system: str) -> PageTime:
    seconds, size = [], 0
    for _ in range(ASKED + 3):
        started = time.perf_counter()
        answer = client.get(address)
        seconds.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status}.")
        size = len(answer.data)
    measured = sorted(seconds[3:])
    found = PageTime(
        system, rows, name, statistics.median(measured), measured[int(0.95 * ASKED) - 1], size // 1_000
    )
    print(f"  {system} {name}: {found.p95 * 1_000:.0f} ms", file=sys.stderr, flush=True)
    return found


@contextlib.contextmanager
def _browser(environment: dict[str, str]) -> Iterator[FlaskClient]:
    """A signed-in browser of the application in this process, which reads its settings from the environment."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        app = create_app({"WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False})
        client = app.test_client()
        answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
        if answer.status_code != 302:
            raise SystemExit(f"Signing in answered {answer.status}.")
        yield client
    finally:
        os.environ.clear()
        os.environ.update(before)


def _command(environment: dict[str, str], *words: str, said: str = "") -> str:
    done = subprocess.run(
        [*FLASK, *words], cwd=ROOT, env=environment, capture_output=True, text=True, input=said, check=False
    )
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}: {done.stderr[-2_000:]}")
    return done.stdout


def all_figures(systems: Sequence[str], *, rows: int = ROWS) -> list[PageTime]:
    """The pages on each of these databases."""
    return [one for system in systems for one in measure_pages(rows=rows, system=system)]


def as_markdown(found: list[PageTime]) -> str:
    """The table."""
    lines = [
        "| database | staged rows | page | median | 95 of 100 | size | |",
        "|---|---:|---|---:|---:|---:|---|",
    ]
    lines += [
        f"| {one.system} | {one.rows:,} | {one.page} | {one.median * 1_000:.0f} ms | {one.p95 * 1_000:.0f} ms "
        f"| {one.kilobytes} kB | {'' if one.is_good else 'too slow'} |"
        for one in found
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure the pages and print the table; gives 1 when one takes too long."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument(
        "--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    wanted = parser.parse_args()
    found = all_figures(wanted.databases, rows=wanted.rows)
    print(as_markdown(found))
    return 0 if all(one.is_good for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
