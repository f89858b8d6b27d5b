"""Two live owners become one, and two again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.editing import RecordChangedError
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError, PurgedError, StalePlanError
from phcs.core.merging.fields import Take
from phcs.core.merging.undoing import stays_sentence
from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.core.undoing import TooLateError
from phcs.models.merges import OwnerMerge
from phcs.models.organisations import Organisation
from phcs.models.plans import KeptAnswer
from phcs.models.records import Case, CasePet, ExternalId, NameFrequency, Owner, Pet
from phcs.queries.audit_chains import verify_trail
from phcs.services.merge_forgetting import forget_merges
from phcs.services.merge_undoing import MergeNeededError
from phcs.services.record_editing import edit_record
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_actor, build_person
from tests.import_builders import build_promotion, count, table_hash, visit
from tests.merge_builders import loaded, merge, merge_at, merge_seen, owner_called, undone_at
from tests.undo_builders import UNDO_DAYS, live_facts

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(name="Ada Admin"))


@pytest.fixture
def twice(session: Db, admin: Actor) -> tuple[Owner, Owner]:
    """Ana Silva as two customers: the first with Rex and Milo, the second with Rex and Luna, and another phone."""
    rows = [
        visit(1, client_name="Ana Silva", pet_name="Rex", notes="One"),
        visit(2, customer_id="customer-1", client_name="Ana Silva", client_phone="", pet_name="Milo"),
        visit(11, client_name="Anna Silva", pet_name="Rex", client_email="", client_phone="+14155550199"),
        visit(12, customer_id="customer-11", client_name="Anna Silva", client_phone="", pet_name="Luna"),
    ]
    build_promotion(actor=admin, content=rows)
    return owner_called(session, "Ana Silva"), owner_called(session, "Anna Silva")


def again(session: Db, owner: Owner) -> Owner:
    return loaded(session, Owner.id == owner.id)


def edit(actor: Actor, kind: RecordKind, record: Owner | Pet, **changes: str) -> None:
    edit_record(
        actor=actor,
        organisation_id=actor.organisation_id,
        kind=kind,
        record_id=record.id,
        version=record.version,
        changes=changes,
        now=NOW,
    )


def test_pets_cases_and_ids_go_to_the_one_who_stays(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    kept, other = twice

    merge(admin, kept, other)

    assert count(Case, Case.owner_id == kept.id) == 4
    live = session.scalars(sa.select(Pet.name).where(Pet.owner_id == kept.id, Pet.archived_at.is_(None)))
    assert sorted(live) == ["Luna", "Milo", "Rex"]
    names = session.scalars(sa.select(ExternalId.external_id).where(ExternalId.record_id == kept.id))
    assert sorted(names) == ["customer-1", "customer-11"]
    gone = again(session, other)
    assert (gone.archived_at, gone.merged_into, gone.full_name) == (NOW, kept.id, "Anna Silva")


def test_what_only_the_other_knew_is_filled_in(session: Db, admin: Actor, twice: tuple[Owner, Owner]) -> None:
    kept, other = twice

    merge(admin, kept, other)

    merged = again(session, kept)
    assert (merged.full_name, merged.phone2, merged.version) == (
        "Ana Silva",
        "+14155550199",
        kept.version + 1,
    )


def test_the_person_chooses_field_by_field(session: Db, admin: Actor, twice: tuple[Owner, Owner]) -> None:
    kept, other = twice

    merge(admin, kept, other, fields={"name": Take.OTHER, "phone": Take.OTHER})

    merged = again(session, kept)
    assert (merged.full_name, merged.phone, merged.phone2) == ("Anna Silva", "+14155550199", kept.phone)


def test_pets_that_are_not_the_same_are_both_kept(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    kept, other = twice

    merge(admin, kept, other, same_pets={})

    names = session.scalars(sa.select(Pet.name).where(Pet.owner_id == kept.id))
    assert sorted(names) == ["Luna", "Milo", "Rex", "Rex"]


def test_merge_then_undo_gives_everything_back(session: Db, admin: Actor, twice: tuple[Owner, Owner]) -> None:
    kept, other = twice
    before = live_facts(admin.organisation_id)

    merge_id = merge(admin, kept, other)
    merged = live_facts(admin.organisation_id)
    undone_at(session, admin, merge_id)

    assert merged != before
    assert live_facts(admin.organisation_id) == before
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


def test_undo_gives_names_keys_and_frequencies_back(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    before = table_hash(NameFrequency)

    merge_id = merge(admin, *twice)
    merged = table_hash(NameFrequency)
    undone_at(session, admin, merge_id)

    assert merged != before
    assert table_hash(NameFrequency) == before


def test_a_case_about_both_pets_is_about_both_again(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    kept, other = twice
    case = session.scalars(sa.select(Case).where(Case.owner_id == kept.id)).first()
    rex = session.scalars(sa.select(Pet).where(Pet.owner_id == other.id, Pet.name == "Rex")).one()
    assert case is not None
    link = CasePet(organisation_id=admin.organisation_id, case_id=case.id, pet_id=rex.id)
    with transaction() as writing:
        writing.add(link)
    before = live_facts(admin.organisation_id)

    merge_id = merge(admin, kept, other)
    about = count(CasePet, CasePet.pet_id == rex.id)
    undone_at(session, admin, merge_id)

    assert about == 0
    assert live_facts(admin.organisation_id) == before


def test_what_people_changed_since_stays_and_is_named(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    kept, other = twice
    merge_id = merge(admin, kept, other)
    edit(admin, RecordKind.OWNER, again(session, kept), phone2="+14155550222")
    luna = session.scalars(sa.select(Pet).where(Pet.name == "Luna")).one()
    edit(admin, RecordKind.PET, luna, breed="Collie")

    undo = merge_seen(session, admin, merge_id).undo
    undone_at(session, admin, merge_id)

    assert undo is not None
    assert [(one.what, one.name, stays_sentence(one)) for one in undo.stays] == [
        ("fact", "phone2", "It was changed since the merge, so it stays."),
        ("edited_pet", "Luna", "The pet Luna was changed since; it goes back with what it says now."),
    ]
    assert again(session, kept).phone2 == "+14155550222"
    assert count(Pet, Pet.owner_id == other.id, Pet.breed == "Collie") == 1


def test_what_came_since_stays_with_the_one_who_was_kept(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    kept, other = twice
    merge_id = merge(admin, kept, other)
    build_promotion(
        actor=admin, content=[visit(13, customer_id="customer-11", client_name="Anna Silva", pet_name="Bo")]
    )

    undo = merge_seen(session, admin, merge_id).undo
    undone_at(session, admin, merge_id)

    assert undo is not None
    assert [one.what for one in undo.stays] == ["new_pet", "new_case"]
    assert count(Pet, Pet.name == "Bo", Pet.owner_id == kept.id) == 1
    assert count(ExternalId, ExternalId.external_id == "customer-11", ExternalId.record_id == other.id) == 1


def test_a_merge_that_another_rests_on_is_undone_after_it(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    build_promotion(actor=admin, content=[visit(21, client_name="Ana María Silva", pet_name="Rex")])
    before = live_facts(admin.organisation_id)
    first = merge(admin, *twice)
    second = merge_at(session, admin, "Ana María Silva", "Ana Silva")

    with pytest.raises(MergeNeededError, match="Ana María Silva and Ana Silva were merged later"):
        undone_at(session, admin, first)
    undone_at(session, admin, second)
    undone_at(session, admin, first)

    assert live_facts(admin.organisation_id) == before


def test_a_merge_is_undone_once(session: Db, admin: Actor, twice: tuple[Owner, Owner]) -> None:
    merge_id = merge(admin, *twice)
    undone_at(session, admin, merge_id)

    with pytest.raises(MergeNeededError, match="has undone this merge"):
        undone_at(session, admin, merge_id)


def test_what_was_not_looked_at_is_not_undone(session: Db, admin: Actor, twice: tuple[Owner, Owner]) -> None:
    merge_id = merge(admin, *twice)
    seen = merge_seen(session, admin, merge_id).undo
    assert seen is not None
    edit(admin, RecordKind.OWNER, again(session, twice[0]), city="Porto")

    with pytest.raises(StalePlanError, match="Look again"):
        undone_at(session, admin, merge_id, fingerprint=seen.fingerprint)


def test_a_merge_can_be_undone_for_some_days_only(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    merge_id = merge(admin, *twice)

    with pytest.raises(TooLateError):
        undone_at(session, admin, merge_id, now=NOW + timedelta(days=UNDO_DAYS))


def test_an_owner_that_was_changed_since_it_was_looked_at_is_not_merged(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    edit(admin, RecordKind.OWNER, twice[1], city="Porto")
    before = live_facts(admin.organisation_id)

    with pytest.raises(RecordChangedError, match="Somebody changed Anna Silva"):
        merge(admin, *twice)

    assert live_facts(admin.organisation_id) == before


def test_an_archived_owner_is_not_merged_again(session: Db, admin: Actor, twice: tuple[Owner, Owner]) -> None:
    kept, other = twice
    merge(admin, kept, other)

    with pytest.raises(InvalidInputError, match="archived"):
        merge(admin, again(session, kept), again(session, other))


def test_nobody_merges_without_the_right_or_in_another_organisation(
    admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    with pytest.raises(NotAllowedError):
        merge(build_actor(role=Role.REVIEWER, organisation_id=admin.organisation_id), *twice)
    with pytest.raises(NotFoundError):
        merge(actor_of(build_person()), *twice)


def test_a_merge_raises_the_epoch_that_plans_are_made_in(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    def epoch() -> int:
        session.rollback()
        return session.get_one(Organisation, admin.organisation_id).record_epoch

    before = epoch()
    merge_id = merge(admin, *twice)
    merged = epoch()
    undone_at(session, admin, merge_id)

    assert (merged - before, epoch() - before) == (1, 2)


def test_what_a_merge_keeps_goes_when_it_cannot_be_undone_any_more(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    merge_id = merge(admin, *twice)
    early = forget_merges(now=NOW + timedelta(days=UNDO_DAYS - 1), undo_days=UNDO_DAYS)

    late = [forget_merges(now=NOW + timedelta(days=UNDO_DAYS), undo_days=UNDO_DAYS) for _ in range(2)]

    assert (early, late) == (0, [1, 0])
    session.rollback()
    assert session.get_one(OwnerMerge, merge_id).body == {}
    assert merge_seen(session, admin, merge_id).line.is_forgotten
    with pytest.raises(PurgedError):
        undone_at(session, admin, merge_id)


def test_answers_about_people_of_files_hold_for_the_one_who_stays(
    session: Db, admin: Actor, twice: tuple[Owner, Owner]
) -> None:
    kept, other = twice
    with transaction() as writing:
        for person, owner_id in (("p", other.id), ("q", other.id), ("q", kept.id)):
            writing.add(
                KeptAnswer(
                    organisation_id=admin.organisation_id,
                    person=person,
                    owner_id=owner_id,
                    same=False,
                    import_id=other.id,
                    row_no=1,
                    decided_by_name="Ada Admin",
                    decided_at=NOW,
                )
            )
    before = table_hash(KeptAnswer)

    merge_id = merge(admin, kept, other)
    held = count(KeptAnswer, KeptAnswer.owner_id == kept.id)
    undone_at(session, admin, merge_id)

    assert held == 2
    assert table_hash(KeptAnswer) == before
