"""From an uploaded export to live, audited records: what becomes live, what stays as it was, and only once."""

from collections import Counter
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, StagedRow
from phcs.models.organisations import Organisation
from phcs.models.plans import LedgerRow
from phcs.models.records import Case, CasePet, ExternalId, FormerExternalId, Owner, Pet
from phcs.queries.audit_chains import verify_trail
from tests.builders import actor_of, build_person
from tests.import_builders import (
    advance,
    approve,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    live_hashes,
    seen,
    table_hash,
    visit,
    visits,
)

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def the_only(session: Db) -> tuple[Owner, Pet, Case]:
    """The owner, the pet and the case of a database that holds one of each."""
    return (
        session.scalars(sa.select(Owner)).one(),
        session.scalars(sa.select(Pet)).one(),
        session.scalars(sa.select(Case)).one(),
    )


def outcomes(import_id: UUID, session: Db) -> Counter[str]:
    return Counter(session.scalars(sa.select(LedgerRow.outcome).where(LedgerRow.import_id == import_id)))


def test_an_approved_export_becomes_live_owners_pets_and_cases(session: Db, admin: Actor) -> None:
    row = visit(1, client_name="Ana Silva", client_phone="(415) 555-0123", pet_name="Rex", notes="Two bags")

    import_id = build_promotion(actor=admin, content=[row])

    owner, pet, case = the_only(session)
    assert (owner.full_name, owner.phone, owner.email) == ("Ana Silva", "+14155550123", "person1@example.org")
    assert (pet.name, pet.species, pet.owner_id) == ("Rex", "dog", owner.id)
    assert (case.owner_id, case.services, case.notes) == (owner.id, ["food"], "Two bags")
    assert session.scalars(sa.select(CasePet)).one().pet_id == pet.id
    assert [owner.source, pet.source, case.source] == ["waitwhile_import"] * 3
    assert [owner.import_id, pet.import_id, case.import_id] == [import_id] * 3
    assert {owner.organisation_id, pet.organisation_id, case.organisation_id} == {admin.organisation_id}


def test_every_record_can_be_found_by_the_id_its_source_gave_it(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(7)])

    ids = {one.external_id: one for one in session.scalars(sa.select(ExternalId))}

    assert {key: (one.source, one.kind.value) for key, one in ids.items()} == {
        "customer-7": ("waitwhile", "owner"),
        "visit-7": ("waitwhile", "case"),
    }
    assert ids["customer-7"].record_id == session.scalars(sa.select(Owner.id)).one()
    assert ids["visit-7"].record_id == session.scalars(sa.select(Case.id)).one()


def test_every_row_has_one_outcome_and_only_rejected_rows_stay_to_be_repaired(
    session: Db, admin: Actor
) -> None:
    rows = [*visits(4), visit(2), visit(5, client_name=""), visit(6, request_date="2031-01-01")]

    import_id = build_promotion(actor=admin, content=rows)

    assert outcomes(import_id, session) == {"create": 4, "skip": 1, "reject": 2}
    assert [one.row_no for one in session.scalars(sa.select(LedgerRow).order_by(LedgerRow.row_no))] == [
        *range(2, 9)
    ]
    assert count(StagedRow) == count(StagedRow, StagedRow.row_no.in_([7, 8])) == 2
    assert seen(import_id).row_counts == {"valid": 5, "error": 2}


def test_the_ledger_says_which_errors_kept_a_row_out(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=[visit(1), visit(2, client_phone="12", client_name="")])

    reasons = session.scalars(
        sa.select(LedgerRow.reason).where(LedgerRow.import_id == import_id, LedgerRow.outcome == "reject")
    ).all()

    assert [set(reason.split("; ")) for reason in reasons] == [{"name.missing", "phone.invalid"}]


def test_the_audit_trail_has_an_event_for_every_created_record_and_holds(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))

    told = Counter(session.scalars(sa.select(AuditEvent.action).where(AuditEvent.import_id == import_id)))
    subjects = set(session.scalars(sa.select(AuditEvent.subject_id).where(AuditEvent.row_no.is_not(None))))

    assert told == {
        "owner.created": 3,
        "pet.created": 3,
        "case.created": 3,
        **dict.fromkeys(["import.received", "import.read", "import.staged", "import.planned"], 1),
        **dict.fromkeys(["import.approved", "import.promoted"], 1),
    }
    assert subjects == {one for table in (Owner, Pet, Case) for one in session.scalars(sa.select(table.id))}
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


