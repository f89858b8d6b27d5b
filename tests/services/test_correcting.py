"""Rejected rows go out as a file and come back: into the same import, or into one that follows it."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.correcting import RowId, row_id
from phcs.core.correcting.writing import file_pieces
from phcs.core.errors import InvalidInputError, PurgedError, UseCaseError
from phcs.core.permissions import Role
from phcs.core.row_places import RowPlace
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, StagedRow
from phcs.models.quality import LoggedFinding
from phcs.models.records import Case, Owner
from phcs.queries.rejected_rows import error_table
from phcs.services.approval import abort_import
from phcs.services.correcting import Corrected, correct_rows
from phcs.services.correcting_import import begin_correcting_import
from phcs.services.repairing import take_back_repairs
from phcs.services.undoing import request_undo
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    advance,
    approve,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    folder_store,
    seen,
    visit,
    visits,
    workshop,
)

Db = scoped_session[Session]
Line = dict[str, str]
BROKEN = [*visits(2), visit(3, client_name="", notes="=1+1"), visit(4, request_date="2026-13-45"), visit(5)]
"""Rows 4 and 5 of the file have errors."""


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def downloaded(import_id: UUID, actor: Actor, form: str = "csv") -> bytes:
    db.session.rollback()
    table = error_table(db.session(), seen(import_id), organisation_id=actor.organisation_id, form=form)
    return b"".join(file_pieces(table, form=form))


def corrected(content: bytes, change: Callable[[list[Line]], Iterable[Line]]) -> bytes:
    """The download as somebody saves it who has changed its lines."""
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(lines[0]))
    writer.writeheader()
    writer.writerows(change(lines))
    return text.getvalue().encode()


def named(lines: list[Line]) -> list[Line]:
    """The first line gets the name that it lacks."""
    lines[0]["client_name"] = "Ines Prado"
    return lines


def take_back(import_id: UUID, actor: Actor, content: bytes, name: str = "rejected.csv") -> Corrected:
    return correct_rows(
        actor=actor,
        now=NOW,
        import_id=import_id,
        stream=io.BytesIO(content),
        file_name=name,
        workshop=workshop(),
    )


def cells(import_id: UUID) -> dict[int, list[str]]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(StagedRow.row_no, StagedRow.cells).where(StagedRow.import_id == import_id)
    )
    return {one.row_no: one.cells for one in rows}


def resolutions(import_id: UUID) -> dict[tuple[int, str], tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(LoggedFinding).where(LoggedFinding.import_id == import_id))
    return {(one.row_no, one.code): (one.resolution.value, one.resolved_by_name) for one in rows}


def test_the_file_holds_the_rejected_rows_in_their_own_columns_with_ids_and_reasons(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=BROKEN)

    [first, second] = csv.DictReader(io.StringIO(downloaded(import_id, admin).decode("utf-8-sig")))

    assert list(first) == ["PHCS row id", "PHCS reasons", *BROKEN[0]]
    assert first["PHCS row id"] == row_id(RowId(import_id, 1, 4))
    assert first["PHCS reasons"].startswith("client_name: The row names no owner. Add the person's name")
    assert second["PHCS reasons"].startswith("request_date: “2026-13-45” is not a date that exists")
    assert (first["notes"], second["request_date"]) == ("'=1+1", "'2026-13-45")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_that_nobody_changed_changes_nothing(session: Db, admin: Actor, form: str) -> None:
    import_id = build_review(actor=admin, content=BROKEN)
    before = (cells(import_id), seen(import_id).plan_fingerprint)

    done = take_back(import_id, admin, downloaded(import_id, admin, form), f"rejected.{form}")

    assert done == Corrected(import_id, 0, 0, 0, 2)
    assert (cells(import_id), seen(import_id).plan_fingerprint) == before
    assert seen(import_id).edited_by == ()


def test_corrected_rows_are_checked_again_and_all_other_cells_stay_to_the_byte(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=BROKEN)
    before = cells(import_id)

    done = take_back(import_id, admin, corrected(downloaded(import_id, admin), named))
    assert advance(import_id) is ImportState.REVIEW

    assert (done.rows, done.cells, done.untouched) == (1, 1, 1)
    name = list(BROKEN[0]).index("client_name")
    expected = {**before, 4: [*before[4][:name], "Ines Prado", *before[4][name + 1 :]]}
    assert cells(import_id) == expected
    found = seen(import_id)
    assert (found.row.valid, found.row.error) == (4, 1)
    assert found.edited_by == (str(admin.id),)
    assert resolutions(import_id) == {
        (4, "name.missing"): ("corrected", admin.name),
        (5, "date.invalid"): ("open", ""),
    }


def test_a_correction_is_taken_back_like_any_repair_and_its_finding_is_open_again(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=BROKEN)
    before = cells(import_id)
    done = take_back(import_id, admin, corrected(downloaded(import_id, admin), named))
    advance(import_id)

    take_back_repairs(actor=admin, now=NOW, import_id=import_id, batch_no=done.batch_no)
    advance(import_id)

    assert cells(import_id) == before
    assert resolutions(import_id)[4, "name.missing"] == ("open", "")


def test_after_completion_the_corrected_rows_come_in_an_import_that_follows(
    session: Db, admin: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=BROKEN)
    assert sorted(cells(import_id)) == [4, 5]
    assert resolutions(import_id)[4, "name.missing"] == ("rejected", admin.name)

    done = take_back(import_id, admin, corrected(downloaded(import_id, admin), named))
    assert (done.rows, done.untouched) == (1, 1)
    assert advance(done.import_id) is ImportState.REVIEW
    assert cells(done.import_id)[2] == [
        *cells(import_id)[4][:2],
        "Ines Prado",
        *cells(import_id)[4][3:],
    ]
    approve(done.import_id, actor=admin)
    assert advance(done.import_id) is ImportState.COMPLETED

    found = session.get_one(Import, done.import_id)
    assert (found.corrects, found.file_name) == (import_id, "corrected rows of visits.csv")
    assert count(Owner, Owner.full_name == "Ines Prado") == 1
    assert count(Case) == 4
    assert resolutions(import_id) == {
        (4, "name.missing"): ("corrected", admin.name),
        (5, "date.invalid"): ("rejected", admin.name),
    }
    actions = set(session.scalars(sa.select(AuditEvent.action).where(AuditEvent.import_id == import_id)))
    assert "import.corrections_sent_on" in actions


def test_a_row_comes_back_once_unless_the_import_that_brought_it_was_given_up(
    session: Db, admin: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=BROKEN)
    content = corrected(downloaded(import_id, admin), named)
    first = take_back(import_id, admin, content)

    with pytest.raises(InvalidInputError, match="Row 4 of the import came back corrected before"):
        take_back(import_id, admin, content)
    advance(first.import_id)
    abort_import(actor=admin, now=NOW, import_id=first.import_id, reason="")

    assert take_back(import_id, admin, content).rows == 1


def test_rows_of_an_import_that_is_taken_back_at_this_moment_are_not_brought(
    session: Db, admin: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=BROKEN)
    request_undo(actor=admin, now=NOW, import_id=import_id, undo_days=30)
    row = {RowPlace(1, 4): cells(import_id)[4]}

    with pytest.raises(InvalidInputError, match="at this moment"):
        begin_correcting_import(actor=admin, now=NOW, import_id=import_id, rows=row, workshop=workshop())

    assert (count(Import), list(folder_store().names_before(NOW + timedelta(days=900)))) == (
        1,
        [import_id.hex],
    )


def test_an_imported_row_is_not_corrected_by_file(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=BROKEN)

    def of_another_row(lines: list[Line]) -> list[Line]:
        lines[0]["PHCS row id"] = row_id(RowId(import_id, 1, 2))
        return lines

    with pytest.raises(InvalidInputError, match="is row 2 of the import, which was imported"):
        take_back(import_id, admin, corrected(downloaded(import_id, admin), of_another_row))


def test_a_file_of_another_import_or_organisation_is_refused_and_changes_nothing(
    session: Db, admin: Actor
) -> None:
    other = actor_of(build_person())
    import_id = build_review(actor=admin, content=BROKEN)
    content = corrected(downloaded(import_id, admin), named)
    theirs, again = build_review(actor=other, content=BROKEN), build_review(actor=admin, content=BROKEN[:4])
    before = cells(theirs)

    with pytest.raises(InvalidInputError, match="Row 2 of the file belongs to another import"):
        take_back(theirs, other, content)
    with pytest.raises(InvalidInputError, match="Row 2 of the file belongs to another import"):
        take_back(again, admin, content)
    with pytest.raises(UseCaseError, match="There is no such import"):
        take_back(theirs, admin, content)

    assert cells(theirs) == before


def test_one_wrong_line_refuses_the_whole_file(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=BROKEN)
    before = cells(import_id)

    def with_an_unknown_row(lines: list[Line]) -> list[Line]:
        return [*named(lines), {**lines[0], "PHCS row id": row_id(RowId(import_id, 1, 99))}]

    with pytest.raises(InvalidInputError, match="is row 99, which this import has not"):
        take_back(import_id, admin, corrected(downloaded(import_id, admin), with_an_unknown_row))
    assert cells(import_id) == before


def test_whoever_corrected_rows_cannot_approve_them_under_four_eyes(session: Db) -> None:
    organisation = build_organisation(four_eyes=True)
    uploader = actor_of(build_person(organisation=organisation))
    reviewer = actor_of(build_person(organisation=organisation, role=Role.REVIEWER))
    import_id = build_review(actor=uploader, content=BROKEN)
    take_back(import_id, reviewer, corrected(downloaded(import_id, reviewer), named))
    advance(import_id)

    with pytest.raises(UseCaseError, match="second person"):
        approve(import_id, actor=reviewer)


def test_purged_rows_are_neither_downloaded_nor_corrected(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=BROKEN)
    content = downloaded(import_id, admin)
    change_behind_the_back(Import, Import.id == import_id, rows_purge_begun_at=NOW)

    with pytest.raises(PurgedError, match="were deleted on 21 Nov 2026"):
        downloaded(import_id, admin)
    with pytest.raises(PurgedError, match="were deleted when their date had come"):
        take_back(import_id, admin, corrected(content, named))
