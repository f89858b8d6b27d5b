"""The purge: what is due goes, wholly and once, with an event for each; what is needed stays."""

import os
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import PurgedError
from phcs.core.retention import KeepDays
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.base import Base
from phcs.models.history import HISTORY_TABLES
from phcs.models.imports import Import, SourceTable
from phcs.models.plans import LedgerRow, MatchDecision
from phcs.models.records import MatchKey
from phcs.models.reversals import Reversal
from phcs.queries.audit_chains import verify_trail
from phcs.services.approval import abort_import, cancel_import, retry_import
from phcs.services.purging import PURGED_TABLES, PURGED_UNLESS_PROMOTED, PurgeReport, purge_due
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    advance,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    folder_store,
    live_hashes,
    seen,
    visits,
    workshop,
)

Db = scoped_session[Session]
DAY = timedelta(days=1)
KEEP = KeepDays(files=7, staged=30, undo=30)


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def purge(*, after: timedelta, rows_at_once: int = 10_000, keep: KeepDays = KEEP) -> PurgeReport:
    return purge_due(now=NOW + after, store=workshop().store, keep=keep, rows_at_once=rows_at_once)


def left(import_id: UUID) -> dict[str, int]:
    """How many rows of each table that the purge empties are there."""
    tables = (*PURGED_TABLES, *PURGED_UNLESS_PROMOTED)
    numbers = {one.__tablename__: count(one, _of_import(one.__table__, import_id)) for one in tables}
    return {name: number for name, number in numbers.items() if number}


def _of_import(table: Any, import_id: UUID) -> sa.ColumnElement[bool]:
    if "import_id" in table.columns:
        return cast("sa.ColumnElement[bool]", table.c.import_id == import_id)
    of_import = sa.select(Reversal.id).where(Reversal.import_id == import_id)
    return cast("sa.ColumnElement[bool]", table.c.reversal_id.in_(of_import))


def events(action: str) -> list[AuditEvent]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


def file_exists(import_id: UUID) -> bool:
    return folder_store().path(import_id.hex).exists()


def fail_promotion(import_id: UUID, *, at: datetime = NOW) -> None:
    """The import as a promotion leaves it that was given up."""
    change_behind_the_back(
        Import,
        Import.id == import_id,
        state=ImportState.FAILED,
        failed_from="approved",
        approved_fingerprint=Import.plan_fingerprint,
        finished_at=at,
        version=Import.version + 1,
    )


def build_failure(admin: Actor, number: int = 5) -> UUID:
    import_id = build_review(actor=admin, content=visits(number))
    fail_promotion(import_id)
    return import_id


def test_the_file_goes_on_its_date_and_not_before(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))

    purge(after=7 * DAY - timedelta(seconds=1))
    assert file_exists(import_id)

    report = purge(after=7 * DAY)
    assert (report.files, report.rows) == (1, 0)
    assert not file_exists(import_id)
    assert seen(import_id).purged.file_at == NOW + 7 * DAY


