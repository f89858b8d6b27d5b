"""What planning knows about a chunk of rows: live records, and what the plan has made of them so far."""

from collections.abc import Collection
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.matching.known import CROWDED_OVER, KnownOwner, KnownWorld
from phcs.extensions import db
from phcs.models.records import Case, ExternalId, Owner
from phcs.queries.known_world import ChunkNeeds, known_world
from phcs.queries.planned_records import WorldScope
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    build_promotion,
    build_review,
    change_behind_the_back,
    visit,
    visits,
)
from tests.match_keys import contact_keys
from tests.record_builders import counted_queries

Db = scoped_session[Session]
NOBODYS_IMPORT = UUID(int=1)


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def keys_of(number: int) -> tuple[int, ...]:
    """The keys of the n-th visit's owner."""
    return contact_keys(
        source="waitwhile",
        external_id=f"customer-{number}",
        phone=f"+1415{5_000_000 + number:07d}",
        phone2="",
        email=f"person{number}@example.org",
    )


def world(
    admin: Actor, import_id: UUID = NOBODYS_IMPORT, *, keys: Collection[int] = (), cases: Collection[str] = ()
) -> KnownWorld:
    db.session.rollback()
    scope = WorldScope(admin.organisation_id, import_id, "waitwhile")
    return known_world(db.session(), scope, ChunkNeeds(keys=keys, case_ids=cases)).world


def named(known: KnownWorld, number: int) -> KnownOwner:
    found = known.owner_by_external_id("waitwhile", f"customer-{number}")
    assert found is not None
    return found


def test_a_live_owner_is_known_with_facts_pets_ids_and_what_the_source_said(
    session: Db, admin: Actor
) -> None:
    build_promotion(actor=admin, content=[visit(1, client_name="Ana Silva", pet_name="Rex")])

    owner = named(world(admin, keys=keys_of(1)), 1)

    assert (owner.id, owner.version, owner.planned) == (session.scalars(sa.select(Owner.id)).one(), 1, False)
    assert (owner.facts.full_name, owner.facts.phone) == ("Ana Silva", "+14155000001")
    assert [(pet.facts.name, pet.facts.species) for pet in owner.pets] == [("Rex", "dog")]
    assert owner.external_ids == {("waitwhile", "customer-1")}
    assert owner.imported == owner.facts


@pytest.mark.parametrize("position", [0, 1, 2])
def test_an_owner_is_found_by_id_phone_and_email_alike(session: Db, admin: Actor, position: int) -> None:
    build_promotion(actor=admin, content=visits(3))

    known = world(admin, keys=[keys_of(2)[position]])

    assert named(known, 2).facts.email == "person2@example.org"
    assert known.owner_by_external_id("waitwhile", "customer-1") is None


def test_a_case_is_known_with_its_owner_pets_and_what_was_edited_since(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, notes="From the queue")])
    change_behind_the_back(Case, notes="By hand", version=2)

    known = world(admin, cases=["visit-1", "visit-2"])

    case = known.case("visit-1")
    assert case is not None
    assert case.imported is not None
    assert (case.version, case.facts.notes, case.imported.notes) == (2, "By hand", "From the queue")
    assert len(case.pet_ids) == 1
    assert known.owner(case.owner_id) is not None
    assert known.case("visit-2") is None


def test_an_archived_owner_is_not_known_any_more(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(1))
    change_behind_the_back(Owner, archived_at=NOW)

    assert world(admin, keys=keys_of(1)).owner_by_external_id("waitwhile", "customer-1") is None


def test_what_the_plan_creates_is_known_to_its_own_import_only(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=[visit(1)])

    own, others = world(admin, import_id, keys=keys_of(1), cases=["visit-1"]), world(admin, keys=keys_of(1))

    owner = named(own, 1)
    case = own.case("visit-1")
    assert (owner.planned, owner.row_no, len(owner.pets)) == (True, 2, 1)
    assert case is not None
    assert (case.planned, case.row_no, case.owner_id) == (True, 2, owner.id)
    assert others.owner_by_external_id("waitwhile", "customer-1") is None


def test_live_records_are_known_with_what_the_plan_changes(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, client_email="", pet_name="Rex", species="")])
    import_id = build_review(
        actor=admin,
        content=[visit(1, pet_name="Rex", species="dog", status="Closed"), visit(1, pet_name="Luna")],
    )

    known = world(admin, import_id, keys=keys_of(1), cases=["visit-1"])

    owner, case = named(known, 1), known.case("visit-1")
    assert (owner.facts.email, owner.version, owner.planned) == ("person1@example.org", 2, False)
    assert [(pet.facts.name, pet.facts.species, pet.planned) for pet in owner.pets] == [
        ("Rex", "dog", False),
        ("Luna", "dog", True),
    ]
    assert case is not None
    assert (case.facts.status, case.row_no, len(case.pet_ids)) == ("new", 2, 2)


def test_a_phone_of_too_many_owners_is_no_evidence(session: Db, admin: Actor) -> None:
    shared = "+14155550199"
    names = "Ada Bea Cai Dov Eva Fay Gil Hal Ida Jon Kai Lea Mia Noa Ole Pia Quin Ron Sol Tea Una Vic".split()
    rows = [
        visit(number, client_name=f"{name} {name}berg", client_phone=shared)
        for number, name in enumerate(names, start=1)
    ]
    build_promotion(actor=admin, content=rows)
    key = contact_keys(source="", external_id="", phone=shared, phone2="", email="")[0]

    known = world(admin, keys=[key])

    assert len(names) > CROWDED_OVER
    assert not known.is_evidence(key)
    assert known.candidates((key,)) == []


def test_another_sources_id_is_another_id(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(1))
    change_behind_the_back(ExternalId, source="plain")

    known = world(admin, keys=keys_of(1), cases=["visit-1"])

    assert known.owner_by_external_id("waitwhile", "customer-1") is None
    assert known.case("visit-1") is None


def test_a_large_chunk_costs_as_many_queries_as_a_small_one(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(60))
    import_id = build_review(actor=admin, content=visits(60))
    costs = []
    for size in (1, 60):
        keys = [key for number in range(1, size + 1) for key in keys_of(number)]
        with counted_queries(db.engine) as sent:
            world(admin, import_id, keys=keys, cases=[f"visit-{number}" for number in range(1, size + 1)])
        costs.append(len([statement for statement in sent if statement.startswith("SELECT")]))

    assert costs[0] == costs[1]
