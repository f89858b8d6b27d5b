"""A merged owner's history follows to the one who is kept, and comes back with the undo of the merge."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.history import InvoiceFacts, MedicalRecordFacts, VaccinationFacts
from phcs.core.merging.undoing import stays_sentence
from phcs.core.records import OwnerFacts, PetFacts
from phcs.core.states import ImportState
from phcs.core.undoing import Bucket
from phcs.models.audit import AuditEvent
from phcs.models.history import Invoice, MedicalRecord, Vaccination
from phcs.models.records import MatchKey
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, change_behind_the_back
from tests.merge_builders import merge_at, merge_seen, undone_at
from tests.plan_builders import build_planned_import, create
from tests.undo_builders import lines_of, live_facts, prepare

Db = scoped_session[Session]


@pytest.fixture
def admin() -> Actor:
    return actor_of(build_person())


class TwoOwners:
    """Ana with Luna; A. Silva with another Luna (one animal by name) and with Sol, who has a vaccination each."""

    def __init__(self, actor: Actor) -> None:
        ana, other = create(OwnerFacts(full_name="Ana Silva")), create(OwnerFacts(full_name="A. Silva"))
        luna = create(PetFacts(name="Luna", species="cat"), parent=ana.record_id)
        same = create(PetFacts(name="Luna", species="cat"), parent=other.record_id)
        sol = create(PetFacts(name="Sol", species="dog"), parent=other.record_id)
        shots = [
            create(
                VaccinationFacts(vaccine="Rabies", given_on="2026-05-03", pet_id=str(pet.record_id)),
                parent=other.record_id,
            )
            for pet in (same, sol)
        ]
        invoice = create(InvoiceFacts(issued_on="2026-05-03", total="9.00"), parent=other.record_id)
        own = create(
            MedicalRecordFacts(happened_at="2026-05-03T10:30:00+00:00", pet_id=str(luna.record_id)),
            parent=ana.record_id,
        )
        self.import_id = build_planned_import(actor, ana, other, luna, same, sol, *shots, invoice, own)
        assert advance(self.import_id) is ImportState.COMPLETED
        self.ana, self.luna, self.sol = ana.record_id, luna.record_id, sol.record_id
        self.of_luna, self.of_sol = (one.record_id for one in shots)
        self.invoice = invoice.record_id


@pytest.fixture
def two(admin: Actor) -> TwoOwners:
    return TwoOwners(admin)


def places(session: Db) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Whose each vaccination is, and which pet it is about."""
    session.rollback()
    columns = Vaccination.__table__.c
    rows = session.execute(sa.select(columns.id, columns.owner_id, columns.pet_id))
    return {row.id: (row.owner_id, row.pet_id) for row in rows}


def test_history_follows_the_merged_owner_and_the_merged_pet(
    session: Db, admin: Actor, two: TwoOwners
) -> None:
    merge_at(session, admin, "Ana Silva", "A. Silva")

    assert places(session) == {two.of_luna: (two.ana, two.luna), two.of_sol: (two.ana, two.sol)}
    invoice = session.get_one(Invoice, two.invoice)
    assert (invoice.owner_id, invoice.version) == (two.ana, 2)
    assert session.scalars(sa.select(MedicalRecord.version)).one() == 1


def test_the_undo_of_a_merge_gives_the_history_back(session: Db, admin: Actor, two: TwoOwners) -> None:
    before = live_facts(admin.organisation_id)
    merge_id = merge_at(session, admin, "Ana Silva", "A. Silva")

    undone_at(session, admin, merge_id)

    keys = MatchKey.__tablename__  # these owners had none, and they are completed
    assert {**live_facts(admin.organisation_id), keys: before[keys]} == before


def test_a_merge_tells_the_trail_of_every_record_that_moved(
    session: Db, admin: Actor, two: TwoOwners
) -> None:
    merge_at(session, admin, "Ana Silva", "A. Silva")

    told = session.execute(
        sa.select(AuditEvent.subject_id, AuditEvent.action).where(AuditEvent.action.like("%.moved"))
    ).all()

    assert {(one.subject_id, one.action) for one in told} >= {
        (two.of_luna, "vaccination.moved"),
        (two.of_sol, "vaccination.moved"),
        (two.invoice, "invoice.moved"),
    }


def test_what_came_to_the_history_since_a_merge_stays_and_is_told(
    session: Db, admin: Actor, two: TwoOwners
) -> None:
    merge_id = merge_at(session, admin, "Ana Silva", "A. Silva")
    new = create(InvoiceFacts(issued_on="2026-06-03", total="1.00"), parent=two.ana)
    later = build_planned_import(admin, new)
    assert advance(later) is ImportState.COMPLETED
    change_behind_the_back(Invoice, Invoice.id == new.record_id, created_at=NOW.replace(year=2027))

    undo = merge_seen(session, admin, merge_id).undo

    assert undo is not None
    assert "A record came since the merge and stays with the owner who was kept." in {
        stays_sentence(one) for one in undo.stays
    }
    undone_at(session, admin, merge_id)
    session.rollback()
    assert session.get_one(Invoice, new.record_id).owner_id == two.ana


def test_an_undo_of_the_import_leaves_a_history_that_a_merge_has_moved(
    session: Db, admin: Actor, two: TwoOwners
) -> None:
    merge_at(session, admin, "Ana Silva", "A. Silva")

    kept = {
        line.record_id for line in lines_of(prepare(two.import_id, actor=admin), Bucket.KEPT, actor=admin)
    }

    assert {two.of_luna, two.of_sol, two.invoice} <= kept
