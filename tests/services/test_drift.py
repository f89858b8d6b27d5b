"""Records change between approval and promotion: only the rows that would do something else come back, by name."""

from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.models.plans import ApprovedRow, PlanRow
from phcs.models.records import Case, ExternalId
from phcs.queries.preview import PreviewFilter, preview_rows
from phcs.queries.stale_rows import changes_behind
from phcs.services.record_editing import edit_record
from phcs.services.working import utc_now
from tests.builders import actor_of, build_person
from tests.import_builders import (
    Clock,
    advance,
    approve,
    build_promotion,
    build_review,
    seen,
    visit,
)

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def visits(*, status: str) -> list[dict[str, str]]:
    return [visit(number, status=status) for number in range(1, 6)]


def edit_case(session: Db, actor: Actor, visit_id: str, **changes: str) -> None:
    """Somebody changes the case of a visit."""
    case = session.scalars(
        sa.select(Case)
        .join(ExternalId, ExternalId.record_id == Case.id)
        .where(ExternalId.external_id == visit_id, Case.organisation_id == actor.organisation_id)
    ).one()
    case_id, version = case.id, case.version
    session.rollback()
    edit_record(
        actor=actor,
        organisation_id=actor.organisation_id,
        kind=RecordKind.CASE,
        record_id=case_id,
        version=version,
        changes=changes,
        now=utc_now(),
    )


def stale_rows(session: Db, actor: Actor, import_id: object) -> list[int]:
    return list(
        session.scalars(
            sa.select(PlanRow.row_no)
            .where(
                PlanRow.organisation_id == actor.organisation_id,
                PlanRow.import_id == import_id,
                PlanRow.stale.is_(True),
            )
            .order_by(PlanRow.row_no)
        )
    )


def test_only_the_rows_that_would_do_something_else_come_back(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(status="New"))
    import_id = build_review(actor=admin, content=visits(status="Closed"))
    approve(import_id, actor=admin)
    edit_case(session, admin, "visit-3", status="on_hold")

    assert advance(import_id) is ImportState.REVIEW

    details = seen(import_id)
    assert details.voided_approval["rows"] == 1
    assert details.voided_approval["by"] == admin.name
    page = preview_rows(
        session(),
        organisation_id=admin.organisation_id,
        import_id=import_id,
        wanted=PreviewFilter(stale=True),
    )
    assert [row.cells[0] for row in page.rows] == ["visit-3"]
    behind = changes_behind(
        session(),
        organisation_id=admin.organisation_id,
        import_id=import_id,
        since=details.row.created_at,
        rows=page.rows,
    )
    (changes,) = behind.values()
    assert [(one.kind, one.action, one.by, one.facts) for one in changes] == [
        ("case", "edited", admin.name, ("status",))
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(ApprovedRow)) == 0


def test_a_second_approval_covers_the_stale_rows_too(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(status="New"))
    import_id = build_review(actor=admin, content=visits(status="Closed"))
    approve(import_id, actor=admin)
    edit_case(session, admin, "visit-2", status="on_hold")
    assert advance(import_id) is ImportState.REVIEW

    approve(import_id, actor=admin)
    assert seen(import_id).voided_approval == {}
    edit_case(session, admin, "visit-4", status="on_hold")
    assert advance(import_id) is ImportState.REVIEW

    assert seen(import_id).voided_approval["rows"] == 1
    assert len(stale_rows(session, admin, import_id)) == 1
    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED
    kept = Counter(session.scalars(sa.select(Case.status)))
    assert kept == {
        "closed": len(visits(status="")) - 2,
        "on_hold": 2,
    }  # what people changed since stays theirs


def test_a_change_that_alters_no_row_leaves_the_approval_as_it_is(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(status="New"))
    import_id = build_review(actor=admin, content=visits(status="Closed")[:2])
    approve(import_id, actor=admin)
    edit_case(session, admin, "visit-5", status="on_hold")

    assert advance(import_id) is ImportState.COMPLETED

    assert seen(import_id).voided_approval == {}
    assert stale_rows(session, admin, import_id) == []


def test_a_worker_that_takes_over_compares_with_what_was_approved(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(status="New"))
    import_id = build_review(actor=admin, content=visits(status="Closed"))
    approve(import_id, actor=admin)
    edit_case(session, admin, "visit-1", status="on_hold")
    clock = Clock()

    def stop(at: str, done: int, total: int) -> None:
        if (at, done) == ("matching", 2):
            raise SystemExit

    with pytest.raises(SystemExit):
        advance(import_id, clock=clock, chunk_rows=2, told=stop)
    clock.wait(31)
    assert advance(import_id, clock=clock, chunk_rows=2) is ImportState.REVIEW

    assert len(stale_rows(session, admin, import_id)) == 1
