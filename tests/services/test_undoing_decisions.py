"""Who may ask for an undo, approve it or withdraw it, until when, and what happens when records change meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor, ActorKind
from phcs.core.errors import (
    AlreadyDecidedError,
    FourEyesError,
    NotAllowedError,
    NotFoundError,
    StalePlanError,
    UseCaseError,
    WrongStateError,
)
from phcs.core.permissions import Role
from phcs.core.retention import KeepDays
from phcs.core.states import ImportState
from phcs.core.undoing import Bucket, ReversalOpenError, ReversalState, TooLateError
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.records import Case, Owner
from phcs.models.reversals import Reversal, ReversalAction
from phcs.queries.audit_chains import verify_trail
from phcs.queries.reversals import open_reversal, reversal_details, reversals_waiting, undo_offer
from phcs.services.purging import purge_due
from phcs.services.undoing import approve_reversal, request_redo, request_undo, withdraw_reversal
from tests.builders import NOW, actor_of, build_api_key, build_organisation, build_person
from tests.import_builders import (
    advance,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    folder_store,
    live_hashes,
    seen,
    visit,
    visits,
)
from tests.undo_builders import UNDO_DAYS, carry_out, live_facts, prepare, waiting

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(name="Ada Admin"))


@pytest.fixture
def import_id(admin: Actor) -> UUID:
    return build_promotion(actor=admin, content=visits(2))


def colleague(session: Db, admin: Actor, role: Role = Role.REVIEWER) -> Actor:
    organisation = session.get_one(Organisation, admin.organisation_id)
    return actor_of(build_person(organisation=organisation, role=role, name="Rui Reviewer"))


def want_four_eyes(admin: Actor) -> None:
    change_behind_the_back(Organisation, Organisation.id == admin.organisation_id, four_eyes=True)


def ask(import_id: UUID, actor: Actor, *, after: timedelta = timedelta()) -> UUID:
    return request_undo(actor=actor, now=NOW + after, import_id=import_id, undo_days=UNDO_DAYS)


def approve(import_id: UUID, actor: Actor, fingerprint: str) -> None:
    approve_reversal(actor=actor, now=NOW, import_id=import_id, fingerprint=fingerprint)


def newest(session: Db, import_id: UUID) -> Reversal:
    session.rollback()
    asked = sa.select(Reversal).where(Reversal.import_id == import_id).order_by(Reversal.number.desc())
    return session.scalars(asked.limit(1)).one()


def test_asking_and_looking_changes_nothing_live(session: Db, admin: Actor, import_id: UUID) -> None:
    before = live_hashes(admin.organisation_id)

    details = prepare(import_id, actor=admin)

    assert live_hashes(admin.organisation_id) == before
    assert seen(import_id).row.state is ImportState.COMPLETED
    assert details.is_waiting
    assert [one.import_id for one in reversals_waiting(session(), organisation_id=admin.organisation_id)] == [
        import_id
    ]


def test_only_an_admin_asks_and_only_a_reviewer_or_admin_approves(
    session: Db, admin: Actor, import_id: UUID
) -> None:
    reviewer, auditor = colleague(session, admin), colleague(session, admin, Role.AUDITOR)
    for actor in (reviewer, auditor):
        with pytest.raises(NotAllowedError):
            ask(import_id, actor)
    details = prepare(import_id, actor=admin)
    with pytest.raises(NotAllowedError):
        approve(import_id, auditor, details.fingerprint)

    approve(import_id, reviewer, details.fingerprint)

    assert advance(import_id) is ImportState.UNDONE


def test_an_import_that_is_not_promoted_cannot_be_undone(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))

    with pytest.raises(WrongStateError):
        ask(import_id, admin)


def test_undo_twice_is_refused(session: Db, admin: Actor, import_id: UUID) -> None:
    details = prepare(import_id, actor=admin)
    with pytest.raises(ReversalOpenError):
        ask(import_id, admin)
    approve(import_id, admin, details.fingerprint)
    with pytest.raises(ReversalOpenError):
        ask(import_id, admin)
    advance(import_id)

    with pytest.raises(WrongStateError):
        ask(import_id, admin)
    with pytest.raises(AlreadyDecidedError, match="Ada Admin approved the undo"):
        approve(import_id, admin, details.fingerprint)


def test_any_number_of_hints_does_nothing_more(session: Db, admin: Actor, import_id: UUID) -> None:
    details = prepare(import_id, actor=admin)
    assert advance(import_id) is None
    approve(import_id, admin, details.fingerprint)
    advance(import_id)
    undone = live_hashes(admin.organisation_id)

    assert advance(import_id) is None
    assert live_hashes(admin.organisation_id) == undone


def test_an_approval_names_exactly_one_preview(session: Db, admin: Actor, import_id: UUID) -> None:
    prepare(import_id, actor=admin)

    with pytest.raises(StalePlanError):
        approve(import_id, admin, "sha256:0")

    assert count(Owner) == 2


def test_with_four_eyes_whoever_asked_cannot_approve(session: Db, admin: Actor, import_id: UUID) -> None:
    want_four_eyes(admin)
    details = prepare(import_id, actor=admin)
    with pytest.raises(FourEyesError):
        approve(import_id, admin, details.fingerprint)

    approve(import_id, colleague(session, admin), details.fingerprint)

    assert advance(import_id) is ImportState.UNDONE


def test_with_four_eyes_a_key_of_ones_own_is_no_second_person(session: Db) -> None:
    person = build_person()
    admin = actor_of(person)
    import_id = build_promotion(actor=admin, content=visits(1))
    want_four_eyes(admin)
    key_id = build_api_key(admin=person).id
    key = Actor(
        ActorKind.KEY, admin.organisation_id, key_id, "Nightly", scopes=frozenset({"imports:approve"})
    )
    details = prepare(import_id, actor=admin)

    with pytest.raises(FourEyesError):
        approve(import_id, key, details.fingerprint)


def test_an_import_can_be_undone_for_the_stated_days_only(session: Db, admin: Actor, import_id: UUID) -> None:
    late = timedelta(days=UNDO_DAYS, seconds=1)
    offer = undo_offer(
        session(),
        organisation_id=admin.organisation_id,
        import_id=import_id,
        now=NOW + late,
        undo_days=UNDO_DAYS,
    )
    with pytest.raises(TooLateError, match="30 days"):
        ask(import_id, admin, after=late)

    ask(import_id, admin, after=timedelta(days=UNDO_DAYS))

    assert (offer.direction, offer.until) == (None, NOW + timedelta(days=UNDO_DAYS))
    assert "30 days" in offer.refusal


def test_the_days_of_a_redo_count_from_the_undo(session: Db, admin: Actor, import_id: UUID) -> None:
    undone = NOW + timedelta(days=UNDO_DAYS)
    carry_out(import_id, actor=admin, now=undone, clock=lambda: undone)
    last = undone + timedelta(days=UNDO_DAYS)

    with pytest.raises(TooLateError):
        request_redo(actor=admin, now=last + timedelta(seconds=1), import_id=import_id, undo_days=UNDO_DAYS)

    request_redo(actor=admin, now=last, import_id=import_id, undo_days=UNDO_DAYS)
    assert advance(import_id) is ImportState.UNDONE


def test_a_withdrawn_preview_leaves_nothing_and_can_be_asked_for_again(
    session: Db, admin: Actor, import_id: UUID
) -> None:
    prepare(import_id, actor=admin)

    withdraw_reversal(actor=colleague(session, admin), now=NOW, import_id=import_id, reason="Not this one")

    ended = newest(session, import_id)
    assert (ended.state, ended.reason, ended.decided_by_name) == (
        ReversalState.WITHDRAWN,
        "Not this one",
        "Rui Reviewer",
    )
    assert count(ReversalAction) == 0
    assert seen(import_id).row.state is ImportState.COMPLETED
    assert prepare(import_id, actor=admin).number == 2


def test_it_can_be_withdrawn_before_a_worker_has_it(session: Db, admin: Actor, import_id: UUID) -> None:
    ask(import_id, admin)

    withdraw_reversal(actor=admin, now=NOW, import_id=import_id)

    assert seen(import_id).row.state is ImportState.COMPLETED
    assert advance(import_id) is None


def test_what_is_approved_cannot_be_withdrawn(session: Db, admin: Actor, import_id: UUID) -> None:
    details = prepare(import_id, actor=admin)
    approve(import_id, admin, details.fingerprint)

    with pytest.raises(AlreadyDecidedError):
        withdraw_reversal(actor=admin, now=NOW, import_id=import_id)


def test_an_unrelated_import_after_the_approval_does_not_stop_an_undo(
    session: Db, admin: Actor, import_id: UUID
) -> None:
    details = prepare(import_id, actor=admin)
    build_promotion(actor=admin, content=visits(1, first=50))
    approve(import_id, admin, details.fingerprint)

    assert advance(import_id) is ImportState.UNDONE
    assert count(Owner) == 1


def test_a_record_that_changed_after_the_approval_brings_it_back_for_another_look(
    session: Db, admin: Actor, import_id: UUID
) -> None:
    details = prepare(import_id, actor=admin)
    approve(import_id, admin, details.fingerprint)
    owner = session.scalars(sa.select(Owner).limit(1)).one()
    change_behind_the_back(Owner, Owner.id == owner.id, city="Lima", version=owner.version + 1)

    assert advance(import_id) is ImportState.COMPLETED

    again = waiting(import_id, actor=admin)
    assert "another look" in again.reason
    assert again.counts[Bucket.KEPT] == 1
    assert again.fingerprint != details.fingerprint
    assert count(Owner) == 2
    with pytest.raises(StalePlanError):
        approve(import_id, admin, details.fingerprint)
    approve(import_id, admin, again.fingerprint)
    assert advance(import_id) is ImportState.UNDONE
    assert session.scalars(sa.select(Owner.city)).all() == ["Lima"]


def break_off_at(stage: str) -> Callable[[str, int, int], None]:
    """What is told when a worker dies in this stage, with part of the work done."""

    def told(now: str, _done: int, _total: int) -> None:
        if now == stage:
            raise KeyboardInterrupt

    return told


@pytest.mark.parametrize("stage", ["comparing", "undoing"])
def test_a_worker_that_dies_leaves_nothing_and_another_goes_on(
    session: Db, admin: Actor, import_id: UUID, stage: str
) -> None:
    ask(import_id, admin)
    if stage == "undoing":
        advance(import_id)
        approve(import_id, admin, waiting(import_id, actor=admin).fingerprint)
    before = live_facts(admin.organisation_id)

    with pytest.raises(KeyboardInterrupt):
        advance(import_id, told=break_off_at(stage), chunk_rows=2)

    assert live_facts(admin.organisation_id) == before
    later = NOW + timedelta(seconds=31)
    advance(import_id, clock=lambda: later)
    assert seen(import_id).row.state is (ImportState.UNDONE if stage == "undoing" else ImportState.COMPLETED)
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


def test_work_that_breaks_off_three_times_is_given_up_in_words(
    session: Db, admin: Actor, import_id: UUID
) -> None:
    details = prepare(import_id, actor=admin)
    approve(import_id, admin, details.fingerprint)
    before = live_hashes(admin.organisation_id)
    for number in range(3):
        moment = NOW + timedelta(seconds=31 * number)
        with pytest.raises(KeyboardInterrupt):
            advance(import_id, told=break_off_at("undoing"), clock=lambda at=moment: at)

    assert advance(import_id, clock=lambda: NOW + timedelta(seconds=200)) is None

    ended = newest(session, import_id)
    assert (seen(import_id).row.state, ended.state) == (ImportState.COMPLETED, ReversalState.FAILED)
    assert "Nothing was changed" in ended.reason
    assert live_hashes(admin.organisation_id) == before
    assert count(ReversalAction) == 0
    carry_out(import_id, actor=admin)


def test_a_worker_that_works_while_the_request_is_withdrawn_keeps_nothing(
    session: Db, admin: Actor, import_id: UUID
) -> None:
    def withdrawn_meanwhile(_stage: str, _done: int, _total: int) -> None:
        if open_reversal(session(), organisation_id=admin.organisation_id, import_id=import_id):
            session.rollback()
            withdraw_reversal(actor=admin, now=NOW, import_id=import_id)

    ask(import_id, admin)

    assert advance(import_id, told=withdrawn_meanwhile, chunk_rows=1) is None
    assert (seen(import_id).row.state, newest(session, import_id).state) == (
        ImportState.COMPLETED,
        ReversalState.WITHDRAWN,
    )
    assert (count(ReversalAction), count(Owner)) == (0, 2)


def test_a_plan_that_was_deleted_is_said_so(session: Db, admin: Actor, import_id: UUID) -> None:
    change_behind_the_back(Import, Import.id == import_id, rows_purge_begun_at=NOW)

    with pytest.raises(TooLateError, match="deleted"):
        ask(import_id, admin)


def test_what_a_redo_would_bring_back_is_gone_with_the_plan_however_the_days_have_grown_since(
    session: Db, admin: Actor, import_id: UUID
) -> None:
    carry_out(import_id, actor=admin)
    late = NOW + timedelta(days=UNDO_DAYS + 1)
    keep = KeepDays(files=7, staged=UNDO_DAYS, undo=UNDO_DAYS)
    assert purge_due(now=late, store=folder_store(), keep=keep).rows == 1
    about = {"organisation_id": admin.organisation_id, "import_id": import_id}

    offer = undo_offer(session(), **about, now=late, undo_days=3 * UNDO_DAYS)
    with pytest.raises(TooLateError, match="deleted"):
        request_redo(actor=admin, now=late, import_id=import_id, undo_days=3 * UNDO_DAYS)

    assert (offer.direction, "deleted" in offer.refusal) == (None, True)


def test_another_organisation_sees_and_touches_none_of_it(session: Db, admin: Actor, import_id: UUID) -> None:
    details = prepare(import_id, actor=admin)
    other = actor_of(build_person(organisation=build_organisation(name="Elsewhere")))
    where = {"organisation_id": other.organisation_id, "import_id": import_id}
    refused: list[Callable[[], object]] = [
        lambda: ask(import_id, other),
        lambda: approve(import_id, other, details.fingerprint),
        lambda: withdraw_reversal(actor=other, now=NOW, import_id=import_id),
        lambda: reversal_details(session(), number=1, **where),
        lambda: undo_offer(session(), now=NOW, undo_days=30, **where),
    ]
    for attempt in refused:
        with pytest.raises(NotFoundError):
            attempt()

    assert open_reversal(session(), **where) is None
    assert reversals_waiting(session(), organisation_id=other.organisation_id) == ()


def test_an_edit_of_another_record_is_not_undone(session: Db, admin: Actor) -> None:
    first = build_promotion(actor=admin, content=[visit(1)])
    second = build_promotion(actor=admin, content=[visit(2)])

    carry_out(second, actor=admin)

    assert set(session.scalars(sa.select(Case.import_id))) == {first}
    with pytest.raises(UseCaseError):
        request_redo(actor=admin, now=NOW, import_id=first, undo_days=UNDO_DAYS)
