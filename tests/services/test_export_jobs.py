"""Exports in the background: whole or not at all, whoever is killed; fetched for a while by the right people only."""

import errno
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError
from phcs.core.exporting.jobs import GAVE_UP, ExportState
from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.export_jobs import ExportJob
from phcs.models.reviews import Notice
from phcs.queries.export_jobs import ExportLine, export_line, export_lines
from phcs.queries.exporting import ExportFilter
from phcs.services.export_files import NotReadyError, fetch_export, purge_exports
from phcs.services.export_jobs import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    MOST_OPEN,
    TooManyExportsError,
    claim_export,
    request_export,
)
from phcs.services.export_writing import ExportDesk, write_export
from phcs.services.exporting import AskedExport, ExportForm, export_records
from phcs.services.purging import orphans_in
from phcs.services.store import FolderStore, Readable, StoredFile
from phcs.tasks.imports import sweep
from phcs.tasks.lookout import look_around
from tests.builders import NOW, actor_of, build_actor, build_person
from tests.import_builders import count, folder_store
from tests.record_builders import build_owner

AnySession = scoped_session[Session]
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
KEPT = timedelta(hours=24)
LATE = NOW + timedelta(seconds=LEASE_SECONDS + 1)
OWNERS = AskedExport(kind=RecordKind.OWNER, form=ExportForm.CSV)


@pytest.fixture
def admin(session: AnySession) -> Actor:
    actor = actor_of(build_person())
    for number in range(30):
        build_owner(session, actor.organisation_id, f"Owner {number:02}")
    session.commit()
    return actor


def desk(now: datetime = NOW, **given: Any) -> ExportDesk:
    return replace(ExportDesk(clock=lambda: now, store=folder_store(), keep=KEPT), **given)


def asked(actor: Actor, what: AskedExport = OWNERS) -> UUID:
    return request_export(actor=actor, now=NOW, asked=what)


def line(actor: Actor, export_id: UUID, now: datetime = NOW) -> ExportLine:
    db.session.rollback()
    return export_line(db.session(), organisation_id=actor.organisation_id, export_id=export_id, now=now)


def fetched(actor: Actor, export_id: UUID, now: datetime = NOW, token: str | None = None) -> bytes:
    word = line(actor, export_id).token if token is None else token
    file = fetch_export(actor=actor, now=now, export_id=export_id, token=word, store=folder_store())
    return b"".join(file.pieces)


def stored_files() -> list[Path]:
    folder = folder_store().folder
    return list(folder.iterdir()) if folder.is_dir() else []


class MeddledStore(FolderStore):
    """A folder where something happens after a file was written, before the writer can say so."""

    def __init__(self, then: Callable[[], object]) -> None:
        super().__init__(str(folder_store().folder))
        self._then = then

    def save(self, stream: Readable, *, file_id: UUID, max_bytes: int) -> StoredFile:
        stored = super().save(stream, file_id=file_id, max_bytes=max_bytes)
        self._then()
        return stored


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def broken() -> None:
    raise RuntimeError("nobody foresaw this")


@pytest.mark.parametrize("form", ExportForm)
def test_the_file_holds_what_would_have_been_sent_at_once(
    session: AnySession, admin: Actor, form: ExportForm
) -> None:
    what = AskedExport(kind=RecordKind.OWNER, form=form, wanted=ExportFilter(text="Owner 1"))
    export_id = asked(admin, what)

    assert write_export(export_id=export_id, desk=desk())

    found = line(admin, export_id)
    sent = b"".join(export_records(actor=admin, now=NOW, asked=what))
    assert (found.state, found.rows_done, found.expires_at) == (ExportState.READY, 10, NOW + KEPT)
    assert found.size == len(fetched(admin, export_id))
    assert form is ExportForm.XLSX or fetched(admin, export_id) == sent  # a workbook holds its time


def test_a_worker_that_is_gone_is_followed_by_one_that_begins_anew(session: AnySession, admin: Actor) -> None:
    export_id = asked(admin)
    gone = claim_export(export_id=export_id, now=NOW)
    assert gone is not None
    folder_store().folder.mkdir(exist_ok=True)
    (folder_store().folder / gone.file_id.hex).write_bytes(b"half a file")

    too_early = write_export(export_id=export_id, desk=desk())
    in_time = write_export(export_id=export_id, desk=desk(LATE))

    assert (too_early, in_time) == (False, True)
    assert [path.stat().st_size for path in stored_files()] == [line(admin, export_id).size]


def test_a_worker_that_wakes_up_too_late_changes_nothing(session: AnySession, admin: Actor) -> None:
    export_id = asked(admin)
    much_later = LATE + timedelta(hours=1)
    store = MeddledStore(lambda: claim_export(export_id=export_id, now=much_later))

    assert not write_export(export_id=export_id, desk=desk(store=store))

    assert line(admin, export_id).state is ExportState.WRITING
    assert stored_files() == []
    assert write_export(export_id=export_id, desk=desk(much_later + timedelta(hours=1)))
    assert fetched(admin, export_id).startswith(b"\xef\xbb\xbfowner.external_id")


