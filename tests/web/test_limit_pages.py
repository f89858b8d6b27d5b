"""What people see when the server has run out of something: words, the right status, and nothing lost."""

import contextlib
import io
import sqlite3
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from phcs.core.actors import Actor
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from tests.builders import NOW, actor_of, build_api_key, build_person
from tests.import_builders import build_import, count, export_csv, seen, visits, workshop
from tests.running_out import at_most_more_pages, files_of_at_most, fill_the_last_page
from tests.web.pages import Pages

FAR_AHEAD = NOW.replace(year=2100)
BUSY = "Somebody else is writing at this moment. Nothing was changed; try again in a moment."


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Actor:
    with app.app_context():
        return actor_of(build_person(organisation=organisation))


@contextlib.contextmanager
def somebody_else_writing(app: Flask) -> Iterator[None]:
    """Another program holds the database, and pages wait a tenth of a second for it."""

    def taken(connection: Any, *_others: Any) -> None:
        connection.execute("PRAGMA busy_timeout=100")

    with app.app_context():
        engine, path = db.engine, str(db.engine.url.database)
    sa.event.listen(engine, "checkout", taken)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            sa.event.remove(engine, "checkout", taken)
            engine.dispose()


@contextlib.contextmanager
def full_database(app: Flask, admin: Actor) -> Iterator[None]:
    """Not one more page fits into the database."""
    with app.app_context(), at_most_more_pages(0):
        fill_the_last_page(admin)
        db.session.remove()
        yield


@contextlib.contextmanager
def full_for_the_server(app: Flask) -> Iterator[None]:
    """No file may grow large while a request is answered; the browser of this test is the same process."""
    answer = app.wsgi_app

    def limited(*request: Any) -> Any:
        with files_of_at_most(2_000_000):
            return answer(*request)

    app.wsgi_app = limited  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        app.wsgi_app = answer  # type: ignore[method-assign]


def uploaded(app: Flask, admin: Actor) -> UUID:
    with app.app_context():
        return build_import(actor=admin, content=visits(2))


def test_a_page_that_waited_too_long_for_somebody_else_says_so_and_nothing_is_lost(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    person = pages.sign_in_as(Role.ADMIN)
    pages.get("/settings")
    change = {"name": "Harbour", "region": "US", "time_zone": "UTC"}

    with somebody_else_writing(app):
        refused = pages.post("/settings", change, status=503)

    assert BUSY in refused.text
    assert refused.response.headers["Retry-After"] == "10"
    pages.get("/settings")
    pages.post("/settings", change)
    with app.app_context():
        assert db.session.get_one(Organisation, person.organisation_id).name == "Harbour"


def test_a_button_of_an_import_that_waited_too_long_says_so_where_it_can_be_pressed_again(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    import_id = uploaded(app, admin)
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"/imports/{import_id}")

    with somebody_else_writing(app):
        pages.post(f"/imports/{import_id}/cancel")

    assert BUSY in pages.get(f"/imports/{import_id}").text
    pages.post(f"/imports/{import_id}/cancel")
    with app.app_context():
        assert seen(import_id).row.state is ImportState.CANCELLED


def test_a_program_is_told_with_a_stable_code(app: Flask, organisation: Organisation) -> None:
    with app.app_context():
        person = build_person(organisation=organisation)
        key = build_api_key(admin=person)
        import_id = build_import(actor=actor_of(person), content=visits(1))
    headers = {"Authorization": f"Bearer {key.secret}"}

    with somebody_else_writing(app):
        answer = app.test_client().post(f"/api/admin/import/{import_id}/abort", headers=headers)

    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert (answer.json or {})["code"] == "limit.busy"


def test_an_upload_that_does_not_fit_on_the_disk_says_so_and_keeps_nothing(app: Flask, pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/imports/new")
    file: Any = (io.BytesIO(export_csv(visits(1)).encode().ljust(3_000_000)), "visits.csv")

    with full_for_the_server(app):
        refused = pages.post("/imports/new", {"file": file}, status=507)

    assert "There is no room left on the server's disk." in refused.text
    with app.app_context():
        assert count(Import) == 0
        assert list(workshop().store.names_before(FAR_AHEAD)) == []


def test_an_upload_that_does_not_fit_into_the_database_keeps_no_file_either(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/imports/new")
    file: Any = (io.BytesIO(export_csv(visits(1)).encode()), f"{'v' * 200}.csv")
    with full_database(app, admin):
        refused = pages.post("/imports/new", {"file": file}, status=507)

    assert "There is no room left on the server's disk." in refused.text
    with app.app_context():
        assert (count(Import), list(workshop().store.names_before(FAR_AHEAD))) == (0, [])
