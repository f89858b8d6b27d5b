"""Scheduled imports: each new file comes once and stops at review, unless it is clean and may go on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.public_addresses import parse_networks
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.schedules import ImportSchedule, ScheduledFile
from phcs.queries.schedules import schedule
from phcs.services.mapping_templates import save_template
from phcs.services.schedule_running import Desk, approve_clean_imports, run_due_schedules
from phcs.services.schedules import (
    Reach,
    ScheduleAnswers,
    add_schedule,
    delete_schedule,
    run_now,
    switch_schedule,
)
from phcs.services.uploading import UploadChoices, UploadLimits
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, build_review, export_csv, folder_store, visit, visits

Db = scoped_session[Session]
HERE = parse_networks("127.0.0.0/8")
LIMITS = UploadLimits(max_bytes=100_000, max_age_days=1_827, future_days=0)
FILE = export_csv(visits(3)).encode()


@dataclass
class Site:
    """A web site on this machine: what each path answers."""

    url: str
    pages: dict[str, tuple[int, dict[str, str], bytes]]


@pytest.fixture
def site() -> Iterator[Site]:
    pages: dict[str, tuple[int, dict[str, str], bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield Site(f"http://127.0.0.1:{server.server_port}", pages)
    server.shutdown()
    server.server_close()


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


@dataclass
class Office:
    """Runs schedules; `hinted` are the imports that workers were told of."""

    desk: Desk
    hinted: list[UUID]

    def run(self, *, now: datetime) -> int:
        return run_due_schedules(now=now, desk=self.desk)


@pytest.fixture
def office(session: Db, tmp_path: Path) -> Office:
    hinted: list[UUID] = []
    reach = Reach(networks=HERE, watch_root=str(tmp_path / "watched"))
    return Office(Desk(store=folder_store(), limits=LIMITS, reach=reach, hint=hinted.append), hinted)


def answers(place: str, **changed: object) -> ScheduleAnswers:
    usual = ScheduleAnswers(name="Nightly visits", place=place, cron="0 3 * * *", choices=UploadChoices())
    return replace(usual, **changed)  # type: ignore[arg-type]


def add(admin: Actor, office: Office, place: str, **changed: object) -> UUID:
    return add_schedule(actor=admin, now=NOW, answers=answers(place, **changed), reach=office.desk.reach)


def morning(day: int) -> datetime:
    """Five past three, so many days after the schedule was made."""
    return (NOW + timedelta(days=day)).replace(hour=3, minute=5)


def result(session: Db, admin: Actor, schedule_id: UUID) -> tuple[str, bool]:
    session.rollback()
    found = schedule(session, organisation_id=admin.organisation_id, schedule_id=schedule_id)
    return found.last_result, found.is_failing


def imports(session: Db) -> list[tuple[str, str]]:
    """File name and uploader of every import."""
    session.rollback()
    rows = session.execute(sa.select(Import.file_name, Import.uploaded_by_name).order_by(Import.id))
    return [(row.file_name, row.uploaded_by_name) for row in rows]


def test_a_file_at_an_address_is_imported_when_its_time_has_come_and_only_when_it_has_changed(
    session: Db, admin: Actor, office: Office, site: Site
) -> None:
    site.pages["/export.csv"] = (200, {}, FILE)
    schedule_id = add(admin, office, f"{site.url}/export.csv")

    assert office.run(now=NOW + timedelta(minutes=1)) == 0
    assert office.run(now=morning(1)) == 1
    assert office.run(now=morning(1)) == 0
    assert office.run(now=morning(2)) == 0
    assert result(session, admin, schedule_id) == ("Nothing new.", False)
    site.pages["/export.csv"] = (200, {}, export_csv(visits(4)).encode())
    assert office.run(now=morning(3)) == 1

    assert imports(session) == [("export.csv", "schedule “Nightly visits”")] * 2
    assert advance(office.hinted[0]) is ImportState.REVIEW


def test_a_published_sheet_that_leads_elsewhere_is_followed_and_keeps_the_name_it_is_given(
    session: Db, admin: Actor, office: Office, site: Site
) -> None:
    site.pages["/pub?output=csv"] = (307, {"Location": "/real"}, b"")
    site.pages["/real"] = (200, {"Content-Disposition": 'attachment; filename="Visits 2026.csv"'}, FILE)
    add(admin, office, f"{site.url}/pub?output=csv")

    assert office.run(now=morning(1)) == 1

    assert [name for name, _ in imports(session)] == ["Visits 2026.csv"]


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ((404, {}, b""), "It answered with status 404."),
        ((200, {}, b"x" * 100_001), "The file there is larger than 0 MB."),
        ((200, {"Content-Length": "5000"}, FILE[:50]), "The transfer broke off."),
        ((302, {"Location": "/export.csv"}, b""), "It leads from one address to the next without an end."),
        ((302, {"Location": "http://169.254.169.254/"}, b""), "This address leads into a private network"),
        ((200, {}, b""), "The file is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_fetched_is_named_and_leaves_no_import(
    session: Db,
    admin: Actor,
    office: Office,
    site: Site,
    page: tuple[int, dict[str, str], bytes],
    sentence: str,
) -> None:
    site.pages["/export.csv"] = page
    schedule_id = add(admin, office, f"{site.url}/export.csv")

    office.run(now=morning(1))

    said, is_failing = result(session, admin, schedule_id)
    assert said.startswith(sentence)
    assert is_failing
    assert imports(session) == []
    site.pages["/export.csv"] = (200, {}, FILE)
    assert office.run(now=morning(2)) == 1
    assert result(session, admin, schedule_id) == ("One new file.", False)
    told = session.scalars(sa.select(AuditEvent.action).where(AuditEvent.subject_kind == "schedule")).all()
    assert list(told) == ["schedule.added", "schedule.failing", "schedule.recovered"]


@contextmanager
def watched(office: Office, admin: Actor) -> Iterator[Path]:
    folder = Path(office.desk.reach.watch_root) / str(admin.organisation_id) / "nightly"
    folder.mkdir(parents=True)
    yield folder


def lay(folder: Path, name: str, content: bytes, *, at: datetime) -> None:
    (folder / name).write_bytes(content)
    os.utime(folder / name, (at.timestamp(), at.timestamp()))


def test_every_new_file_of_a_watched_folder_comes_once_and_nothing_half_written_comes(
    session: Db, admin: Actor, office: Office
) -> None:
    with watched(office, admin) as folder:
        add(admin, office, "nightly")
        lay(folder, "a.csv", FILE, at=NOW)
        lay(folder, "b.csv", export_csv(visits(2)).encode(), at=NOW)
        lay(folder, "copy of a.csv", FILE, at=NOW)
        lay(folder, "c.csv.part", FILE, at=NOW)
        lay(folder, ".hidden", FILE, at=NOW)
        lay(folder, "fresh.csv", export_csv(visits(5)).encode(), at=morning(1) - timedelta(seconds=5))
        (folder / "link.csv").symlink_to("/etc/hostname")

        assert office.run(now=morning(1)) == 2
        assert [name for name, _ in imports(session)] == ["a.csv", "b.csv"]
        assert office.run(now=morning(2)) == 1
        lay(folder, "a.csv", export_csv(visits(6)).encode(), at=morning(2))
        assert office.run(now=morning(3)) == 1

    assert [name for name, _ in imports(session)] == ["a.csv", "b.csv", "fresh.csv", "a.csv"]


def test_a_folder_that_is_not_there_is_named(session: Db, admin: Actor, office: Office) -> None:
    schedule_id = add(admin, office, "nowhere")

    office.run(now=morning(1))

    assert result(session, admin, schedule_id) == (
        "The folder could not be read: it is not there, or this program may not open it.",
        True,
    )


def test_a_file_that_was_noted_by_a_worker_that_died_still_comes(
    session: Db, admin: Actor, office: Office, site: Site
) -> None:
    site.pages["/export.csv"] = (200, {}, FILE)
    add(admin, office, f"{site.url}/export.csv")
    assert office.run(now=morning(1)) == 1
    session.execute(sa.update(ScheduledFile).values(import_id=admin.id))  # its import never was
    session.commit()

    assert office.run(now=morning(2)) == 1


def clean_schedule(admin: Actor, office: Office, site: Site, rows: list[dict[str, str]]) -> UUID:
    """A schedule that approves clean files by a template, and the import that its first run made."""
    earlier = build_review(actor=admin, content=[visit(90)])
    save_template(actor=admin, now=NOW, import_id=earlier, name="Visits")
    site.pages["/export.csv"] = (200, {}, export_csv(rows).encode())
    choices = UploadChoices(template="Visits")
    add(admin, office, f"{site.url}/export.csv", choices=choices, approves_clean=True)
    assert office.run(now=morning(1)) == 1
    assert advance(office.hinted[0]) is ImportState.REVIEW
    return office.hinted[0]


def test_a_clean_file_is_approved_by_itself_where_an_admin_has_said_so(
    session: Db, admin: Actor, office: Office, site: Site
) -> None:
    import_id = clean_schedule(admin, office, site, visits(3))

    assert approve_clean_imports(now=morning(1), hint=office.hinted.append) == 1

    assert advance(import_id) is ImportState.COMPLETED
    found = session.get_one(Import, import_id)
    assert (found.decided_by_kind, found.decided_by_name) == ("process", "schedule “Nightly visits”")


@pytest.mark.parametrize("spoilt", [{"client_phone": "12"}, {"species": "wyvern"}])
def test_a_file_with_anything_to_look_at_waits_for_people(
    session: Db, admin: Actor, office: Office, site: Site, spoilt: dict[str, str]
) -> None:
    import_id = clean_schedule(admin, office, site, [*visits(3), visit(4, **spoilt)])

    assert approve_clean_imports(now=morning(1), hint=office.hinted.append) == 0

    session.rollback()
    assert session.get_one(Import, import_id).state is ImportState.REVIEW


@pytest.mark.parametrize(
    "changed",
    [
        {"place": "file:///etc/passwd"},
        {"choices": UploadChoices(source="paper")},
        {"choices": UploadChoices(template="not there")},
        {"approves_clean": True},
    ],
)
def test_a_schedule_that_cannot_be_is_refused_with_a_sentence(
    session: Db, admin: Actor, office: Office, changed: dict[str, object]
) -> None:
    with pytest.raises(InvalidInputError, match=r"\.$"):
        add(admin, office, **{"place": "nightly", **changed})  # type: ignore[arg-type]


def test_a_schedule_that_is_off_does_not_run_and_nobody_else_can_touch_it(
    session: Db, admin: Actor, office: Office, site: Site
) -> None:
    site.pages["/export.csv"] = (200, {}, FILE)
    schedule_id = add(admin, office, f"{site.url}/export.csv")
    switch_schedule(actor=admin, now=NOW, schedule_id=schedule_id, is_on=False)
    assert office.run(now=morning(1)) == 0
    stranger = actor_of(build_person())
    for use_case in (partial(switch_schedule, is_on=True), run_now, delete_schedule):
        with pytest.raises(NotFoundError):
            use_case(actor=stranger, now=NOW, schedule_id=schedule_id)

    switch_schedule(actor=admin, now=NOW, schedule_id=schedule_id, is_on=True)
    run_now(actor=admin, now=NOW, schedule_id=schedule_id)
    assert office.run(now=NOW) == 1
    delete_schedule(actor=admin, now=NOW, schedule_id=schedule_id)
    assert session.scalars(sa.select(ImportSchedule)).all() == []