def test_the_deletion_of_a_file_is_told_once_with_its_hash(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    details = seen(import_id)

    purge(after=8 * DAY)
    purge(after=9 * DAY)

    [event] = events("import.file_purged")
    assert event.detail == {"sha256": details.file_sha256, "size": details.file_size}
    assert (event.actor_name, event.import_id) == ("the purge", import_id)
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


def test_rows_findings_and_plan_go_and_what_they_added_up_to_stays(session: Db, admin: Actor) -> None:
    rows = visits(5)
    rows[2]["client_email"] = "not an address"
    import_id = build_promotion(actor=admin, content=rows)
    live, before = live_hashes(admin.organisation_id), seen(import_id)
    assert set(left(import_id)) == {
        *("plan_rows", "plan_actions", "match_keys", "import_staging"),
        *("findings", "finding_causes", "finding_values"),
    }

    report = purge(after=30 * DAY)

    after = seen(import_id)
    assert report == PurgeReport(files=1, rows=1, orphans=0, put_off=0)
    assert set(left(import_id)) == {"match_keys"}
    assert live_hashes(admin.organisation_id) == live
    assert count(LedgerRow) == 5
    assert (after.row_counts, after.finding_counts, after.plan_counts, after.plan_fingerprint) == (
        before.row_counts,
        before.finding_counts,
        before.plan_counts,
        before.plan_fingerprint,
    )


def test_the_deletion_of_rows_is_told_once_with_their_numbers_alone(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(5))
    numbers = {name: number for name, number in left(import_id).items() if name != "match_keys"}

    purge(after=31 * DAY)
    purge(after=32 * DAY)

    [event] = events("import.rows_purged")
    assert event.detail == numbers
    assert event.values in (None, {})


def test_samples_of_the_file_go_with_the_rows_and_the_headings_stay(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(5))
    [before] = seen(import_id).tables
    assert before.reading.first_rows

    purge(after=31 * DAY)

    [after] = seen(import_id).tables
    assert (after.reading.first_rows, {column.samples for column in after.reading.columns}) == ((), {()})
    assert [one.heading for one in after.reading.columns] == [one.heading for one in before.reading.columns]
    assert after.mapping == before.mapping
    assert "person1@example.org" not in str(session.scalars(sa.select(SourceTable.reading)).all())


def test_a_plan_stays_while_its_promotion_can_be_undone(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(2))
    long_undo = KeepDays(files=7, staged=30, undo=90)

    purge(after=89 * DAY, keep=long_undo)
    assert "plan_actions" in left(import_id)

    purge(after=90 * DAY, keep=long_undo)
    assert "plan_actions" not in left(import_id)


def test_keys_that_only_a_plan_has_found_go_with_it(session: Db, admin: Actor) -> None:
    import_id = build_failure(admin)
    assert count(MatchKey) > 0

    purge(after=30 * DAY)

    assert (left(import_id), count(MatchKey)) == ({}, 0)


def test_of_an_import_that_a_person_ended_file_and_samples_go_together(session: Db, admin: Actor) -> None:
    aborted = build_review(actor=admin, content=visits(2))
    abort_import(actor=admin, now=NOW, import_id=aborted, reason="")
    cancelled = build_import(actor=admin, content=visits(3))
    cancel_import(actor=admin, now=NOW, import_id=cancelled)

    report = purge(after=7 * DAY)

    assert report == PurgeReport(files=2, rows=2, orphans=0, put_off=0)
    assert [file_exists(one) for one in (aborted, cancelled)] == [False, False]
    assert seen(aborted).tables[0].reading.first_rows == ()


def test_nothing_goes_from_an_import_that_waits_for_a_person(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    before = left(import_id)

    assert purge(after=1_000 * DAY) == PurgeReport(files=0, rows=0, orphans=0, put_off=0)

    assert (file_exists(import_id), left(import_id)) == (True, before)


def test_small_chunks_delete_the_same_as_large_ones(session: Db, admin: Actor) -> None:
    import_id = build_failure(admin, 23)
    decide_behind_the_back(import_id, admin, rows=7)
    numbers = left(import_id)

    purge(after=30 * DAY, rows_at_once=3)

    assert left(import_id) == {}
    assert events("import.rows_purged")[0].detail == numbers


def decide_behind_the_back(import_id: UUID, admin: Actor, *, rows: int) -> None:
    with transaction() as writing:
        for row_no in range(2, 2 + rows):
            writing.add(
                MatchDecision(
                    import_id=import_id,
                    organisation_id=admin.organisation_id,
                    table_no=1,
                    row_no=row_no,
                    owner_id=admin.id,
                    same=True,
                    decided_by_name=admin.name,
                    decided_at=NOW,
                )
            )


def test_a_file_that_was_deleted_just_before_a_kill_is_told_by_the_next_run(
    session: Db, admin: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=visits(2))
    workshop().store.delete(import_id.hex)

    assert purge(after=8 * DAY).files == 1

    assert len(events("import.file_purged")) == 1


def test_a_purge_that_was_begun_ends_even_if_the_setting_has_grown_meanwhile(
    session: Db, admin: Actor
) -> None:
    import_id = build_failure(admin)
    change_behind_the_back(Import, Import.id == import_id, rows_purge_begun_at=NOW + 30 * DAY)

    purge(after=31 * DAY, keep=KeepDays(files=400, staged=400, undo=400))

    assert left(import_id) == {}


def test_a_failed_import_whose_rows_are_gone_cannot_be_tried_again_and_says_why(
    session: Db, admin: Actor
) -> None:
    import_id = build_failure(admin)
    purge(after=30 * DAY)

    with pytest.raises(PurgedError, match=r"deleted on 21 Dec 2026.*Upload the file anew"):
        retry_import(actor=admin, now=NOW + 31 * DAY, import_id=import_id)

    assert seen(import_id).row.state is ImportState.FAILED


def test_a_file_that_failed_to_read_cannot_be_tried_again_when_it_is_gone(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=b"%PDF-1.7 not an export")
    advance(import_id)
    purge(after=7 * DAY)

    with pytest.raises(PurgedError, match="deleted on 28 Nov 2026"):
        retry_import(actor=admin, now=NOW + 8 * DAY, import_id=import_id)


def test_a_failed_promotion_can_be_tried_again_without_its_file(session: Db, admin: Actor) -> None:
    import_id = build_failure(admin)
    change_behind_the_back(
        Import,
        Import.id == import_id,
        decided_by_kind="person",
        decided_by_name=admin.name,
        decided_by=admin.id,
    )
    purge(after=7 * DAY)

    retry_import(actor=admin, now=NOW + 8 * DAY, import_id=import_id)

    assert advance(import_id) is ImportState.COMPLETED


def test_a_file_of_no_import_goes_after_a_day_and_what_is_not_ours_stays(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    folder = folder_store().folder
    orphan, half, fresh = (
        folder / f"{digit * 32}{end}" for digit, end in (("a", ""), ("b", ".part"), ("c", ""))
    )
    foreign = folder / "notes.txt"
    for path in (orphan, half, fresh, foreign):
        path.write_bytes(b"x")
    old = (NOW - 2 * DAY).timestamp()
    stuck = folder / ("d" * 32)
    stuck.mkdir()  # no file that could be deleted
    for path in (orphan, half, stuck, foreign, folder / import_id.hex):
        os.utime(path, (old, old))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))

    assert purge(after=timedelta(0)).orphans == 2

    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [import_id.hex, fresh.name, foreign.name, stuck.name]
    )


