"""Undo takes back exactly what an import did, leaves what people changed since, and can be taken back itself."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.matching.keys import owner_keys
from phcs.core.records import OwnerFacts, PetFacts, RecordKind
from phcs.core.states import ImportState
from phcs.core.undoing import Bucket, Direction, Effect
from phcs.models.audit import AuditEvent
from phcs.models.organisations import Organisation
from phcs.models.records import Case, CasePet, ExternalId, MatchKey, Owner, Pet
from phcs.queries.audit_chains import verify_trail
from phcs.services.record_editing import edit_record
from phcs.services.undoing import withdraw_reversal
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import build_promotion, count, seen, visit, visits
from tests.undo_builders import carry_out, lines_of, live_facts, prepare

Db = scoped_session[Session]
REDO = Direction.REDO


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(name="Ada Admin"))


def edit(actor: Actor, record: Owner | Pet | Case, **changes: str) -> None:
    """What a person types about a record."""
    kinds = {Owner: RecordKind.OWNER, Pet: RecordKind.PET, Case: RecordKind.CASE}
    edit_record(
        actor=actor,
        organisation_id=actor.organisation_id,
        kind=kinds[type(record)],
        record_id=record.id,
        version=record.version,
        changes=changes,
        now=NOW,
    )


def owner_called(session: Db, name: str) -> Owner:
    session.rollback()
    return session.scalars(sa.select(Owner).where(Owner.full_name == name)).one()


def test_an_import_into_an_empty_place_leaves_nothing_behind(session: Db, admin: Actor) -> None:
    before = live_facts(admin.organisation_id)
    import_id = build_promotion(actor=admin, content=[*visits(3), visit(2, waitwhile_id="again")])

    details = carry_out(import_id, actor=admin)

    assert live_facts(admin.organisation_id) == before
    assert details.counts == {Bucket.REVERSED: 10, Bucket.PARTLY: 0, Bucket.KEPT: 0, Bucket.BLOCKED: 0}
    assert seen(import_id).row.state is ImportState.UNDONE


def test_updated_records_say_again_what_they_said_and_new_ones_go(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(3))
    before = live_facts(admin.organisation_id)
    second = build_promotion(
        actor=admin,
        content=[
            visit(1, waitwhile_id="new", client_phone="+14155551234", pet_name="Milo"),
            visit(2, notes="Two bags", status="Completed", pet_name="Luna"),
            visit(9),
        ],
        duplicates="update",
    )
    changed = live_facts(admin.organisation_id)

    carry_out(second, actor=admin)

    assert changed != before
    assert live_facts(admin.organisation_id) == before


def test_undo_then_redo_equals_the_import_again_and_again(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(2))
    before = live_facts(admin.organisation_id)
    rows = [visit(1, notes="Two bags", pet_name="Milo"), visit(2, waitwhile_id="new"), visit(3)]
    import_id = build_promotion(actor=admin, content=rows, duplicates="update")
    imported = live_facts(admin.organisation_id)

    for _ in range(2):
        carry_out(import_id, actor=admin)
        assert live_facts(admin.organisation_id) == before
        carry_out(import_id, actor=admin, direction=REDO)
        assert live_facts(admin.organisation_id) == imported
        assert seen(import_id).row.state is ImportState.COMPLETED


def test_imports_undone_in_reverse_order_leave_nothing(session: Db, admin: Actor) -> None:
    before = live_facts(admin.organisation_id)
    first = build_promotion(actor=admin, content=visits(3))
    between = live_facts(admin.organisation_id)
    second = build_promotion(actor=admin, content=[visit(1, notes="More"), visit(2, pet_name="Luna")])

    carry_out(second, actor=admin)
    assert live_facts(admin.organisation_id) == between
    details = carry_out(first, actor=admin)

    assert lines_of(details, Bucket.PARTLY, Bucket.KEPT, Bucket.BLOCKED, actor=admin) == []
    assert live_facts(admin.organisation_id) == before


def test_what_people_changed_since_stays_and_names_them(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, client_email="", notes="")])
    import_id = build_promotion(
        actor=admin, content=[visit(1, client_email="ana@example.org", notes="From the file")]
    )
    editor = actor_of(
        build_person(organisation=session.get_one(Organisation, admin.organisation_id), name="Eva Editor")
    )
    edit(editor, session.scalars(sa.select(Owner)).one(), email="eva@example.org")

    details = carry_out(import_id, actor=admin)

    [kept] = [one for line in lines_of(details, Bucket.KEPT, actor=admin) for one in line.kept]
    assert (kept.name, kept.now, kept.stated, kept.by) == (
        "email",
        "eva@example.org",
        "ana@example.org",
        "Eva Editor",
    )
    session.rollback()
    assert session.scalars(sa.select(Owner.email)).one() == "eva@example.org"
    assert session.scalars(sa.select(Case.notes)).one() == ""


def test_a_record_of_which_some_values_changed_since_is_taken_back_in_part(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, outcome="", notes="")])
    import_id = build_promotion(actor=admin, content=[visit(1, outcome="Fed", notes="From the file")])
    edit(admin, session.scalars(sa.select(Case)).one(), notes="By hand")

    details = carry_out(import_id, actor=admin)

    [line] = lines_of(details, Bucket.PARTLY, actor=admin)
    assert [(field.name, field.now, field.then) for field in line.fields] == [("outcome", "Fed", "")]
    assert [one.name for one in line.kept] == ["notes"]
    session.rollback()
    case = session.scalars(sa.select(Case)).one()
    assert (case.outcome, case.notes) == ("", "By hand")


def test_a_created_record_that_somebody_edited_stays_with_all_that_it_needs(
    session: Db, admin: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=visits(2))
    pet = session.scalars(sa.select(Pet).order_by(Pet.id).limit(1)).one()
    edit(admin, pet, breed="Beagle")

    details = carry_out(import_id, actor=admin)

    [kept] = lines_of(details, Bucket.KEPT, actor=admin)
    [blocked] = lines_of(details, Bucket.BLOCKED, actor=admin)
    assert (kept.record_id, [one.name for one in kept.kept]) == (pet.id, ["breed"])
    assert (blocked.record_id, [one.record_id for one in blocked.dependants]) == (pet.owner_id, [pet.id])
    assert (count(Owner), count(Pet), count(Case), count(CasePet)) == (1, 1, 0, 0)


def test_an_owner_is_still_found_by_the_pet_that_an_undo_leaves(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(1))
    import_id = build_promotion(actor=admin, content=[visit(1, waitwhile_id="later", pet_name="Luna")])
    pet = session.scalars(sa.select(Pet).where(Pet.name == "Luna")).one()
    edit(admin, pet, breed="Beagle")

    carry_out(import_id, actor=admin)

    owner = session.scalars(sa.select(Owner)).one()
    by_luna = set(
        owner_keys(OwnerFacts(full_name=owner.full_name), [PetFacts(name="Luna")], source="", external_id="")
    )
    held = set(session.scalars(sa.select(MatchKey.key).where(MatchKey.owner_id == owner.id)))
    assert by_luna
    assert by_luna <= held


def test_a_created_owner_whom_a_later_import_uses_stays(session: Db, admin: Actor) -> None:
    first = build_promotion(actor=admin, content=visits(2))
    build_promotion(actor=admin, content=[visit(1, waitwhile_id="later", pet_name="Luna")])

    details = carry_out(first, actor=admin)

    [owner] = [
        line for line in lines_of(details, Bucket.BLOCKED, actor=admin) if line.kind is RecordKind.OWNER
    ]
    assert Counter(one.kind for one in owner.dependants) == {"pet": 1, "case": 1, "": 1}
    assert count(Owner) == 1
    assert set(session.scalars(sa.select(ExternalId.external_id))) == {"customer-1", "later"}


PEOPLE = "Name,Phone,Email\nRosa Lima,+14155551001,rosa@example.org\n"
"""A list without ids: who is known already is only linked."""


@pytest.mark.parametrize("again", [visits(1), PEOPLE], ids=["unchanged", "linked"])
def test_what_a_later_import_has_found_there_stays_until_that_one_is_undone(
    session: Db, admin: Actor, again: str | list[dict[str, str]]
) -> None:
    empty = live_facts(admin.organisation_id)
    first = build_promotion(actor=admin, content=again)
    there = live_facts(admin.organisation_id)
    second = build_promotion(actor=admin, content=again, confirmations={"same_file": "It is to be so."})
    details = prepare(first, actor=admin)
    withdraw_reversal(actor=admin, now=NOW, import_id=first)

    assert details.counts[Bucket.REVERSED] == 0
    carry_out(second, actor=admin)
    assert live_facts(admin.organisation_id) == there
    carry_out(first, actor=admin)
    assert live_facts(admin.organisation_id) == empty


def test_an_older_import_is_undone_around_what_a_later_one_stated(session: Db, admin: Actor) -> None:
    """Three imports state the same case; the middle one goes, then the last: the first one's words are back."""
    build_promotion(actor=admin, content=[visit(1, notes="first", outcome="")])
    start = live_facts(admin.organisation_id)
    middle = build_promotion(actor=admin, content=[visit(1, notes="middle", outcome="Fed")])
    last = build_promotion(actor=admin, content=[visit(1, notes="last", outcome="Fed")])

    details = carry_out(middle, actor=admin)
    case = session.scalars(sa.select(Case)).one()
    assert (case.notes, case.outcome) == ("last", "")
    [line] = lines_of(details, Bucket.PARTLY, actor=admin)
    assert [(one.name, one.file_name) for one in line.kept] == [("notes", "visits.csv")]

    carry_out(last, actor=admin)

    now = live_facts(admin.organisation_id)
    assert now["external_ids"] == start["external_ids"]
    assert now["former_external_ids"] == {}
    assert now["cases"][str(case.id)]["notes"] == "middle"


