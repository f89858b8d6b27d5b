"""Rows of several tables go the whole way of an import beside each other: a row is its table and its number."""

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.correcting.writing import file_pieces
from phcs.core.findings import FindingCode, RowStatus
from phcs.core.packing import packed_pieces
from phcs.core.repairing import CellRepair
from phcs.core.row_places import RowPlace
from phcs.core.states import ImportState
from phcs.core.undoing import Direction
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import StagedFinding, StagedRow
from phcs.models.plans import LedgerRow, PlanAction, PlanRow
from phcs.models.quality import LoggedFinding
from phcs.models.records import Owner
from phcs.queries.finding_causes import finding_causes
from phcs.queries.preview import PreviewFilter, preview_rows
from phcs.queries.rejected_rows import error_tables
from phcs.services.confirming import confirm_findings
from phcs.services.correcting import Corrected, correct_rows
from phcs.services.repairing import repair_cells, take_back_repairs
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    Clock,
    advance,
    approve,
    build_import,
    count,
    people_and_visits,
    seen,
    visit,
    workshop,
)
from tests.undo_builders import carry_out

Db = scoped_session[Session]
NAME_OF_PEOPLE, NAME_OF_VISITS = 0, 2


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(organisation=build_organisation()))


def build_two(actor: Actor) -> UUID:
    return build_import(actor=actor, content=people_and_visits(), file_name="export.zip")


def statuses(import_id: UUID) -> Mapping[RowPlace, str]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(PlanRow.table_no, PlanRow.row_no, PlanRow.status).where(PlanRow.import_id == import_id)
    )
    return {RowPlace(table_no, row_no): status.value for table_no, row_no, status in rows}


def kept(import_id: UUID) -> list[Any]:
    """Every staged row, finding and planned row, without the import's own ids."""
    db.session.rollback()
    found: list[Any] = []
    for table in (StagedRow, StagedFinding, PlanRow):
        own = {"import_id", "record_id", "owner_id", "plan_digest", "match"}
        columns = [column for column in table.__table__.columns if column.name not in own]
        query = sa.select(*columns).where(table.__table__.c.import_id == import_id)
        found += sorted(tuple(map(str, row)) for row in db.session.execute(query))
    return found


def missing_phones(import_id: UUID, actor: Actor) -> dict[int, tuple[int, int]]:
    """By table: how many findings say that a phone is missing, and how many of them are confirmed."""
    causes = finding_causes(db.session(), organisation_id=actor.organisation_id, import_id=import_id)
    return {
        one.table_no: (one.number, one.confirmed) for one in causes if one.code is FindingCode.PHONE_MISSING
    }


def test_findings_are_counted_and_confirmed_table_by_table(session: Db, admin: Actor) -> None:
    import_id = build_two(admin)
    assert advance(import_id) is ImportState.REVIEW
    assert missing_phones(import_id, admin) == {1: (1, 0), 2: (1, 0)}

    confirm_findings(
        actor=admin,
        now=NOW,
        import_id=import_id,
        code=FindingCode.PHONE_MISSING,
        column="client_phone",
        table_no=2,
    )

    assert missing_phones(import_id, admin) == {1: (1, 0), 2: (1, 1)}


def test_rows_with_the_same_number_are_repaired_and_taken_back_apart(session: Db, admin: Actor) -> None:
    import_id = build_two(admin)
    advance(import_id)
    before, person, caller = seen(import_id).plan_fingerprint, RowPlace(1, 3), RowPlace(2, 3)
    rows = statuses(import_id)
    assert (rows[person], rows[caller], rows[RowPlace(1, 2)]) == ("error", "error", "valid")

    done = repair_cells(
        actor=admin,
        now=NOW,
        import_id=import_id,
        repairs=[
            CellRepair(3, NAME_OF_PEOPLE, "Noor Khan"),
            CellRepair(3, NAME_OF_VISITS, "Vera Costa", table_no=2),
        ],
    )
    assert (done.rows, dict(done.statuses)) == (2, {"valid": 2})
    advance(import_id)
    assert {statuses(import_id)[place] for place in (person, caller)} == {"valid"}

    take_back_repairs(actor=admin, now=NOW, import_id=import_id, batch_no=1, row=caller)
    advance(import_id)
    assert [statuses(import_id)[place] for place in (person, caller)] == ["valid", "error"]

    take_back_repairs(actor=admin, now=NOW, import_id=import_id, batch_no=1)
    advance(import_id)
    assert seen(import_id).plan_fingerprint == before


def test_rows_with_the_same_number_are_promoted_and_undone_apart(session: Db, admin: Actor) -> None:
    import_id = build_two(admin)
    advance(import_id)
    page = preview_rows(
        db.session(),
        organisation_id=admin.organisation_id,
        import_id=import_id,
        wanted=PreviewFilter(places=(RowPlace(2, 2),)),
    )
    assert [(row.place, row.record["owner"]["full_name"]) for row in page.rows] == [
        (RowPlace(2, 2), visit(1)["client_name"])
    ]
    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED
    assert count(LedgerRow, LedgerRow.import_id == import_id) == 8
    told = db.session.scalars(
        sa.select(AuditEvent.detail).where(
            AuditEvent.import_id == import_id, AuditEvent.action == "case.created"
        )
    ).all()
    assert [detail["table"] for detail in told] == [2] * 4

    carry_out(import_id, actor=admin, direction=Direction.UNDO)
    assert count(Owner, Owner.organisation_id == admin.organisation_id) == 0


