"""A rehearsal carries the whole promotion out and keeps nothing of it but the report."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import NotAllowedError
from phcs.core.permissions import Role
from phcs.core.planning import PlannedAction
from phcs.core.records import OwnerFacts, PetFacts, RecordKind
from phcs.core.rehearsing import NotRehearsableError, RehearsalState
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.records import Owner
from phcs.queries.audit_chains import verify_trail
from phcs.queries.rehearsals import RehearsalDetails, latest_rehearsal, rehearsals_without_worker
from phcs.services.rehearsal_working import rehearse_import
from phcs.services.rehearsing import claim_rehearsal, request_rehearsal
from phcs.services.working import WorkStoppedError
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    advance,
    approve,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    live_hashes,
    seen,
    visit,
    visits,
    workshop,
)
from tests.plan_builders import build_planned_import, create

Db = scoped_session[Session]


@pytest.fixture
def admin() -> Actor:
    return actor_of(build_person())


def rehearsed(import_id: UUID, actor: Actor, session: Db) -> RehearsalDetails:
    rehearse_import(
        rehearsal_id=request_rehearsal(actor=actor, now=NOW, import_id=import_id), workshop=workshop()
    )
    return latest(import_id, actor, session)


def latest(import_id: UUID, actor: Actor, session: Db) -> RehearsalDetails:
    session.rollback()
    found = latest_rehearsal(session(), organisation_id=actor.organisation_id, import_id=import_id)
    assert found is not None
    return found


def two_owners() -> list[PlannedAction]:
    owners = [create(OwnerFacts(full_name=name)) for name in ("Ana Silva", "Wei Kim")]
    return [*owners, create(PetFacts(name="Luna"), parent=owners[0].record_id)]


def test_a_rehearsal_changes_nothing_and_tells_what_the_promotion_would_write(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=[*visits(3), visit(2)])
    before, state = live_hashes(admin.organisation_id), seen(import_id).row.state

    found = rehearsed(import_id, admin, session)

    assert live_hashes(admin.organisation_id) == before
    assert (seen(import_id).row.state, found.state) == (state, RehearsalState.FITS)
    assert found.report["records"]["owner"] == {"create": 3, "update": 0, "link": 0}
    assert (found.report["rows"], found.report["events"]) == (4, 9)
    assert set(found.report["timings"]) == {"promote", "verify"}


def test_the_promotion_writes_what_its_rehearsal_said(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    report = rehearsed(import_id, admin, session).report

    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED

    (told,) = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.promoted"))
    assert told.detail["records_events"] == report["events"]
    assert count(Owner) == report["records"]["owner"]["create"]


def test_the_trail_says_who_had_it_rehearsed_and_holds(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(2))

    rehearsed(import_id, admin, session)

    (told,) = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.rehearsed"))
    assert (told.actor_name, told.import_id, told.detail["outcome"]) == (admin.name, import_id, "fits")
    assert not verify_trail(session(), organisation_id=admin.organisation_id).problems
    assert count(AuditEvent, AuditEvent.row_no > 0) == 0


def test_a_plan_that_records_have_outrun_is_told_and_not_carried_out(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    build_promotion(actor=admin, content=[visit(9)])

    found = rehearsed(import_id, admin, session)

    assert found.state is RehearsalState.DIFFERS
    assert "Records have changed since this plan was made" in found.problem


def test_counts_that_do_not_add_up_are_told(session: Db, admin: Actor) -> None:
    import_id = build_planned_import(admin, *two_owners(), state=ImportState.REVIEW)
    counts = session.get_one(Import, import_id).plan_counts
    session.rollback()
    more = counts | {"owner": {**counts["owner"], "create": 3}}
    change_behind_the_back(Import, Import.id == import_id, plan_counts=more)

    found = rehearsed(import_id, admin, session)

    assert found.state is RehearsalState.DIFFERS
    assert "Created owner records: 3 expected, 2 found." in found.problem
    assert count(Owner) == 0


def test_only_a_plan_that_waits_for_approval_or_promotion_can_be_rehearsed(session: Db, admin: Actor) -> None:
    done = build_promotion(actor=admin, content=visits(1))

    with pytest.raises(NotRehearsableError, match="This import is completed"):
        request_rehearsal(actor=admin, now=NOW, import_id=done)


def test_an_auditor_cannot_have_an_import_rehearsed(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    organisation = session.get_one(Organisation, admin.organisation_id)
    auditor = actor_of(build_person(organisation=organisation, role=Role.AUDITOR))

    with pytest.raises(NotAllowedError):
        request_rehearsal(actor=auditor, now=NOW, import_id=import_id)


def test_asking_twice_gives_one_rehearsal_which_one_worker_takes(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    first = request_rehearsal(actor=admin, now=NOW, import_id=import_id)

    def is_taken() -> bool:
        claim = claim_rehearsal(rehearsal_id=first, now=NOW, lease_seconds=30, max_attempts=3)
        return claim is not None

    assert request_rehearsal(actor=admin, now=NOW, import_id=import_id) == first
    assert rehearsals_without_worker(session(), now=NOW) == [first]
    session.rollback()
    assert [is_taken(), is_taken()] == [True, False]


def test_a_worker_that_stops_leaves_the_rehearsal_to_another(session: Db, admin: Actor) -> None:
    import_id = build_planned_import(admin, *two_owners(), state=ImportState.REVIEW)
    made = request_rehearsal(actor=admin, now=NOW, import_id=import_id)

    def stop(*_told: object) -> None:
        raise WorkStoppedError

    assert rehearse_import(rehearsal_id=made, workshop=workshop(told=stop)) is None
    assert rehearse_import(rehearsal_id=made, workshop=workshop()) is RehearsalState.FITS
    assert latest(import_id, admin, session).report["records"][RecordKind.PET] == {
        "create": 1,
        "update": 0,
        "link": 0,
    }