def test_tags_go_one_by_one(session: Db, admin: Actor) -> None:
    row = {
        "waitwhile_id": "1",
        "customer_id": "c1",
        "client_name": "Ana Silva",
        "client_phone": "+14155550101",
    }
    row |= {"request_date": "2026-11-02", "request_type": "Pet food pantry"}
    build_promotion(actor=admin, content=[row | {"tags": "senior"}])
    import_id = build_promotion(actor=admin, content=[row | {"tags": "senior, urgent"}])
    case = session.scalars(sa.select(Case)).one()
    before = list(case.tags)
    edit(admin, case, tags=", ".join([*case.tags, "by hand"]))

    carry_out(import_id, actor=admin)

    session.rollback()
    assert "urgent" in before
    assert session.scalars(sa.select(Case.tags)).one() == [
        *[tag for tag in before if tag != "urgent"],
        "by hand",
    ]


def test_a_redo_does_not_bring_back_what_another_import_has_made_since(session: Db, admin: Actor) -> None:
    first = build_promotion(actor=admin, content=visits(2))
    carry_out(first, actor=admin)
    build_promotion(actor=admin, content=[visit(1)])

    details = carry_out(first, actor=admin, direction=REDO)

    blocked = lines_of(details, Bucket.BLOCKED, actor=admin)
    assert {line.kind for line in blocked} == {RecordKind.OWNER, RecordKind.PET, RecordKind.CASE}
    assert {one.name for line in blocked for one in line.dependants} == {"customer-1", "visit-1", ""}
    assert (count(Owner), count(Pet), count(Case)) == (2, 2, 2)


