"""Who takes part, each in processes of its own on an empty database: this product, and django-import-export twice."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.databases import EmptyDatabase
from benchmarks.memory import peak_mb
from benchmarks.peer_environment import peer_python

ROOT = Path(__file__).resolve().parent.parent
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
PEER = "benchmarks.peer_django_import_export"
SAMPLE_SECONDS = 0.1
OURS = ("PHCS_", "CELERY_", "DATABASE_URL", "UPLOAD_STORE", "SECRET_KEY")
"""How the variables begin that would change this product; what is set outside does not reach a run."""

BetweenSteps = Callable[[EmptyDatabase, UUID], None]
"""Is called with the database and the import while the product waits, unmeasured."""


def nothing(_database: EmptyDatabase, _import_id: UUID) -> None:
    """Measure nothing between the steps."""


@dataclass(frozen=True, slots=True)
class Files:
    """What is imported, and the owners who are in the database before."""

    visits: Path
    owners: Path


@dataclass(slots=True)
class Run:
    """One run of one contestant: seconds, and megabytes of the process and of its children together."""

    preview_s: float
    import_s: float
    peak_mb: float
    children_mb: float = 0.0
    invalid: int = 0
    """Rows that the peer refused."""
    preview: dict[str, Any] = field(default_factory=dict)
    """The product's report at its preview."""
    timings: dict[str, float] = field(default_factory=dict)


def product_environment(database: EmptyDatabase, instance: Path) -> dict[str, str]:
    """The settings of a measured installation: dates from 2000 to 2027 are sound, as in the data."""
    now = datetime.now(UTC)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
        "PHCS_INSTANCE": str(instance),
        "DATABASE_URL": database.url,
        "PHCS_DATE_MAX_AGE_DAYS": str((now - datetime(2000, 1, 1, tzinfo=UTC)).days),
        "PHCS_DATE_FUTURE_DAYS": str(max(0, (datetime(2027, 12, 31, tzinfo=UTC) - now).days)),
        "PHCS_MAX_UPLOAD_BYTES": "2000000000",
    }


def run_product(
    files: Files,
    database: EmptyDatabase,
    instance: Path,
    *,
    at_review: BetweenSteps = nothing,
    at_end: BetweenSteps = nothing,
) -> Run:
    """Install, import the known owners (unmeasured), then preview and promote the visits."""
    environment = product_environment(database, instance)
    _command(environment, "db", "upgrade")
    organisation = _command(environment, "orgs", "create", "Bench", "--region", "ES").strip()
    person = ("bench@example.org", "--org", organisation, "--name", "Bench", "--role", "admin")
    _command(environment, "users", "create", *person)
    with _product(files, environment) as process, _watched(process.pid) as children:
        preview = _answer(process)
        import_id = UUID(preview["report"]["import"])
        at_review(database, import_id)
        print(file=process.stdin, flush=True)
        promotion = _answer(process)
    if promotion["report"]["state"] != "completed":
        raise SystemExit(f"The import ended as {promotion['report']['state']}.")
    at_end(database, import_id)
    return Run(
        preview_s=preview["seconds"],
        import_s=promotion["seconds"],
        peak_mb=promotion["peak_mb"],
        children_mb=children.peak_mb,
        preview=preview["report"],
        timings=promotion["report"]["timings"],
    )


def run_peer(mode: str, files: Files, database: EmptyDatabase) -> Run:
    """Preview and import with django-import-export, in its `default` or its `bulk` mode."""
    command = [str(peer_python()), "-m", f"{PEER}.run", "--mode", mode,
               "--file", str(files.visits), "--owners", str(files.owners)]  # fmt: skip
    settings = {"PEER_DATABASE": database.peer, "DJANGO_SETTINGS_MODULE": f"{PEER}.settings"}
    told = json.loads(_output(command, {**os.environ, **settings}).splitlines()[-1])
    previewed, imported = told["invalid"]
    if previewed != imported:
        raise SystemExit(
            f"django-import-export refused {previewed} rows at its preview and {imported} after."
        )
    return Run(told["preview_s"], told["import_s"], told["peak_mb"], invalid=imported)


def _command(environment: dict[str, str], *words: str) -> str:
    return _output([*FLASK, *words], environment, accepted=(0, 3))


def _output(command: list[str], environment: dict[str, str], accepted: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in accepted:
        said = (done.stderr or done.stdout)[-2000:]
        raise SystemExit(f"{' '.join(command[1:])} ended with {done.returncode}: {said}")
    return done.stdout


@contextlib.contextmanager
def _product(files: Files, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.product", str(files.owners), str(files.visits)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()  # without an answer it ends by itself


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit("The product ended before it was done; what it said stands above.")
    answer: dict[str, Any] = json.loads(line)
    return answer


@dataclass(slots=True)
class Children:
    """What the children of a process need while they live, looked at ten times a second."""

    parent: int
    peak_mb: float = 0.0

    def look(self) -> None:
        """Add up the peaks of all children that live now; a child that is still a copy of its parent counts too."""
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            tasks = list(Path(f"/proc/{self.parent}/task").iterdir())
            living = {child for task in tasks for child in (task / "children").read_text().split()}
            self.peak_mb = max(self.peak_mb, sum(peak_mb(child) for child in living))


@contextlib.contextmanager
def _watched(process_id: int) -> Iterator[Children]:
    children = Children(process_id)
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            children.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield children
    finally:
        ended.set()
        thread.join()
