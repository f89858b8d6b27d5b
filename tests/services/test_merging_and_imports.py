"""Merges beside imports: the next export finds both, an open plan is made anew, undo knows what was merged."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.matching.keys import owner_keys
from phcs.core.records import OwnerFacts, PetFacts, RecordKind
from phcs.core.states import ImportState
from phcs.core.undoing import Bucket, Direction
from phcs.models.audit import AuditEvent
from phcs.models.records import Case, MatchKey, Owner, Pet
from tests.builders import actor_of, build_person
from tests.import_builders import advance, approve, build_promotion, build_review, count, visit
from tests.merge_builders import merge_at, owner_called, undone_at
from tests.undo_builders import carry_out, lines_of, live_facts

Db = scoped_session[Session]
FIRST = {"client_name": "Ana Silva", "pet_name": "Rex"}
SECOND = {"client_name": "Anna Silva", "pet_name": "Luna"}


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(name="Ada Admin"))


@pytest.fixture
def first(admin: Actor) -> UUID:
    """The import that brought Ana Silva."""
    return build_promotion(actor=admin, content=[visit(1, **FIRST)])


@pytest.fixture
def second(admin: Actor, first: UUID) -> UUID:
    """The import that brought Anna Silva and somebody else."""
    return build_promotion(actor=admin, content=[visit(2, **SECOND), visit(3)])


@pytest.mark.parametrize("duplicates", ["link", "update"])
def test_the_next_export_finds_both_and_changes_nothing(
    session: Db, admin: Actor, second: UUID, duplicates: str
) -> None:
    merge_at(session, admin, "Ana Silva", "Anna Silva")
    before = live_facts(admin.organisation_id)

    build_promotion(
        actor=admin,
        content=[visit(1, **FIRST, notes="More"), visit(2, **SECOND, notes="More"), visit(3)],
        file_name="again.csv",
        duplicates=duplicates,
    )

    after = live_facts(admin.organisation_id)
    assert len(after["cases"]) == len(before["cases"])
    assert {name: after[name] for name in ("owners", "pets")} == {
        name: before[name] for name in ("owners", "pets")
    }


def test_a_new_row_of_the_merged_customer_goes_to_the_one_who_stays(
    session: Db, admin: Actor, second: UUID
) -> None:
    merge_at(session, admin, "Ana Silva", "Anna Silva")

    build_promotion(actor=admin, content=[visit(2, **SECOND, waitwhile_id="new")])

    assert count(Case, Case.owner_id == owner_called(session, "Ana Silva").id) == 3
    assert count(Owner) == 3


def test_a_plan_made_before_the_merge_is_made_anew(session: Db, admin: Actor, second: UUID) -> None:
    import_id = build_review(actor=admin, content=[visit(2, **SECOND, waitwhile_id="new", notes="Limps")])
    merge_at(session, admin, "Ana Silva", "Anna Silva")

    approve(import_id, actor=admin)
    state = advance(import_id)

    assert state is ImportState.REVIEW
    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED
    assert count(Case, Case.notes == "Limps", Case.owner_id == owner_called(session, "Ana Silva").id) == 1


def test_undo_keeps_what_was_merged_and_says_so(session: Db, admin: Actor, second: UUID) -> None:
    kept = owner_called(session, "Ana Silva")
    merge_at(session, admin, "Ana Silva", "Anna Silva")
    merged = live_facts(admin.organisation_id)

    details = carry_out(second, actor=admin)

    lines = lines_of(details, Bucket.KEPT, Bucket.BLOCKED, Bucket.PARTLY, actor=admin)
    assert sorted((line.kind, line.name) for line in lines) == [
        (RecordKind.CASE, "Ana Silva"),
        (RecordKind.OWNER, "Anna Silva"),
        (RecordKind.PET, "Luna"),
    ]
    sentences = {kept.sentence for line in lines for kept in line.kept}
    assert sentences == {"Ada Admin merged it on 2026-11-21. Undo that merge first to take this back."}
    assert count(Case, Case.owner_id == kept.id) == 2
    after = live_facts(admin.organisation_id)
    assert len(after["owners"]) == len(merged["owners"]) - 1


def test_undo_of_the_import_that_brought_the_one_who_stays_keeps_it(
    session: Db, admin: Actor, first: UUID, second: UUID
) -> None:
    merge_at(session, admin, "Ana Silva", "Anna Silva")

    details = carry_out(first, actor=admin)

    kept = [line for line in lines_of(details, actor=admin) if line.kind is RecordKind.OWNER]
    assert [line.bucket for line in kept] == [Bucket.KEPT]
    assert owner_called(session, "Ana Silva").archived_at is None


def test_once_the_merge_is_undone_both_are_found_by_all_that_imports_brought_since(
    session: Db, admin: Actor, second: UUID
) -> None:
    merge_id = merge_at(session, admin, "Ana Silva", "Anna Silva")
    namesake = visit(1, **FIRST | {"pet_name": "Luna", "species": "cat", "waitwhile_id": "new"})
    build_promotion(actor=admin, content=[namesake])

    undone_at(session, admin, merge_id)

    ana = owner_called(session, "Ana Silva")
    pets = [
        PetFacts(name=name) for name in session.scalars(sa.select(Pet.name).where(Pet.owner_id == ana.id))
    ]
    facts = OwnerFacts(full_name=ana.full_name, phone=ana.phone, email=ana.email)
    held = set(session.scalars(sa.select(MatchKey.key).where(MatchKey.owner_id == ana.id)))
    assert [pet.name for pet in pets].count("Luna") == 1
    assert set(owner_keys(facts, pets, source="", external_id="")) - held == set()


def test_once_the_merge_is_undone_so_can_the_imports_be(
    session: Db, admin: Actor, first: UUID, second: UUID
) -> None:
    undone_at(session, admin, merge_at(session, admin, "Ana Silva", "Anna Silva"))

    for import_id in (second, first):
        details = carry_out(import_id, actor=admin)
        assert lines_of(details, Bucket.KEPT, Bucket.BLOCKED, Bucket.PARTLY, actor=admin) == []

    assert (count(Owner), count(Pet), count(Case)) == (0, 0, 0)


def test_a_redo_brings_nothing_back_to_an_owner_who_was_merged(
    session: Db, admin: Actor, second: UUID
) -> None:
    third = build_promotion(
        actor=admin, content=[visit(2, **(SECOND | {"pet_name": "Milo"}), waitwhile_id="x")]
    )
    carry_out(third, actor=admin)
    merge_at(session, admin, "Ana Silva", "Anna Silva")

    details = carry_out(third, actor=admin, direction=Direction.REDO)

    blocked = lines_of(details, Bucket.BLOCKED, actor=admin)
    assert {one.sentence for line in blocked for one in line.dependants} == {
        "Its owner is not there any more."
    }
    assert count(Pet, Pet.name == "Milo") == 0


def test_what_the_audit_trail_tells_of_a_merge_is_enough_to_undo_it(
    session: Db, admin: Actor, second: UUID
) -> None:
    merge_id = merge_at(session, admin, "Ana Silva", "Anna Silva")

    told = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.detail["merge"].as_string() == str(merge_id))
    )

    actions = sorted(event.action for event in told)
    assert actions == ["case.moved", "owner.archived", "owner.merged", "owners.merged", "pet.moved"]
