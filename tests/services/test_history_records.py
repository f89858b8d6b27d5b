"""Promoting, undoing and redoing the history of pets and owners: every kind comes, goes and comes back whole."""

from collections import Counter
from dataclasses import asdict
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.history import (
    PaymentFacts,
    VaccinationFacts,
)
from phcs.core.planning import PlannedAction
from phcs.core.records import HISTORY_KINDS, OwnerFacts, PetFacts, RecordKind
from phcs.core.states import ImportState
from phcs.core.undoing import Bucket, Direction, Effect
from phcs.models.audit import AuditEvent
from phcs.models.history import HISTORY_TABLES, Invoice, Vaccination
from phcs.models.imports import Import
from phcs.models.records import ExternalId, Owner, Pet
from phcs.queries.audit_chains import verify_trail
from phcs.queries.live_facts import facts_of
from tests.builders import actor_of, build_person
from tests.import_builders import advance, change_behind_the_back, count
from tests.plan_builders import a_clinic, build_planned_import, change, create
from tests.undo_builders import carry_out, lines_of, live_facts, prepare

Db = scoped_session[Session]


@pytest.fixture
def admin() -> Actor:
    return actor_of(build_person())


def promoted(actor: Actor, *actions: PlannedAction, source: str = "okvet") -> UUID:
    import_id = build_planned_import(actor, *actions, source=source)
    assert advance(import_id) is ImportState.COMPLETED
    return import_id


def test_every_kind_of_history_becomes_live_as_it_was_planned(session: Db, admin: Actor) -> None:
    planned = a_clinic()

    import_id = promoted(admin, *planned)

    session.rollback()
    for action in (one for one in planned if one.kind in HISTORY_KINDS):
        live = session.get_one(HISTORY_TABLES[action.kind], action.record_id)
        assert {name: value for name, value in asdict(facts_of(live)).items() if value} == action.facts
        assert (live.owner_id, live.import_id, live.version) == (action.parent_id, import_id, 1)


def test_history_is_found_again_by_the_ids_of_its_own_source(session: Db, admin: Actor) -> None:
    planned = a_clinic()

    promoted(admin, *planned, source="open_dental")

    named = {(one.source, one.kind, one.external_id): one for one in session.scalars(sa.select(ExternalId))}
    assert set(named) == {("open_dental", one.kind, one.external_id) for one in planned if one.external_id}
    vaccination = named["open_dental", RecordKind.VACCINATION, "v1"]
    assert vaccination.imported == {"vaccine": "Rabies", "given_on": "2026-05-03"}


def test_the_trail_tells_of_every_record_of_a_history_and_holds(session: Db, admin: Actor) -> None:
    import_id = promoted(admin, *a_clinic())

    told = Counter(
        session.scalars(
            sa.select(AuditEvent.action).where(AuditEvent.import_id == import_id, AuditEvent.row_no > 0)
        )
    )

    assert told == {f"{kind.value}.created": 1 for kind in RecordKind if kind is not RecordKind.CASE}
    assert not verify_trail(session(), organisation_id=admin.organisation_id).problems


def test_an_undo_takes_a_history_away_and_a_redo_brings_all_of_it_back(session: Db, admin: Actor) -> None:
    empty = live_facts(admin.organisation_id)
    import_id = promoted(admin, *a_clinic())
    full = live_facts(admin.organisation_id)

    undone = carry_out(import_id, actor=admin)
    assert live_facts(admin.organisation_id) == empty
    carry_out(import_id, actor=admin, direction=Direction.REDO)

    assert live_facts(admin.organisation_id) == full
    assert undone.counts[Bucket.REVERSED] == 10
    assert sum(count(table) for table in HISTORY_TABLES.values()) == 8


def test_a_preview_of_an_undo_names_what_goes_and_whose_it_is(session: Db, admin: Actor) -> None:
    import_id = promoted(admin, *a_clinic())

    names = {line.kind: line.name for line in lines_of(prepare(import_id, actor=admin), actor=admin)}

    assert names[RecordKind.VACCINATION] == "Rabies, 2026-05-03 of Luna"
    assert names[RecordKind.INVOICE] == "F-7, 2026-05-03 of Luna"
    assert names[RecordKind.PAYMENT] == "120.50, 2026-05-04 of Ana Silva"
    assert names[RecordKind.PRODUCT] == "Worming tablet"


