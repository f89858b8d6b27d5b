"""Keys and name frequencies are in step with the live owners, whatever changes those."""

from collections import Counter
from collections.abc import Mapping
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.matching.frequencies import counted_parts
from phcs.core.matching.keys import KEYS_VERSION
from phcs.core.records import OwnerFacts, RecordKind
from phcs.core.undoing import Direction
from phcs.extensions import db
from phcs.models.organisations import Organisation
from phcs.models.records import MatchKey, NameFrequency, Owner, Pet
from phcs.services.rebuilding_keys import rebuild_keys
from phcs.services.record_editing import edit_record
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    advance,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    seen,
    visit,
    visits,
)
from tests.undo_builders import carry_out

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def stored_frequencies() -> dict[str, tuple[int, int]]:
    db.session.rollback()
    rows = db.session.execute(sa.select(NameFrequency.part, NameFrequency.owners, NameFrequency.owners_first))
    return {part: (owners, first) for part, owners, first in rows}


def true_frequencies() -> dict[str, tuple[int, int]]:
    db.session.rollback()
    owners: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for owner in db.session.scalars(sa.select(Owner)):
        owners[""] += 1
        facts = OwnerFacts(
            full_name=owner.full_name, given_name=owner.given_name, family_name=owner.family_name
        )
        for part, is_first in counted_parts(facts):
            owners[part] += 1
            first[part] += is_first
    return {part: (number, first[part]) for part, number in owners.items()}


def stored_keys() -> set[tuple[UUID, int]]:
    db.session.rollback()
    return {(owner, key) for owner, key in db.session.execute(sa.select(MatchKey.owner_id, MatchKey.key))}


def test_frequencies_follow_imports_edits_undo_and_redo(session: Db, admin: Actor) -> None:
    first = build_promotion(actor=admin, content=visits(3))
    after_first = stored_frequencies()
    assert after_first == true_frequencies()
    assert after_first[""] == (3, 0)
    build_promotion(
        actor=admin,
        content=[visit(1, client_name="Ana María Silva Sousa"), visit(4)],
        duplicates="update",
    )
    assert stored_frequencies() == true_frequencies() != after_first
    owner = session.scalars(sa.select(Owner).order_by(Owner.id)).first()
    assert owner is not None
    edit_record(
        actor=admin,
        organisation_id=admin.organisation_id,
        kind=RecordKind.OWNER,
        record_id=owner.id,
        version=owner.version,
        changes={"full_name": "Zoë Zander"},
        now=NOW,
    )
    assert stored_frequencies() == true_frequencies()
    carry_out(first, actor=admin)
    assert stored_frequencies() == true_frequencies()


def test_undo_and_redo_give_the_frequencies_back(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    imported = stored_frequencies()

    carry_out(import_id, actor=admin)
    assert stored_frequencies() == {}
    carry_out(import_id, actor=admin, direction=Direction.REDO)

    assert stored_frequencies() == imported


def test_a_rebuild_gives_the_same_keys_and_frequencies_and_voids_older_plans(
    session: Db, admin: Actor
) -> None:
    build_promotion(actor=admin, content=visits(5))
    keys, frequencies = stored_keys(), stored_frequencies()
    epoch = session.scalar(sa.select(Organisation.record_epoch))
    change_behind_the_back(NameFrequency, owners=99)
    change_behind_the_back(MatchKey, key=MatchKey.key + 2)

    assert rebuild_keys(organisation_id=admin.organisation_id) == 5

    assert (stored_keys(), stored_frequencies()) == (keys, frequencies)
    session.rollback()
    assert epoch is not None
    assert session.scalar(sa.select(Organisation.record_epoch)) == epoch + 1


def test_owners_with_keys_of_earlier_rules_are_rebuilt_before_the_next_plan(
    session: Db, admin: Actor
) -> None:
    build_promotion(actor=admin, content=visits(2))
    keys = stored_keys()
    change_behind_the_back(MatchKey, key=MatchKey.key + 2)
    change_behind_the_back(Organisation, keys_version=KEYS_VERSION - 1)

    import_id = build_review(
        actor=admin, content=[visit(1, waitwhile_id="visit-9", customer_id="", client_email="")]
    )

    assert seen(import_id).plan_counts["owner"].get("create", 0) == 0
    assert stored_keys() >= keys


def test_a_pet_edited_by_a_person_leads_to_its_owner(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, pet_name="")])
    session.rollback()
    before = stored_keys()
    pet = session.scalars(sa.select(Pet)).first()
    assert pet is not None
    edit_record(
        actor=admin,
        organisation_id=admin.organisation_id,
        kind=RecordKind.PET,
        record_id=pet.id,
        version=pet.version,
        changes={"name": "Luna"},
        now=NOW,
    )

    assert {owner for owner, _ in stored_keys() - before} == {pet.owner_id}


@pytest.mark.parametrize("chunk_rows", [1, 1_000])
def test_an_owner_without_any_contact_is_found_by_name_and_pet_in_every_chunk(
    session: Db, admin: Actor, chunk_rows: int
) -> None:
    rows = [
        visit(1, pet_name="Luna"),
        visit(1, waitwhile_id="visit-2", customer_id="", client_phone="", client_email="", pet_name="Luna"),
    ]
    import_id = build_import(actor=admin, content=rows)
    advance(import_id, chunk_rows=chunk_rows)

    found = seen(import_id)
    told = [found.plan_counts["owner"]["create"], found.plan_counts["needs_decision"]]
    assert told == [1, 1]


def test_the_order_of_rows_changes_nothing_where_the_source_names_everybody(
    session: Db, admin: Actor
) -> None:
    rows = [*visits(12), *(visit(number, waitwhile_id=f"again-{number}") for number in range(1, 7))]
    shuffled: list[Mapping[str, str]] = [*rows]
    Random(5).shuffle(shuffled)

    plans = [seen(build_review(actor=admin, content=content)).plan_counts for content in (rows, shuffled)]

    assert plans[0] == plans[1]
    assert plans[0]["owner"]["create"] == 12


def test_a_phone_of_hundreds_makes_nobody_of_them_the_same(session: Db, admin: Actor) -> None:
    rows = [visit(number, client_phone="+14155550199", client_email="") for number in range(1, 260)]

    import_id = build_import(actor=admin, content=rows)
    advance(import_id, chunk_rows=50)

    counts = seen(import_id).plan_counts
    assert counts["owner"]["link"] == counts["owner"]["update"] == 0
    assert counts["owner"]["create"] + counts["needs_decision"] == 259