def test_the_third_attempt_that_breaks_off_is_the_last(session: AnySession, admin: Actor) -> None:
    export_id = asked(admin)

    for _ in range(MOST_ATTEMPTS):
        assert not write_export(export_id=export_id, desk=desk(store=MeddledStore(broken)))

    found = line(admin, export_id)
    assert (found.state, found.failure_code) == (ExportState.FAILED, GAVE_UP)
    assert "broke off 3 times" in found.failure
    assert stored_files() == []
    assert session.scalars(sa.select(Notice.kind)).all() == ["export_failed"]


@on_sqlite
def test_three_workers_that_were_killed_are_enough(session: AnySession, admin: Actor) -> None:
    export_id = asked(admin)

    for number in range(MOST_ATTEMPTS + 1):
        claim_export(export_id=export_id, now=NOW + timedelta(hours=number))

    assert line(admin, export_id).failure_code == GAVE_UP


@on_sqlite
def test_a_full_store_is_said_and_keeps_nothing(session: AnySession, admin: Actor) -> None:
    export_id = asked(admin)

    write_export(export_id=export_id, desk=desk(store=MeddledStore(full)))

    found = line(admin, export_id)
    assert (found.state, found.failure_code) == (ExportState.FAILED, "limit.no_room")
    assert "no room" in found.failure
    assert stored_files() == []


@on_sqlite
def test_a_worker_that_is_asked_to_stop_costs_no_attempt(session: AnySession, admin: Actor) -> None:
    export_id = asked(admin)

    write_export(export_id=export_id, desk=desk(stopping=lambda: True))

    job = session.get_one(ExportJob, export_id)
    assert (job.lease_until, job.attempts, stored_files()) == (None, 0, [])


@on_sqlite
def test_only_the_right_people_fetch_it_and_only_in_time(session: AnySession, admin: Actor) -> None:
    export_id = asked(admin)
    with pytest.raises(NotReadyError):
        fetched(admin, export_id)
    write_export(export_id=export_id, desk=desk())
    token = line(admin, export_id).token
    colleague = build_actor(role=Role.AUDITOR, organisation_id=admin.organisation_id)
    powerless = Actor(kind=admin.kind, organisation_id=admin.organisation_id, id=admin.id, name="Key")

    assert fetched(colleague, export_id) == fetched(admin, export_id)
    with pytest.raises(NotFoundError):
        fetched(admin, export_id, token=token[:-1])
    with pytest.raises(NotFoundError):
        fetch_export(
            actor=actor_of(build_person()), now=NOW, export_id=export_id, token=token, store=folder_store()
        )
    with pytest.raises(NotAllowedError):
        fetched(powerless, export_id)
    with pytest.raises(NotReadyError):
        fetched(admin, export_id, now=NOW + KEPT)
    assert line(admin, export_id, NOW + KEPT).state is ExportState.EXPIRED
    assert count(AuditEvent, AuditEvent.action == "records.exported") == 2


def test_the_purge_deletes_file_and_filters_when_their_time_is_over(
    session: AnySession, admin: Actor
) -> None:
    export_id = asked(
        admin, AskedExport(kind=RecordKind.OWNER, form=ExportForm.CSV, wanted=ExportFilter(tag="vip"))
    )
    write_export(export_id=export_id, desk=desk())
    [file] = stored_files()
    os.utime(file, (0, 0))

    assert (purge_exports(now=NOW, store=folder_store()), file.exists()) == (0, True)
    assert list(orphans_in(folder_store(), now=NOW)) == []
    assert purge_exports(now=NOW + KEPT, store=folder_store()) == 1
    assert purge_exports(now=NOW + KEPT, store=folder_store()) == 0

    assert not file.exists()
    assert session.get_one(ExportJob, export_id).wanted == {}
    assert count(AuditEvent, AuditEvent.action == "export.purged") == 1


@on_sqlite
def test_who_asked_is_told_when_it_is_ready(session: AnySession, admin: Actor) -> None:
    write_export(export_id=asked(admin), desk=desk())

    [notice] = session.scalars(sa.select(Notice)).all()
    assert (notice.person_id, notice.kind, notice.import_id) == (admin.id, "export_ready", None)


@on_sqlite
def test_nobody_fills_the_queue_alone(session: AnySession, admin: Actor) -> None:
    for _ in range(MOST_OPEN):
        asked(admin)

    with pytest.raises(TooManyExportsError):
        asked(admin)
    assert asked(actor_of(build_person())) is not None


@on_sqlite
def test_what_cannot_be_asked_for_is_refused(session: AnySession, admin: Actor) -> None:
    odd = AskedExport(kind=RecordKind.OWNER, form=ExportForm.CSV, wanted=ExportFilter(status="new"))

    with pytest.raises(InvalidInputError, match="no status"):
        asked(admin, odd)
    assert export_lines(db.session(), organisation_id=admin.organisation_id, now=NOW).rows == ()


def test_a_worker_finds_an_export_that_nobody_told_it_of(
    app: Flask, session: AnySession, admin: Actor
) -> None:
    first, second = asked(admin), asked(admin)

    look_around(lambda: True, lambda: False)

    assert [line(admin, one).state for one in (first, second)] == [ExportState.READY] * 2


@on_sqlite
def test_the_sweep_tells_workers_of_exports(worker: None, session: AnySession, admin: Actor) -> None:
    export_id = asked(admin)

    sweep()

    end = time.monotonic() + 15
    while line(admin, export_id).is_open and time.monotonic() < end:
        db.session.remove()
    assert line(admin, export_id).rows_done == 30