def test_what_a_later_import_added_keeps_pet_owner_and_invoice_and_is_named(
    session: Db, admin: Actor
) -> None:
    first = a_clinic()
    owner, pet, invoice = (first[place].record_id for place in (0, 1, 6))
    import_id = promoted(admin, *first)
    promoted(
        admin,
        create(VaccinationFacts(vaccine="Herpes", given_on="2026-06-01", pet_id=str(pet)), parent=owner),
        create(PaymentFacts(paid_on="2026-06-02", amount="5.00", invoice_id=str(invoice)), parent=owner),
    )

    details = prepare(import_id, actor=admin)

    blocked = {line.kind: line for line in lines_of(details, Bucket.BLOCKED, actor=admin)}
    assert set(blocked) == {RecordKind.OWNER, RecordKind.PET, RecordKind.INVOICE}
    said = [one.sentence for line in blocked.values() for one in line.dependants]
    assert "The vaccination Herpes, 2026-06-01 belongs to it." in said
    assert "The payment 5.00, 2026-06-02 belongs to it." in said


def test_a_record_that_a_later_import_changed_stays_with_its_value(session: Db, admin: Actor) -> None:
    first = a_clinic()
    vaccination = first[4]
    import_id = promoted(admin, *first)
    due = {"due_on": ["", "2027-05-03"]}
    promoted(admin, change(RecordKind.VACCINATION, vaccination.record_id, due, parent=vaccination.parent_id))

    kept = lines_of(prepare(import_id, actor=admin), Bucket.KEPT, actor=admin)

    assert [(line.kind, line.kept[0].name) for line in kept] == [(RecordKind.VACCINATION, "due_on")]


def test_undoing_a_change_gives_a_record_back_its_values_and_its_pet(session: Db, admin: Actor) -> None:
    first = a_clinic()
    owner, pet, vaccination = first[0].record_id, first[1].record_id, first[4].record_id
    promoted(admin, *first)
    other = create(PetFacts(name="Sol"), parent=owner)
    moved = {"lot": ["", "A-1"], "pet_id": [str(pet), str(other.record_id)]}
    before = live_facts(admin.organisation_id)
    second = promoted(admin, other, change(RecordKind.VACCINATION, vaccination, moved, parent=owner))

    carry_out(second, actor=admin)

    assert live_facts(admin.organisation_id) == before


def test_a_change_moves_a_record_to_another_owner_and_its_undo_moves_it_back(
    session: Db, admin: Actor
) -> None:
    first = a_clinic()
    owner, invoice = first[0].record_id, first[6].record_id
    promoted(admin, *first)
    other = create(OwnerFacts(full_name="Wei Kim"))
    moved = {"owner_id": [str(owner), str(other.record_id)]}
    second = promoted(admin, other, change(RecordKind.INVOICE, invoice, moved, parent=other.record_id))
    assert session.get_one(Invoice, invoice).owner_id == other.record_id

    carry_out(second, actor=admin)

    session.rollback()
    assert session.get_one(Invoice, invoice).owner_id == owner


def test_a_history_cannot_come_back_to_a_pet_that_is_gone(session: Db, admin: Actor) -> None:
    owner = create(OwnerFacts(full_name="Ana Silva"))
    pet = create(PetFacts(name="Luna"), parent=owner.record_id)
    first = promoted(admin, owner, pet)
    shot = VaccinationFacts(vaccine="Rabies", given_on="2026-05-03", pet_id=str(pet.record_id))
    second = promoted(admin, create(shot, parent=owner.record_id))
    carry_out(second, actor=admin)
    carry_out(first, actor=admin)

    (line,) = lines_of(prepare(second, actor=admin, direction=Direction.REDO), actor=admin)

    assert (line.bucket, line.effect) == (Bucket.BLOCKED, Effect.NONE)
    assert {one.kind for one in line.dependants} == {"owner", "pet"}
    assert (count(Owner), count(Pet), count(Vaccination)) == (0, 0, 0)


def test_ids_of_a_table_from_another_source_are_kept_under_it_and_go_and_come_with_it(
    session: Db, admin: Actor
) -> None:
    empty = live_facts(admin.organisation_id)
    import_id = build_planned_import(admin, *a_clinic(), source="open_dental")
    change_behind_the_back(Import, Import.id == import_id, source="okvet")
    assert advance(import_id) is ImportState.COMPLETED
    full = live_facts(admin.organisation_id)
    assert set(session.scalars(sa.select(ExternalId.source))) == {"open_dental"}

    carry_out(import_id, actor=admin)
    assert live_facts(admin.organisation_id) == empty
    carry_out(import_id, actor=admin, direction=Direction.REDO)

    assert live_facts(admin.organisation_id) == full
