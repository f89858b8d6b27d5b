"""Real databases, a real broker, and an application for each test.

A test that uses `app` runs twice, on SQLite and on PostgreSQL, each time on a database of its own that
was copied from a migrated template. Commits are real, so real workers can take part.
"""

import contextlib
import os
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa
from celery.contrib.testing.worker import start_worker
from flask import Flask
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session, scoped_session

from phcs.app import create_app
from phcs.embedded.valkey import ServerMissingError
from phcs.extensions import db
from phcs.services import limited_reading
from tests import saving_time, servers
from tests.warm_children import Nursery

EVERYTHING = "PHCS_TEST_EVERYTHING"
"""Set (as `.ci/run` does), a missing server or browser is a failure; otherwise the run ends by naming it."""

PostgresTemplate = tuple[sa.Engine, str]

START_COLD = limited_reading._started

saving_time.keep_files_in_memory()


def missing(error: ServerMissingError) -> NoReturn:
    """Skip the test for want of a server or browser, in a way that the summary names."""
    if os.environ.get(EVERYTHING):
        pytest.fail(str(error))
    pytest.skip(str(error))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End the run by saying what campaigns found, and what was not tested and why."""
    for report in terminalreporter.stats.get("passed", []):
        for name, line in report.user_properties:
            if name == "line":
                terminalreporter.write_line(str(line))
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        sentence = reason.removeprefix("Skipped: ")
        terminalreporter.write_line(f"NOT TESTED: {count} tests did not run. {sentence}", red=True)


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end."""
    saving_time.look_for_garbage_seldom()


@pytest.fixture(scope="session", autouse=True)
def _remembering() -> Iterator[None]:
    """Do once what comes out the same for every test."""
    with pytest.MonkeyPatch.context() as patch:
        saving_time.remember_what_is_the_same_for_all(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _warm_children() -> Iterator[None]:
    """Fork the children that read files from one that has loaded all it needs, see `tests/warm_children.py`."""
    nursery = Nursery()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limited_reading, "_started", nursery.start)
        yield
    nursery.end()


@pytest.fixture
def cold_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start reading children as in production: for tests about starting, limiting and ending them."""
    monkeypatch.setattr(limited_reading, "_started", START_COLD)


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Keep pytest-flask from wrapping each test in one request.

    With its context pushed, every request of a test shares one `g`, so one client's sign-in shows up in all
    the others, and tests of permissions pass while checking nothing.
    """


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The broker's address."""
    if given := os.environ.get("PHCS_TEST_REDIS_URL"):
        yield given
        return
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(servers.valkey())
        except ServerMissingError as error:
            missing(error)
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[servers.UrlOfDatabase]:
    """A function from database name to address, on a private PostgreSQL."""
    if base := os.environ.get("PHCS_TEST_DATABASE_URL"):
        root = sa.make_url(base)
        yield lambda name: root.set(database=name).render_as_string(hide_password=False)
        return
    with contextlib.ExitStack() as stack:
        try:
            url_of = stack.enter_context(servers.postgres())
        except ServerMissingError as error:
            missing(error)
        yield url_of


@pytest.fixture(scope="session")
def postgres_template(
    postgres_url: servers.UrlOfDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresTemplate]:
    """A migrated database to copy; and the engine that may copy it."""
    name = f"phcs_template_{uuid.uuid4().hex[:8]}"
    admin = sa.create_engine(postgres_url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with _own_database(admin, f"CREATE DATABASE {name}", name):
        _migrate(postgres_url(name), tmp_path_factory.mktemp("instance"))
        yield admin, name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}", tmp_path_factory.mktemp("instance"))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_uri(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of this test's own, on each of the two systems in turn."""
    if request.param == "sqlite":
        yield _sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path / "phcs.db")
        return
    admin, template = request.getfixturevalue("postgres_template")
    name = f"phcs_{uuid.uuid4().hex[:12]}"
    with _own_database(admin, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy", name):
        yield request.getfixturevalue("postgres_url")(name)


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    """More settings for `app`; a test module overrides this fixture to change some."""
    return {}


@pytest.fixture
def environment(database_uri: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of this test's application, as variables for processes that it starts."""
    return {
        "PHCS_INSTANCE": str(tmp_path / "instance"),
        "DATABASE_URL": database_uri,
        "CELERY_BROKER_URL": redis_url,
        "PHCS_BROKER_PREFIX": f"{uuid.uuid4().hex[:12]}:",
        "PHCS_VERIFY_PROMOTIONS": "0",  # tests that want a report ask for it
    }


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all tests: every test has an application, and so an environment, of its own."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    environment: dict[str, str],
    app_overrides: Mapping[str, Any],
    compiled_templates: FileSystemBytecodeCache,
) -> Iterator[Flask]:
    """The application on this test's own database and queue."""
    application = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False, **environment, **app_overrides})
    application.jinja_env.bytecode_cache = compiled_templates
    with application.app_context():
        saving_time.share_compiled_statements(db.engine)
    application.extensions[
        "celery"
    ].set_current()  # so that hints go to this test's queue, not an earlier one's
    yield application
    _close(application)


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The database session, inside an application context."""
    with app.app_context():
        yield db.session


@pytest.fixture
def worker(app: Flask) -> Iterator[None]:
    """A real Celery worker in a thread, fed through the real broker."""
    with start_worker(app.extensions["celery"], pool="solo", perform_ping_check=False, shutdown_timeout=15):
        yield


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of this machine's browser."""
    try:
        return servers.chromium_path()
    except ServerMissingError as error:
        missing(error)


def _close(application: Flask) -> None:
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def _migrate(uri: str, instance: Path) -> None:
    application = create_app({"PHCS_INSTANCE": str(instance), "DATABASE_URL": uri, "CELERY_BROKER_URL": ""})
    with application.app_context():
        upgrade()
        saving_time.share_compiled_statements(db.engine)
    _close(application)


def _sqlite_copy(template: Path, target: Path) -> str:
    with contextlib.closing(sqlite3.connect(template)) as a, contextlib.closing(sqlite3.connect(target)) as b:
        a.backup(b)
    return f"sqlite:///{target}"


@contextlib.contextmanager
def _own_database(admin: sa.Engine, create: str, name: str) -> Iterator[None]:
    with admin.connect() as connection:
        connection.exec_driver_sql(create)
    try:
        yield
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