class StoppedError(Exception):
    """The worker ended in the middle of its work."""


@pytest.mark.parametrize("parts", [{}, {"split_rows": 2}])
def test_a_worker_killed_at_any_row_of_any_table_leaves_the_import_as_it_would_have_been(
    session: Db, admin: Actor, parts: dict[str, Any]
) -> None:
    clock = Clock()
    whole, broken = build_two(admin), build_two(admin)
    advance(whole)

    for at_row in (2, 3, 4, 6, 8):

        def stop(stage: str, done: int, total: int, at_row: int = at_row) -> None:
            if stage == "checking" and done >= at_row:
                raise StoppedError

        with pytest.raises(StoppedError):
            advance(broken, told=stop, clock=clock, chunk_rows=1, max_attempts=99, **parts)
        clock.wait(60)
    assert advance(broken, clock=clock, chunk_rows=1, **parts) is ImportState.REVIEW

    assert kept(broken) == kept(whole)
    assert seen(broken).row_counts == seen(whole).row_counts
    assert seen(broken).finding_counts == seen(whole).finding_counts
    assert count(StagedRow, StagedRow.import_id == broken, StagedRow.status == RowStatus.ERROR) == 2
    assert count(PlanAction, PlanAction.import_id == broken, PlanAction.table_no == 2) > 0


def rejected_as_zip(import_id: UUID, actor: Actor) -> dict[str, list[list[str]]]:
    """The download of all rejected rows: each table's file as rows of cells."""
    db.session.rollback()
    files = error_tables(db.session(), seen(import_id), organisation_id=actor.organisation_id)
    return {name: list(table) for name, table in files}


def packed_again(files: Mapping[str, list[list[str]]]) -> io.BytesIO:
    pieces = packed_pieces((name, file_pieces(table, form="csv")) for name, table in files.items())
    return io.BytesIO(b"".join(pieces))


def correct(import_id: UUID, actor: Actor, files: Mapping[str, list[list[str]]]) -> Corrected:
    return correct_rows(
        actor=actor,
        now=NOW,
        import_id=import_id,
        stream=packed_again(files),
        file_name="corrected.zip",
        workshop=workshop(),
    )


def test_rejected_rows_of_two_tables_leave_in_one_zip_and_come_back_in_it(session: Db, admin: Actor) -> None:
    import_id = build_two(admin)
    advance(import_id)
    files = rejected_as_zip(import_id, admin)
    assert {name: len(table) for name, table in files.items()} == {"1 people.csv": 2, "2 visits.csv": 2}
    files["2 visits.csv"][1][2 + NAME_OF_VISITS] = "Vera Costa"

    done = correct(import_id, admin, files)

    assert (done.rows, done.untouched) == (1, 1)
    assert advance(import_id) is ImportState.REVIEW
    now = statuses(import_id)
    assert (now[RowPlace(1, 3)], now[RowPlace(2, 3)]) == ("error", "valid")


def test_rejected_rows_of_a_promoted_import_come_back_as_tables_of_a_new_one(
    session: Db, admin: Actor
) -> None:
    import_id = build_two(admin)
    advance(import_id)
    approve(import_id, actor=admin)
    advance(import_id)
    files = rejected_as_zip(import_id, admin)
    files["1 people.csv"][1][2 + NAME_OF_PEOPLE] = "Noor Khan"
    files["2 visits.csv"][1][2 + NAME_OF_VISITS] = "Vera Costa"

    done = correct(import_id, admin, files)

    assert advance(done.import_id) is ImportState.REVIEW
    assert [(table.table_no, table.kind) for table in seen(done.import_id).tables] == [
        (1, "owner"),
        (2, "case"),
    ]
    assert set(statuses(done.import_id).values()) == {"valid"}
    approve(done.import_id, actor=admin)
    assert advance(done.import_id) is ImportState.COMPLETED
    ended = db.session.execute(
        sa.select(LoggedFinding.table_no, LoggedFinding.resolution).where(
            LoggedFinding.import_id == import_id, LoggedFinding.code == FindingCode.NAME_MISSING
        )
    )
    assert {(table_no, resolution.value) for table_no, resolution in ended} == {
        (1, "corrected"),
        (2, "corrected"),
    }


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_an_import_of_corrected_rows_is_of_the_kind_of_those_that_came_back(
    session: Db, admin: Actor
) -> None:
    import_id = build_two(admin)
    advance(import_id)
    approve(import_id, actor=admin)
    advance(import_id)
    files = rejected_as_zip(import_id, admin)
    files["2 visits.csv"][1][2 + NAME_OF_VISITS] = "Vera Costa"

    done = correct(import_id, admin, files)

    former, new = (seen(one).row for one in (import_id, done.import_id))
    assert (former.kind, former.rows) == ("owner", 8)
    assert (new.kind, new.rows) == ("case", 1)
