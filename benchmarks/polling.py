"""200 status polls a second while 100,000 rows are promoted: `python -m benchmarks.polling`, part of `make bench`.

PostgreSQL, a broker, the product's own web server and worker, each in processes of its own on this machine. Programs
ask for `GET /api/v1/imports/{id}` with their key and the `ETag` of the last answer, at the times of a fixed timetable:
an answer that comes late counts from the time at which it was due. A poll is good when 95 of 100 take less than 300 ms.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contestants import FLASK, ROOT, product_environment
from benchmarks.data import SEED, write_known_owners, write_visits
from benchmarks.databases import EmptyDatabase, fresh_databases
from phcs.config import Settings
from phcs.embedded.children import end_child, start_child
from phcs.embedded.supervisor import HOST, free_port, programs
from tests import servers

ROWS, POLLS_A_SECOND, POLLERS = 100_000, 200, 32
GOOD_SECONDS = 0.3
WARM_UP_SECONDS = 3
"""Polls before the approval: everything is loaded and connected then. They are not counted."""
ENDS = frozenset({"completed", "failed", "review", "aborted"})


@dataclass(slots=True)
class Polling:
    """What the pollers saw while the import was promoted; seconds."""

    rows: int
    promoted_in: float = 0.0
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    state: str = ""
    web_seconds: float = 0.0
    """What the web server's process has computed meanwhile."""

    def quantile(self, share: float) -> float:
        """So many of all answers came within this time."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def errors(self) -> int:
        """Answers that were neither 200 nor 304; 0 stands for a broken connection."""
        return sum(number for status, number in self.statuses.items() if status not in {200, 304})

    @property
    def is_good(self) -> bool:
        """Whether polling programs were served and the import was not."""
        return self.state == "completed" and not self.errors and self.quantile(0.95) < GOOD_SECONDS


@dataclass(frozen=True, slots=True)
class Place:
    """Where the import is looked at, and with which key."""

    port: int
    web: int
    """The process of the web server."""
    path: str
    key: str

    def asked(self, method: str = "GET", path: str = "", body: object = None) -> dict[str, object]:
        """One request on a connection of its own; its answer."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        connection.request(method, self.path + path, json.dumps(body) if body else None, headers)
        answer: dict[str, object] = json.loads(connection.getresponse().read())
        connection.close()
        return answer


def measure_polling(*, rows: int, rate: int = POLLS_A_SECOND, seed: int = SEED) -> Polling:
    """Stage an export of so many rows, approve it, and poll until it is live."""
    with tempfile.TemporaryDirectory(prefix="phcs-polls-") as folder, servers.valkey() as broker:
        path = Path(folder)
        write_known_owners(path / "owners.csv", rows=rows, seed=seed)
        write_visits(path / "visits.csv", rows=rows, seed=seed)
        with fresh_databases("postgresql", path) as fresh, fresh("polling") as database:
            environment = {**_environment(database, path), "CELERY_BROKER_URL": broker}
            key, import_id = _prepared(environment, path)
            with _running(environment) as (port, web):
                place = Place(port, web, f"/api/v1/imports/{import_id}", key)
                return _polled(place, rows=rows, rate=rate)


def _environment(database: EmptyDatabase, folder: Path) -> dict[str, str]:
    return product_environment(database, folder / "instance")


def _prepared(environment: dict[str, str], folder: Path) -> tuple[str, str]:
    """A key, and an import that waits for its approval."""
    _command(environment, "db", "upgrade")
    organisation = _command(environment, "orgs", "create", "Bench", "--region", "ES").strip()
    person = ("bench@example.org", "--org", organisation, "--name", "Bench", "--role", "admin")
    _command(environment, "users", "create", *person)
    scopes = ("--scope", "imports:read", "--scope", "imports:approve")
    told = _command(environment, "api-keys", "create", "Polling", "--org", organisation, *scopes)
    _command(environment, "imports", "run", str(folder / "owners.csv"), "--kind", "owner", "--approve")
    report = _command(environment, "imports", "run", str(folder / "visits.csv"), "--json")
    key, found = re.search(r"phcs_\S+", told), re.search(r'"import":\s*"([0-9a-f-]{36})"', report)
    if key is None or found is None:
        raise SystemExit(f"The import was not staged: {told} {report[-1000:]}")
    return key[0], found[1]