def test_record_events_name_the_approver_and_the_row_of_the_file(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    organisation = session.get_one(Organisation, admin.organisation_id)
    approver = build_person(organisation=organisation, name="Rui Reviewer")
    approve(import_id, actor=actor_of(approver))
    advance(import_id)

    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "case.created")).all()

    assert [(one.row_no, one.actor_name, one.actor_id) for one in events] == [
        (2, "Rui Reviewer", str(approver.id)),
        (3, "Rui Reviewer", str(approver.id)),
    ]


def test_importing_the_same_export_again_creates_and_changes_nothing(session: Db, admin: Actor) -> None:
    rows = [*visits(5), visit(3), visit(6, customer_id="customer-1", client_phone="+14155000001")]
    build_promotion(actor=admin, content=rows)
    before = {table: table_hash(table) for table in (Owner, Pet, Case, CasePet)}
    ids = count(ExternalId)

    again = build_promotion(actor=admin, content=rows)

    assert {table: table_hash(table) for table in (Owner, Pet, Case, CasePet)} == before
    assert count(ExternalId) == ids
    assert set(outcomes(again, session)) == {"unchanged", "skip"}
    assert count(AuditEvent, AuditEvent.import_id == again, AuditEvent.row_no.is_not(None)) == 0


def test_a_later_export_brings_only_what_is_new_or_changed(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(3))
    later = [visit(1), visit(2, status="Closed", outcome="Resolved"), visit(3), visit(4)]

    import_id = build_promotion(actor=admin, content=later)

    assert outcomes(import_id, session) == {"unchanged": 2, "update": 1, "create": 1}
    cases = {one.notes or one.status.value: one for one in session.scalars(sa.select(Case))}
    assert (cases["closed"].outcome, cases["closed"].version) == ("Resolved", 2)
    assert (count(Owner), count(Case)) == (4, 4)
    changed = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "case.updated")).one()
    assert changed.values is not None
    assert changed.values["changes"] == {"status": ["new", "closed"], "outcome": ["", "Resolved"]}


def test_a_blank_cell_never_erases_what_is_stored(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, notes="Needs ramps", outcome="Open")])
    blank = visit(
        1, client_phone="", client_email="", pet_name="", species="", notes="", outcome="", status="Closed"
    )

    build_promotion(actor=admin, content=[blank], duplicates="update")

    owner, pet, case = the_only(session)
    assert (owner.phone, owner.email) == ("+14155000001", "person1@example.org")
    assert (pet.name, pet.species) == ("Rex b", "dog")
    assert (case.status.value, case.notes, case.outcome) == ("closed", "Needs ramps", "Open")


def test_a_blank_status_makes_a_new_case_and_never_reopens_one(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, status="Closed"), visit(2, status="")])
    build_promotion(actor=admin, content=[visit(1, status="", notes="Later"), visit(2, status="Closed")])

    states = {
        external_id: case.status.value
        for external_id, case in session.execute(
            sa.select(ExternalId.external_id, Case).join(Case, Case.id == ExternalId.record_id)
        )
    }
    assert states == {"visit-1": "closed", "visit-2": "closed"}


def test_what_a_person_edited_since_the_last_import_stays_theirs(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, notes="From the queue")])
    change_behind_the_back(Case, notes="Corrected by hand", version=2)

    build_promotion(actor=admin, content=[visit(1, notes="From the queue", status="Closed")])

    case = session.scalars(sa.select(Case)).one()
    assert (case.notes, case.status.value, case.version) == ("Corrected by hand", "closed", 3)


def test_records_that_the_plan_does_not_name_stay_byte_for_byte(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(40))
    neighbour = actor_of(build_person())
    build_promotion(actor=neighbour, content=visits(40))
    touched = session.scalars(
        sa.select(ExternalId.record_id).where(ExternalId.external_id == "visit-7")
    ).all()
    theirs = live_hashes(neighbour.organisation_id)
    before = {table: table_hash(table, table.id.not_in(touched)) for table in (Owner, Pet, Case)}
    old = {table: set(session.scalars(sa.select(table.id))) for table in (Owner, Pet, Case)}

    build_promotion(actor=admin, content=[visit(7, status="Closed"), *visits(5, first=100)])

    after = {
        table: table_hash(table, table.id.in_(old[table]), table.id.not_in(touched))
        for table in (Owner, Pet, Case)
    }
    assert after == before
    assert live_hashes(neighbour.organisation_id) == theirs
    assert count(Owner, Owner.organisation_id == admin.organisation_id) == 45


def test_nothing_of_an_import_is_live_before_its_approval(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(2))
    before = {table: table_hash(table) for table in (Owner, Pet, Case, CasePet, ExternalId)}

    import_id = build_review(actor=admin, content=visits(5, first=10))

    assert {table: table_hash(table) for table in (Owner, Pet, Case, CasePet, ExternalId)} == before
    assert count(StagedRow, StagedRow.import_id == import_id) == 5
    assert advance(import_id) is None


