"""Staging: every row of the file is checked and kept, once, however often the work is broken off."""

from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.findings import FindingCode, Severity
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, StagedFinding, StagedRow
from phcs.services.approval import retry_import
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    Clock,
    advance,
    build_import,
    build_review,
    count,
    export_csv,
    folder_store,
    seen,
    table_hash,
    visit,
    visits,
)

Db = scoped_session[Session]
STOPS = [1, 2, 3]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


class StoppedError(Exception):
    """The worker ended in the middle of its work."""


def file_of(import_id: object) -> Import:
    db.session.rollback()
    return db.session.get_one(Import, import_id)


def test_a_row_is_kept_with_its_own_number_cells_record_and_status(session: Db, admin: Actor) -> None:
    content = export_csv([visit(1, client_name="Ana Silva"), visit(2, client_name="")])
    header, *lines = content.splitlines()

    build_review(actor=admin, content="\n".join([header, lines[0], "", lines[1]]))

    rows = session.scalars(sa.select(StagedRow).order_by(StagedRow.row_no)).all()
    assert [(row.row_no, row.status.value) for row in rows] == [(2, "valid"), (4, "error")]
    assert rows[0].cells[2] == "Ana Silva"
    assert rows[0].record["owner"]["full_name"] == "Ana Silva"


def test_every_finding_of_a_row_is_kept_with_its_column_and_value(session: Db, admin: Actor) -> None:
    import_id = build_review(
        actor=admin, content=[visit(1, client_name="", client_phone="12", request_date="2031-01-01")]
    )

    found = {one.code: one for one in session.scalars(sa.select(StagedFinding))}

    phone = found[FindingCode.PHONE_INVALID]
    assert set(found) >= {FindingCode.NAME_MISSING, FindingCode.PHONE_INVALID, FindingCode.DATE_FUTURE}
    assert (phone.row_no, phone.stage, phone.column_name, phone.value) == (2, "check", "client_phone", "12")
    assert found[FindingCode.NAME_MISSING].severity is Severity.ERROR
    assert seen(import_id).finding_counts == dict.fromkeys(found, 1)


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_the_size_of_chunks_makes_no_difference(session: Db, admin: Actor, size: int) -> None:
    rows = [*visits(15), visit(16, client_name=""), visit(17, client_phone="")]
    whole = build_import(actor=admin, content=rows)
    parts = build_import(actor=admin, content=rows)
    columns = [StagedRow.row_no, StagedRow.status, StagedRow.cells, StagedRow.record]
    kept = []

    for import_id, chunk_rows in ((whole, 500), (parts, size)):
        assert advance(import_id, chunk_rows=chunk_rows) is ImportState.REVIEW
        staged = sa.select(*columns).where(StagedRow.import_id == import_id).order_by(StagedRow.row_no)
        kept.append([tuple(row) for row in session.execute(staged)])

    assert kept[0] == kept[1]
    assert seen(whole).row_counts == seen(parts).row_counts == {"valid": 15, "warning": 1, "error": 1}


@pytest.mark.parametrize("stop_after", STOPS)
def test_the_next_worker_goes_on_after_the_last_kept_chunk(
    session: Db, admin: Actor, stop_after: int
) -> None:
    clock, told = Clock(), []
    import_id = build_import(actor=admin, content=[*visits(9), visit(10, client_name="")])

    def stop(stage: str, done: int, total: int) -> None:
        if done == 3 * stop_after:
            raise StoppedError

    with pytest.raises(StoppedError):
        advance(import_id, clock=clock, chunk_rows=3, told=stop)
    first = table_hash(StagedRow)
    clock.wait(31)
    reached = advance(import_id, clock=clock, chunk_rows=3, told=lambda *progress: told.append(progress))

    assert reached is ImportState.REVIEW
    assert told[0] == ("checking", min(10, 3 * stop_after + 3), 10)
    assert table_hash(StagedRow, StagedRow.row_no <= 3 * stop_after + 1) == first
    assert seen(import_id).row_counts == {"valid": 9, "error": 1}
    assert count(StagedRow) == 10
    events = Counter(session.scalars(sa.select(AuditEvent.action)))
    assert events["import.staged"] == 1


def test_a_file_that_is_no_longer_what_was_read_fails_in_words(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(10))
    stored = folder_store().path(file_of(import_id).stored_name)

    def shorten(stage: str, done: int, total: int) -> None:
        raise StoppedError

    clock = Clock()
    with pytest.raises(StoppedError):
        advance(import_id, clock=clock, chunk_rows=5, told=shorten)
    clock.wait(31)
    stored.write_text(export_csv(visits(7)))

    assert advance(import_id, clock=clock, chunk_rows=5) is ImportState.FAILED

    details = seen(import_id)
    assert details.failure_code == "file.changed"
    assert details.failure == ("The stored file is not the one that was uploaded any more. Upload it again.")


def test_an_import_that_failed_half_staged_can_be_tried_again(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(10))
    stored = folder_store().path(file_of(import_id).stored_name)
    content = stored.read_bytes()

    def spoil(stage: str, done: int, total: int) -> None:
        stored.write_text(export_csv(visits(7)))
        raise StoppedError

    clock = Clock()
    with pytest.raises(StoppedError):
        advance(import_id, clock=clock, chunk_rows=5, told=spoil)
    clock.wait(31)
    assert advance(import_id, clock=clock, chunk_rows=5) is ImportState.FAILED
    stored.write_bytes(content)

    retry_import(actor=admin, now=NOW, import_id=import_id)

    assert advance(import_id, clock=clock, chunk_rows=5) is ImportState.REVIEW
    assert seen(import_id).row_counts == {"valid": 10}
    assert count(StagedRow) == 10


def test_progress_is_told_in_rows_and_percent_while_rows_are_checked(session: Db, admin: Actor) -> None:
    clock, shown = Clock(), []
    import_id = build_import(actor=admin, content=visits(8))

    def look(stage: str, done: int, total: int) -> None:
        clock.wait(2)
        progress = seen(import_id).progress
        shown.append((progress.stage, progress.rows_done, progress.rows_total, progress.percent))

    advance(import_id, clock=clock, chunk_rows=4, told=look)

    assert shown == [("checking", 4, 8, 30), ("checking", 8, 8, 55)]