@contextlib.contextmanager
def _running(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The web server and the worker, as `python -m phcs` starts them."""
    port, started = free_port(8_600), []
    arguments = programs(Settings.from_environment(environment), port)
    try:
        for name in ("web", "worker"):
            command = [sys.executable, *arguments[name]]
            started.append(start_child(command, folder=ROOT, environment=environment))
        deadline = time.monotonic() + 60
        while not _answers(port):
            if time.monotonic() > deadline:
                raise SystemExit("The web server does not answer.")
            time.sleep(0.2)
        _await_worker(environment)
        yield port, started[0].pid
    finally:
        for process in reversed(started):
            end_child(process, seconds=25)


def _await_worker(environment: dict[str, str]) -> None:
    """Wait until the worker answers, so that its start is not measured."""
    asked = [sys.executable, "-m", "celery", "-q", "-A", "celery_worker", "inspect", "ping", "--timeout", "5"]
    for _ in range(12):
        if subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0:
            return
    raise SystemExit("The worker does not answer.")


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False


def _polled(place: Place, *, rows: int, rate: int) -> Polling:
    """Poll by the timetable, approve after a while, and go on until the import is live."""
    found, ended, counts = Polling(rows), threading.Event(), threading.Event()
    begun = time.monotonic()
    pollers = [
        threading.Thread(
            target=_poll, args=(place, found, begun + number / rate, POLLERS / rate, ended, counts)
        )
        for number in range(POLLERS)
    ]
    for poller in pollers:
        poller.start()
    try:
        time.sleep(WARM_UP_SECONDS)
        plan = place.asked()["plan"]
        counts.set()
        approved, computed = time.monotonic(), _cpu_seconds(place.web)
        place.asked("POST", "/approve", {"fingerprint": plan["fingerprint"]})  # type: ignore[index]
        while (state := str(place.asked()["state"])) not in ENDS:
            time.sleep(0.5)
        found.promoted_in, found.state = time.monotonic() - approved, state
        found.web_seconds = _cpu_seconds(place.web) - computed
    finally:
        ended.set()
        for poller in pollers:
            poller.join()
    return found


def _cpu_seconds(process: int) -> float:
    """What a process of this machine (Linux) has computed so far, in its own code and for it in the system."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _poll(
    place: Place,
    found: Polling,
    due: float,
    every: float,
    ended: threading.Event,
    counts: threading.Event,
) -> None:
    """One program: asks at its times, never before its last answer has come, on a connection that stays open."""
    connection, etag = http.client.HTTPConnection(HOST, place.port, timeout=60), ""
    while not ended.wait(max(0.0, due - time.monotonic())):
        headers = {"Authorization": f"Bearer {place.key}"} | ({"If-None-Match": etag} if etag else {})
        try:
            connection.request("GET", place.path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            status, etag = answer.status, answer.headers.get("ETag", etag)
        except (OSError, http.client.HTTPException):
            connection.close()
            status = 0
        if counts.is_set():
            found.seconds.append(time.monotonic() - due)
            found.statuses[status] += 1
        due += every
    connection.close()


def _command(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [*FLASK, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}: {done.stderr[-2_000:]}")
    return done.stdout


def as_markdown(found: Polling) -> str:
    """The table."""
    achieved = len(found.seconds) / found.promoted_in
    times = " | ".join(f"{found.quantile(share) * 1_000:.0f} ms" for share in (0.5, 0.95, 0.99))
    lines = [
        "| rows promoted | in | polls | a second | not changed | errors | median | 95 of 100 | 99 of 100 | web CPU | |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    counts = f"{len(found.seconds):,} | {achieved:.0f} | {found.statuses[304]:,} | {found.errors}"
    verdict = (
        f"{found.web_seconds / len(found.seconds) * 1_000:.1f} ms | {'' if found.is_good else 'too slow'}"
    )
    lines.append(f"| {found.rows:,} | {found.promoted_in:.1f} s | {counts} | {times} | {verdict} |")
    return "\n".join(lines)


def main() -> int:
    """Measure and print the table; gives 1 when polling is too slow or an answer was an error."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rate", type=int, default=POLLS_A_SECOND, help="polls a second")
    wanted = parser.parse_args()
    found = measure_polling(rows=wanted.rows, rate=wanted.rate)
    print(as_markdown(found))
    return 0 if found.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