def test_a_record_changed_since_the_plan_voids_the_approval_of_another_plan(
    session: Db, admin: Actor
) -> None:
    build_promotion(actor=admin, content=visits(2))
    import_id = build_review(actor=admin, content=[visit(1, status="Closed")])
    approved = seen(import_id).plan_fingerprint
    approve(import_id, actor=admin)
    change_behind_the_back(Case, Case.notes == "", version=Case.version + 1, notes="By hand")
    change_behind_the_back(Organisation, record_epoch=Organisation.record_epoch + 1)
    live = live_hashes(admin.organisation_id)

    assert advance(import_id) is ImportState.REVIEW

    details = seen(import_id)
    assert details.plan_fingerprint != approved
    assert (details.approved_fingerprint, details.row.decided_by_name) == ("", "")
    assert "approved this plan, so 1 row would now do something else" in details.reason
    assert {
        name: digest for name, digest in live_hashes(admin.organisation_id).items() if name != "match_keys"
    } == {name: digest for name, digest in live.items() if name != "match_keys"}
    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED


def test_a_record_changed_without_anybody_knowing_is_not_overwritten(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(2))
    import_id = build_review(actor=admin, content=[visit(1, status="Closed"), visit(2, status="Closed")])
    approve(import_id, actor=admin)
    changed = session.scalars(
        sa.select(ExternalId.record_id).where(ExternalId.external_id == "visit-2")
    ).one()
    change_behind_the_back(Case, Case.id == changed, version=2, notes="By hand", outcome="Open")

    assert advance(import_id) is ImportState.REVIEW

    states = {one.notes: one.status.value for one in session.scalars(sa.select(Case))}
    assert states == {"": "new", "By hand": "new"}


def test_two_imports_of_one_person_without_ids_make_one_owner(session: Db, admin: Actor) -> None:
    both = [
        build_review(actor=admin, content=[visit(1, customer_id="", waitwhile_id=f"visit-{number}")])
        for number in (1, 2)
    ]
    for import_id in both:
        approve(import_id, actor=admin)

    assert advance(both[0]) is ImportState.COMPLETED
    assert advance(both[1]) is ImportState.REVIEW
    approve(both[1], actor=admin)
    assert advance(both[1]) is ImportState.COMPLETED

    assert (count(Owner), count(Pet), count(Case)) == (1, 1, 2)


def test_an_unrelated_change_does_not_void_the_approval_of_an_equal_plan(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    approve(import_id, actor=admin)
    build_promotion(actor=admin, content=visits(2, first=50))

    assert advance(import_id) is ImportState.COMPLETED

    assert count(Owner) == 4
    planned = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.import_id == import_id, AuditEvent.action == "import.planned")
    ).all()
    assert [one.detail["approval_voided"] for one in planned] == [False, False]


def test_a_plan_altered_after_its_approval_is_not_carried_out(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    approve(import_id, actor=admin)
    session.rollback()
    change_behind_the_back(Import, Import.id == import_id, approved_fingerprint="sha256:another")

    assert advance(import_id) is ImportState.REVIEW

    assert count(Owner) == 0


def test_two_imports_of_one_person_in_review_at_once_make_one_owner(session: Db, admin: Actor) -> None:
    first = build_import(actor=admin, content=[visit(1)])
    second = build_import(actor=admin, content=[visit(1, waitwhile_id="visit-1b", request_type="Boarding")])
    for import_id in (first, second):
        assert advance(import_id) is ImportState.REVIEW
        approve(import_id, actor=admin)

    assert advance(first) is ImportState.COMPLETED
    assert advance(second) is ImportState.REVIEW
    approve(second, actor=admin)
    assert advance(second) is ImportState.COMPLETED

    assert (count(Owner), count(Pet), count(Case)) == (1, 1, 2)


def test_what_a_source_said_before_is_kept_when_a_later_export_says_something_else(
    session: Db, admin: Actor
) -> None:
    first = build_promotion(actor=admin, content=visits(2))
    before = {
        (one.kind, one.external_id): (one.record_id, one.imported, one.imported_rows)
        for one in session.scalars(sa.select(ExternalId))
    }
    session.rollback()

    second = build_promotion(actor=admin, content=[visit(1, status="Closed"), visit(2)])

    former = session.scalars(sa.select(FormerExternalId)).all()
    assert [(one.import_id, one.former_import_id, one.external_id) for one in former] == [
        (second, first, "visit-1")
    ]
    assert (former[0].record_id, former[0].imported, former[0].imported_rows) == before[
        former[0].kind, "visit-1"
    ]
