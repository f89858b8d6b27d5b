"""What people decide about an import: who may, once, on exactly the plan they saw."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import (
    AlreadyDecidedError,
    BlockedByErrorsError,
    FourEyesError,
    InvalidInputError,
    NotAllowedError,
    StalePlanError,
    UseCaseError,
    WrongStateError,
)
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.base import Base
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.records import MatchKey, Owner
from phcs.services.approval import (
    abort_import,
    approve_import,
    cancel_import,
    retry_import,
    send_back_import,
)
from phcs.services.mapping_columns import confirm_mapping
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    STAGED_TABLES,
    advance,
    approve,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    plan_anew_behind_the_back,
    seen,
    visit,
    visits,
)

Db = scoped_session[Session]
ROUNDS = 40
KEPT_FOR_REVIEW: tuple[type[Base], ...] = (*STAGED_TABLES, MatchKey)


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


@pytest.fixture
def admin(organisation: Organisation) -> Actor:
    return actor_of(build_person(organisation=organisation, name="Ada Admin"))


@pytest.fixture
def reviewer(organisation: Organisation) -> Actor:
    return actor_of(build_person(organisation=organisation, role=Role.REVIEWER, name="Rui Reviewer"))


def actions_told(session: Db, import_id: UUID) -> list[str]:
    session.rollback()
    return list(
        session.scalars(
            sa.select(AuditEvent.action)
            .where(AuditEvent.import_id == import_id, AuditEvent.actor_kind == "person")
            .order_by(AuditEvent.id)
        )
    )


def at_once(app: Flask, *decisions: Callable[[], object]) -> list[UseCaseError | None]:
    """What became of decisions that were taken behind one barrier: the refusal of each, None where it held."""
    barrier = threading.Barrier(len(decisions))
    refusals: list[UseCaseError | None] = [None] * len(decisions)

    def decide(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                decisions[number]()
            except UseCaseError as refusal:
                refusals[number] = refusal

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(len(decisions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def reopen(import_id: UUID) -> None:
    change_behind_the_back(
        Import, Import.id == import_id, state=ImportState.REVIEW, decided_by_name="", decided_at=None
    )


def test_an_approval_names_who_gave_it_and_the_plan_it_is_for(
    session: Db, admin: Actor, reviewer: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    fingerprint = seen(import_id).plan_fingerprint

    approve_import(actor=reviewer, now=NOW, import_id=import_id, fingerprint=fingerprint)

    details = seen(import_id)
    assert (details.row.state, details.row.decided_by_name) == (ImportState.APPROVED, "Rui Reviewer")
    assert (details.row.decided_at, details.approved_fingerprint) == (NOW, fingerprint)
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.approved")).one()
    assert (event.actor_name, event.detail) == (
        "Rui Reviewer",
        {"fingerprint": fingerprint, "own_upload": False},
    )


def test_approving_ones_own_upload_is_named_as_such(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))

    approve(import_id, actor=admin)

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.approved")).one()
    assert event.detail["own_upload"] is True


def test_another_plan_than_the_one_seen_is_not_approved(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))

    with pytest.raises(StalePlanError, match="Look at the preview again"):
        approve_import(actor=admin, now=NOW, import_id=import_id, fingerprint="sha256:seen before")

    assert seen(import_id).row.state is ImportState.REVIEW
    assert "import.approved" not in actions_told(session, import_id)


def test_an_import_that_stops_at_errors_is_not_approved_with_errors(session: Db, admin: Actor) -> None:
    rows = [visit(1), visit(2, client_name="")]
    stops, skips = (build_review(actor=admin, content=rows, on_error=choice) for choice in ("stop", "skip"))

    with pytest.raises(BlockedByErrorsError, match="1 row has errors, and this import stops at errors"):
        approve(stops, actor=admin)
    approve(skips, actor=admin)

    assert [seen(one).row.state for one in (stops, skips)] == [ImportState.REVIEW, ImportState.APPROVED]


def test_an_import_that_stops_at_errors_is_approved_without_any(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=[visit(1), visit(2, client_phone="")], on_error="stop")

    approve(import_id, actor=admin)

    assert seen(import_id).row.state is ImportState.APPROVED


def test_four_eyes_refuses_who_uploaded_and_lets_a_second_person(
    session: Db, organisation: Organisation, admin: Actor, reviewer: Actor
) -> None:
    change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)
    import_id = build_review(actor=admin, content=visits(1))

    with pytest.raises(FourEyesError, match="second person"):
        approve(import_id, actor=admin)
    approve(import_id, actor=reviewer)

    assert seen(import_id).row.decided_by_name == "Rui Reviewer"


def test_four_eyes_refuses_who_changed_the_mapping(
    session: Db, organisation: Organisation, admin: Actor, reviewer: Actor
) -> None:
    change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)
    mapper = actor_of(build_person(organisation=organisation))
    import_id = build_review(actor=admin, content=visits(1))
    confirm_mapping(
        actor=mapper, now=NOW, import_id=import_id, answers=MappingAnswers(targets={}, constants={})
    )
    advance(import_id)

    with pytest.raises(FourEyesError):
        approve(import_id, actor=mapper)
    approve(import_id, actor=reviewer)


def test_sending_back_needs_a_reason_keeps_it_and_lets_decide_anew(
    session: Db, admin: Actor, reviewer: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    with pytest.raises(InvalidInputError):
        send_back_import(actor=reviewer, now=NOW, import_id=import_id, reason="  ")

    send_back_import(actor=reviewer, now=NOW, import_id=import_id, reason=" Row 2 is me. ")

    details = seen(import_id)
    assert (details.row.state, details.reason) == (ImportState.REVIEW, "Row 2 is me.")
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.sent_back")).one()
    assert (event.detail, event.values) == ({}, {"reason": "Row 2 is me."})
    approve(import_id, actor=reviewer)
    assert seen(import_id).reason == ""


def test_an_aborted_import_changed_nothing_and_keeps_no_staged_row(
    session: Db, admin: Actor, reviewer: Actor
) -> None:
    import_id = build_review(actor=admin, content=[*visits(2), visit(3, client_phone="")])

    abort_import(actor=reviewer, now=NOW, import_id=import_id, reason="Wrong file")

    details = seen(import_id)
    assert (details.row.state, details.reason, details.row.finished_at) == (
        ImportState.ABORTED,
        "Wrong file",
        NOW,
    )
    assert [count(table) for table in KEPT_FOR_REVIEW] == [0] * 5
    assert count(Owner) == 0
    assert actions_told(session, import_id) == ["import.received", "import.aborted"]
    with pytest.raises(
        AlreadyDecidedError, match="Rui Reviewer declined this import at 2026-11-21 09:00 UTC"
    ):
        approve(import_id, actor=admin)


def test_an_import_is_cancelled_while_it_is_read_and_keeps_nothing(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(30))

    def cancel(stage: str, done: int, total: int) -> None:
        cancel_import(actor=admin, now=NOW, import_id=import_id)

    reached = advance(import_id, chunk_rows=10, told=cancel)

    assert reached is None
    assert seen(import_id).row.state is ImportState.CANCELLED
    assert [count(table) for table in KEPT_FOR_REVIEW] == [0] * 5
    assert actions_told(session, import_id) == ["import.received", "import.cancelled"]


def test_an_import_is_cancelled_while_it_is_matched_and_keeps_nothing(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(30))
    plan_anew_behind_the_back(import_id)

    def cancel(stage: str, done: int, total: int) -> None:
        if stage == "matching":
            cancel_import(actor=admin, now=NOW, import_id=import_id)

    assert advance(import_id, chunk_rows=10, told=cancel) is None

    assert seen(import_id).row.state is ImportState.CANCELLED
    assert [count(table) for table in KEPT_FOR_REVIEW] == [0] * 5


def test_an_import_in_review_or_later_is_not_cancelled(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    for state in ("review", "approved", "promoting", "completed", "failed", "aborted", "cancelled"):
        change_behind_the_back(Import, Import.id == import_id, state=state)
        with pytest.raises(WrongStateError, match=f"in the state “{state}”, so it cannot be cancelled now"):
            cancel_import(actor=admin, now=NOW, import_id=import_id)


def test_who_wants_to_decline_too_late_is_told_of_declining(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    change_behind_the_back(Import, Import.id == import_id, state="cancelled")

    with pytest.raises(WrongStateError, match="in the state “cancelled”, so it cannot be declined now"):
        abort_import(actor=admin, now=NOW, import_id=import_id, reason="")


def test_what_was_promoted_is_told_to_whoever_decides_afterwards(
    session: Db, admin: Actor, reviewer: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=visits(1))

    too_late: list[Callable[[], None]] = [
        lambda: approve_import(actor=reviewer, now=NOW, import_id=import_id, fingerprint="sha256:x"),
        lambda: send_back_import(actor=reviewer, now=NOW, import_id=import_id, reason="Too late"),
        lambda: abort_import(actor=reviewer, now=NOW, import_id=import_id, reason="Too late"),
    ]

    for decide in too_late:
        with pytest.raises(AlreadyDecidedError, match="Ada Admin approved this import"):
            decide()


def test_only_what_has_failed_can_be_tried_again(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))

    with pytest.raises(WrongStateError):
        retry_import(actor=admin, now=NOW, import_id=import_id)


def test_a_failed_promotion_is_tried_again_only_by_who_may_approve(
    session: Db, organisation: Organisation, admin: Actor
) -> None:
    auditor = actor_of(build_person(organisation=organisation, role=Role.AUDITOR))
    import_id = build_review(actor=admin, content=visits(1))
    approve(import_id, actor=admin)
    change_behind_the_back(Import, Import.id == import_id, state=ImportState.FAILED, failed_from="approved")

    with pytest.raises(NotAllowedError):
        retry_import(actor=auditor, now=NOW, import_id=import_id)
    retry_import(actor=admin, now=NOW, import_id=import_id)

    assert advance(import_id) is ImportState.COMPLETED


def test_an_auditor_decides_nothing(session: Db, organisation: Organisation, admin: Actor) -> None:
    auditor = actor_of(build_person(organisation=organisation, role=Role.AUDITOR))
    import_id = build_review(actor=admin, content=visits(1))

    decisions: list[Callable[[], None]] = [
        lambda: approve(import_id, actor=auditor),
        lambda: send_back_import(actor=auditor, now=NOW, import_id=import_id, reason="No"),
        lambda: abort_import(actor=auditor, now=NOW, import_id=import_id, reason="No"),
        lambda: cancel_import(actor=auditor, now=NOW, import_id=import_id),
    ]

    for decide in decisions:
        with pytest.raises(NotAllowedError):
            decide()

    assert seen(import_id).row.state is ImportState.REVIEW


def test_of_two_approvals_at_once_one_wins_and_the_other_is_told_who(
    app: Flask, session: Db, admin: Actor, reviewer: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    fingerprint = seen(import_id).plan_fingerprint
    wrong = []

    def deciding(actor: Actor, second: int) -> Callable[[], None]:
        now = NOW + timedelta(seconds=second)
        return lambda: approve_import(actor=actor, now=now, import_id=import_id, fingerprint=fingerprint)

    for number in range(ROUNDS):
        reopen(import_id)
        refusals = at_once(app, deciding(admin, number), deciding(reviewer, number))
        winner = seen(import_id).row.decided_by_name
        loser = next((one for one in refusals if one is not None), None)
        told = isinstance(loser, AlreadyDecidedError) and loser.sentence.startswith(f"{winner} approved")
        if refusals.count(None) != 1 or not told:
            wrong.append((number, winner, refusals))

    assert wrong == []
    assert actions_told(session, import_id).count("import.approved") == ROUNDS


def test_of_an_approval_and_a_refusal_at_once_one_holds(
    app: Flask, session: Db, admin: Actor, reviewer: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    fingerprint = seen(import_id).plan_fingerprint
    wrong = []
    for number in range(ROUNDS // 2):
        reopen(import_id)
        refusals = at_once(
            app,
            lambda: approve_import(actor=admin, now=NOW, import_id=import_id, fingerprint=fingerprint),
            lambda: abort_import(actor=reviewer, now=NOW, import_id=import_id, reason="No"),
        )
        held = [ImportState.APPROVED, ImportState.ABORTED][refusals.index(None)]
        if refusals.count(None) != 1 or seen(import_id).row.state is not held:
            wrong.append((number, refusals))

    assert wrong == []
