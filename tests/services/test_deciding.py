"""A person says whether a row's owner is somebody PHCS knows."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import FourEyesError, InvalidInputError, NotAllowedError, WrongStateError
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.plans import MatchDecision, PlanRow
from phcs.models.records import Case, Owner
from phcs.services.deciding import decide_match
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    advance,
    approve,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    seen,
    visit,
)

Db = scoped_session[Session]
PHONE = "+14155550101"


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


@pytest.fixture
def admin(organisation: Organisation) -> Actor:
    return actor_of(build_person(organisation=organisation, name="Ada Admin"))


@pytest.fixture
def import_id(session: Db, admin: Actor) -> UUID:
    """An import in review whose one row may be Ana Silva's."""
    known = visit(1, client_name="Ana Silva", client_phone=PHONE, customer_id="", client_email="")
    asks = visit(2, client_name="A. Silva", client_phone=PHONE, customer_id="", client_email="")
    build_promotion(actor=admin, content=[known])
    return build_review(actor=admin, content=[asks])


@pytest.fixture
def owner_id(session: Db, import_id: UUID) -> UUID:
    """Ana Silva, whom the row asks about."""
    return session.scalars(sa.select(Owner.id).where(Owner.full_name == "Ana Silva")).one()


def test_a_row_that_waits_for_a_decision_is_held_back(session: Db, import_id: UUID, owner_id: UUID) -> None:
    waiting = session.scalars(sa.select(PlanRow).where(PlanRow.import_id == import_id)).one()

    assert (waiting.undecided, waiting.outcome, waiting.owner_id) == (True, "skip", owner_id)
    assert seen(import_id).needs_decision == 1


def test_the_same_person_is_linked(session: Db, admin: Actor, import_id: UUID, owner_id: UUID) -> None:
    decide_match(actor=admin, now=NOW, import_id=import_id, row_no=2, owner_id=owner_id, same=True)
    assert advance(import_id) is ImportState.REVIEW
    approve(import_id, actor=admin)
    advance(import_id)

    assert count(Owner) == 1
    assert set(session.scalars(sa.select(Case.owner_id))) == {owner_id}


def test_another_person_is_created(session: Db, admin: Actor, import_id: UUID, owner_id: UUID) -> None:
    decide_match(actor=admin, now=NOW, import_id=import_id, row_no=2, owner_id=owner_id, same=False)
    advance(import_id)
    approve(import_id, actor=admin)
    advance(import_id)

    assert sorted(session.scalars(sa.select(Owner.full_name))) == ["A. Silva", "Ana Silva"]


def test_a_decision_changes_the_plan_so_that_an_earlier_look_is_void(
    session: Db, admin: Actor, import_id: UUID, owner_id: UUID
) -> None:
    before = seen(import_id).plan_fingerprint

    decide_match(actor=admin, now=NOW, import_id=import_id, row_no=2, owner_id=owner_id, same=True)
    advance(import_id)

    details = seen(import_id)
    assert details.plan_fingerprint != before
    assert (details.needs_decision, details.finding_counts.get("match.undecided", 0)) == (0, 0)


def test_a_decision_is_kept_with_who_took_it_and_told_to_the_trail(
    session: Db, admin: Actor, import_id: UUID, owner_id: UUID
) -> None:
    decide_match(actor=admin, now=NOW, import_id=import_id, row_no=2, owner_id=owner_id, same=False)

    kept = session.scalars(sa.select(MatchDecision)).one()
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "match.decided")).one()
    assert (kept.row_no, kept.owner_id, kept.same, kept.decided_by_name) == (2, owner_id, False, "Ada Admin")
    assert (event.subject_id, event.row_no, event.detail["same"]) == (owner_id, 2, False)


def test_who_decided_on_a_match_does_not_approve_under_four_eyes(
    session: Db, organisation: Organisation, import_id: UUID, owner_id: UUID
) -> None:
    change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)
    reviewer = actor_of(build_person(organisation=organisation, role=Role.REVIEWER))
    decide_match(actor=reviewer, now=NOW, import_id=import_id, row_no=2, owner_id=owner_id, same=True)
    advance(import_id)

    with pytest.raises(FourEyesError):
        approve(import_id, actor=reviewer)

    assert seen(import_id).edited_by == (str(reviewer.id),)


@pytest.mark.parametrize("row_no", [1, 3])
def test_a_row_that_does_not_ask_takes_no_answer(
    session: Db, admin: Actor, import_id: UUID, owner_id: UUID, row_no: int
) -> None:
    with pytest.raises(InvalidInputError, match=f"Row {row_no} does not ask about this owner"):
        decide_match(actor=admin, now=NOW, import_id=import_id, row_no=row_no, owner_id=owner_id, same=True)

    assert count(MatchDecision) == 0


def test_an_owner_that_is_not_asked_about_is_no_answer(session: Db, admin: Actor, import_id: UUID) -> None:
    stranger = actor_of(build_person())
    build_promotion(actor=stranger, content=[visit(9)])
    theirs = session.scalars(
        sa.select(Owner.id).where(Owner.organisation_id == stranger.organisation_id)
    ).one()

    with pytest.raises(InvalidInputError):
        decide_match(actor=admin, now=NOW, import_id=import_id, row_no=2, owner_id=theirs, same=True)


def test_after_the_approval_nothing_is_decided_any_more(
    session: Db, admin: Actor, import_id: UUID, owner_id: UUID
) -> None:
    approve(import_id, actor=admin)

    with pytest.raises(WrongStateError):
        decide_match(actor=admin, now=NOW, import_id=import_id, row_no=2, owner_id=owner_id, same=True)

    assert session.get_one(Import, import_id).state is ImportState.APPROVED


def test_an_auditor_decides_on_no_match(
    session: Db, organisation: Organisation, import_id: UUID, owner_id: UUID
) -> None:
    auditor = actor_of(build_person(organisation=organisation, role=Role.AUDITOR))

    with pytest.raises(NotAllowedError):
        decide_match(actor=auditor, now=NOW, import_id=import_id, row_no=2, owner_id=owner_id, same=True)
