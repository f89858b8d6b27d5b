"""What a worker does with a hint: as far as it goes without a person, and in words where it cannot."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.planning import Action
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent, AuditHead
from phcs.models.imports import Import, StagedRow
from phcs.models.organisations import Organisation
from phcs.models.plans import LedgerRow, PlanAction
from phcs.models.records import Case, Owner, Pet
from phcs.queries.audit_chains import verify_trail
from phcs.services.approval import retry_import
from phcs.services.plan_carrying import UnbalancedPromotionError
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    Clock,
    advance,
    approve,
    build_import,
    build_review,
    change_behind_the_back,
    count,
    live_hashes,
    seen,
    visit,
    visits,
)

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def build_obstacle(import_id: object, session: Db) -> Owner:
    """An owner of another organisation under a key that the plan will give: promoting violates a constraint."""
    planned = session.scalars(
        sa.select(PlanAction.record_id).where(
            PlanAction.import_id == import_id, PlanAction.action == Action.CREATE, PlanAction.kind == "owner"
        )
    ).all()
    elsewhere = build_person().organisation_id
    obstacle = Owner(
        id=planned[-1],
        organisation_id=elsewhere,
        full_name="In the way",
        tags=[],
        custom={},
        created_at=NOW,
        updated_at=NOW,
    )
    with transaction() as writing:
        writing.add(obstacle)
    return obstacle


def promote_until_given_up(import_id: object, clock: Clock) -> Sequence[type[BaseException]]:
    """Promote as workers do that die of an error each time: a lease later another one tries."""
    raised = []
    for _ in range(3):
        with pytest.raises((sa.exc.IntegrityError, UnbalancedPromotionError)) as problem:
            advance(import_id, clock=clock, chunk_rows=10)  # type: ignore[arg-type]
        raised.append(problem.type)
        clock.wait(31)
    return raised


def test_a_worker_goes_on_to_review_in_one_go(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(3))

    assert advance(import_id) is ImportState.REVIEW
    assert advance(import_id) is None

    details = seen(import_id)
    assert details.plan_fingerprint.startswith("sha256:")
    assert set(details.timings) >= {"read", "check", "match", "stage"}
    assert details.peak_memory_mb > 0


def test_a_file_without_services_waits_for_a_person_to_map_it(session: Db, admin: Actor) -> None:
    rows = [{"waitwhile_id": "1", "client_name": "Ana Silva", "request_date": "2026-11-02"}]

    import_id = build_import(actor=admin, content=rows)

    assert advance(import_id) is ImportState.MAPPING
    assert seen(import_id).tables[0].mapping.missing == ("case.services",)
    assert advance(import_id) is None


def test_a_file_that_cannot_be_read_fails_in_one_sentence_and_says_so_in_the_trail(
    session: Db, admin: Actor
) -> None:
    import_id = build_import(actor=admin, content=b"%PDF-1.7 not an export", file_name="export.csv")

    assert advance(import_id) is ImportState.FAILED

    details = seen(import_id)
    assert details.failure_code.startswith("file.")
    assert details.failure.endswith(".")
    assert details.failed_from == "received"
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.failed")).one()
    assert event.detail == {"code": details.failure_code}


def test_a_promotion_that_breaks_off_leaves_nothing_at_all(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(30))
    approve(import_id, actor=admin)
    build_obstacle(import_id, session)
    before = live_hashes(admin.organisation_id)
    events, heads = count(AuditEvent), count(AuditHead)

    with pytest.raises(sa.exc.IntegrityError):
        advance(import_id, chunk_rows=10)

    assert live_hashes(admin.organisation_id) == before
    assert (count(AuditEvent), count(AuditHead)) == (events, heads)
    assert count(StagedRow) == 30
    assert session.get_one(Organisation, admin.organisation_id).record_epoch == 0
    assert seen(import_id).row.state is ImportState.PROMOTING


def test_a_promotion_that_breaks_off_again_and_again_fails_and_says_so(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(30))
    approve(import_id, actor=admin)
    build_obstacle(import_id, session)
    clock = Clock()
    promote_until_given_up(import_id, clock)

    assert advance(import_id, clock=clock) is None

    details = seen(import_id)
    assert (details.row.state, details.failed_from) == (ImportState.FAILED, "approved")
    assert "Nothing was changed. Try again" in details.failure
    assert count(Owner, Owner.organisation_id == admin.organisation_id) == 0
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.failed")).one()
    assert event.detail == {
        "code": "import.gave_up",
        "state": "promoting",
        "attempts": 3,
        "error": "IntegrityError",
    }


def test_a_failed_promotion_succeeds_when_tried_again_after_the_cause_is_gone(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(30))
    approve(import_id, actor=admin)
    obstacle = build_obstacle(import_id, session)
    clock = Clock()
    promote_until_given_up(import_id, clock)
    advance(import_id, clock=clock)
    with transaction() as writing:
        writing.execute(sa.delete(Owner).where(Owner.id == obstacle.id))

    retry_import(actor=admin, now=clock(), import_id=import_id)
    reached = advance(import_id, clock=clock)

    assert reached is ImportState.COMPLETED
    assert seen(import_id).failure == ""
    assert [count(table) for table in (Owner, Pet, Case, LedgerRow)] == [30, 30, 30, 30]
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


def test_a_promotion_that_does_not_add_up_to_its_plan_keeps_nothing(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(5))
    approve(import_id, actor=admin)
    session.rollback()
    counts = {**seen(import_id).plan_counts}
    counts["owner"] = {**counts["owner"], "create": 4}
    change_behind_the_back(Import, Import.id == import_id, plan_counts=counts)

    with pytest.raises(UnbalancedPromotionError, match="Created owner records: 4 expected, 5 found"):
        advance(import_id)

    assert [count(table) for table in (Owner, Pet, Case, LedgerRow)] == [0, 0, 0, 0]


def test_the_same_hint_twice_has_one_effect(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=[visit(1)])
    approve(import_id, actor=admin)

    assert [advance(import_id), advance(import_id)] == [ImportState.COMPLETED, None]
    assert count(Owner) == 1