def test_a_redo_does_not_bring_back_people_without_ids_whom_another_import_has_brought_since(
    session: Db, admin: Actor
) -> None:
    before = NOW - timedelta(minutes=1)
    first = build_promotion(actor=admin, content=PEOPLE)
    carry_out(first, actor=admin, now=before, clock=lambda: before)
    later = build_promotion(actor=admin, content=PEOPLE)

    details = prepare(first, actor=admin, direction=REDO)

    [line] = lines_of(details, Bucket.BLOCKED, actor=admin)
    [found] = line.dependants
    assert found.record_id == session.scalar(sa.select(Owner.id).where(Owner.import_id == later))
    assert "same person" in found.sentence


def test_every_change_is_in_the_trail_which_holds(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1)])
    import_id = build_promotion(actor=admin, content=[visit(1, notes="Two bags"), visit(2)])
    carry_out(import_id, actor=admin)
    carry_out(import_id, actor=admin, direction=REDO)

    told = Counter(session.scalars(sa.select(AuditEvent.action).where(AuditEvent.import_id == import_id)))
    report = verify_trail(session(), organisation_id=admin.organisation_id)

    for action in ("case.removed", "pet.removed", "owner.removed", "case.reverted"):
        assert told[action] == 1, action
    for action in ("case.restored", "pet.restored", "owner.restored", "case.reapplied"):
        assert told[action] == 1, action
    for past in ("requested", "planned", "approved"):
        assert (told[f"import.undo_{past}"], told[f"import.redo_{past}"]) == (1, 1), past
    assert (told["import.undone"], told["import.redone"]) == (1, 1)
    assert report.problems == ()


def test_small_chunks_give_the_same_preview_as_large_ones(session: Db, admin: Actor) -> None:
    rows = [*visits(6), visit(1, waitwhile_id="more", pet_name="Luna"), visit(2, notes="again")]
    import_id = build_promotion(actor=admin, content=rows)
    large = prepare(import_id, actor=admin, now=NOW)
    pages = [(line.record_id, line.effect) for line in lines_of(large, actor=admin)]
    assert {effect for _, effect in pages} == {Effect.REMOVED}
    withdraw(import_id, admin)

    small = prepare(import_id, actor=admin, chunk_rows=2, now=NOW + timedelta(minutes=1))

    assert small.fingerprint == large.fingerprint
    assert [(line.record_id, line.effect) for line in lines_of(small, actor=admin)] == pages


def withdraw(import_id: UUID, actor: Actor) -> None:
    withdraw_reversal(actor=actor, now=NOW, import_id=import_id)