def test_one_import_that_cannot_be_purged_now_does_not_hold_up_the_others(session: Db, admin: Actor) -> None:
    stuck = build_promotion(actor=admin, content=visits(2))
    other = build_promotion(actor=admin, content=visits(2, first=10))
    path = folder_store().path(stuck.hex)
    path.unlink()
    path.mkdir()  # unlinking a folder is refused by the system

    report = purge(after=8 * DAY)

    assert (report.files, report.put_off, file_exists(other)) == (1, 1, False)
    assert seen(stuck).purged.file_at is None
    assert len(events("import.file_purged")) == 1


KEPT_FOR_EVER = {
    *(table.__tablename__ for table in HISTORY_TABLES.values()),
    "audit_events",
    "cases",
    "corrected_rows",
    "external_ids",
    "import_profiles",
    "kept_answers",
    "match_keys",
    "notices",
    "owners",
    "pets",
    "quality_counts",
    "quality_log",
    "raised_guards",
    "rehearsals",
    "reversals",
    "row_ledger",
    "scheduled_files",
    "source_tables",
    "verifications",
    "webhook_deliveries",
}
"""Live records, and tables with rows of imports that are no copies of the file or are emptied of samples only."""


def test_every_table_that_holds_rows_of_an_import_is_either_purged_or_kept_on_purpose() -> None:
    of_imports = {
        name
        for name, table in Base.metadata.tables.items()
        if {"import_id", "reversal_id"} & set(table.columns.keys())
    }

    assert of_imports - KEPT_FOR_EVER == {table.__tablename__ for table in PURGED_TABLES}
