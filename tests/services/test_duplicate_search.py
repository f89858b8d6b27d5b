"""A search finds the owners who may be one person, keeps what people said, and can be broken off."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.merging.words import PairAnswer, PairOutcome, SearchState
from phcs.models.merges import DuplicatePair
from phcs.queries.live_duplicates import PairFilter, PairLine, pair_counts, pair_lines, search_progress
from phcs.services.duplicate_answers import answer_pair
from phcs.services.duplicate_search import request_search, search_duplicates
from phcs.services.rebuilding_keys import rebuild_keys
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import count
from tests.record_builders import build_owner, build_pet

Db = scoped_session[Session]
Search = Callable[..., list[PairLine]]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(name="Ada Admin"))


def people(actor: Actor, *owners: dict[str, str]) -> None:
    """Owners with a pet each, found by their keys."""
    with transaction() as session:
        for facts in owners:
            given = dict(facts)
            pet = given.pop("pet", "Rex")
            build_pet(session, build_owner(session, actor.organisation_id, **given), pet)  # type: ignore[arg-type]
    rebuild_keys(organisation_id=actor.organisation_id)


ANA = {"full_name": "Ana Silva", "phone": "+14155550101", "email": "ana@example.org"}
HOUSEHOLD = (ANA, {**ANA, "email": ""}, {**ANA, "full_name": "Pedro Silva", "email": "pedro@example.org"})


def found(session: Db, actor: Actor, **wanted: object) -> list[PairLine]:
    session.rollback()
    lines = pair_lines(
        session(),
        organisation_id=actor.organisation_id,
        wanted=PairFilter(**wanted),  # type: ignore[arg-type]
    )
    return list(lines.rows)


def search(actor: Actor, **given: object) -> bool:
    assert request_search(actor=actor, now=NOW)
    usual = {"organisation_id": actor.organisation_id, "clock": lambda: NOW}
    return search_duplicates(**{**usual, **given})  # type: ignore[arg-type]


def test_one_person_twice_is_found_and_the_household_stays_apart(session: Db, admin: Actor) -> None:
    people(admin, *HOUSEHOLD)

    assert search(admin)

    pairs = found(session, admin)
    assert [{pair.one.full_name, pair.other.full_name} for pair in pairs] == [{"Ana Silva"}]
    assert pairs[0].outcome is PairOutcome.LIKELY
    assert "phone" in pairs[0].explanation


def test_it_does_not_matter_in_how_many_steps_owners_are_looked_at(session: Db, admin: Actor) -> None:
    people(admin, *HOUSEHOLD, *HOUSEHOLD)
    search(admin)
    whole = {(pair.one.id, pair.other.id, pair.explanation) for pair in found(session, admin)}

    search(admin, owners_at_once=2)

    assert len(whole) >= 6
    assert {(pair.one.id, pair.other.id, pair.explanation) for pair in found(session, admin)} == whole


def test_different_people_are_never_asked_about_again(session: Db, admin: Actor) -> None:
    people(admin, *HOUSEHOLD)
    search(admin)
    answer_pair(actor=admin, now=NOW, pair_id=found(session, admin)[0].id, answer=PairAnswer.DIFFERENT)

    search(admin)

    assert found(session, admin) == []
    assert [pair.answered_by_name for pair in found(session, admin, answer=PairAnswer.DIFFERENT)] == [
        "Ada Admin"
    ]


def test_later_keeps_its_answer_and_its_address(session: Db, admin: Actor) -> None:
    people(admin, *HOUSEHOLD)
    search(admin)
    pair_id = found(session, admin)[0].id
    answer_pair(actor=admin, now=NOW, pair_id=pair_id, answer=PairAnswer.LATER)

    search(admin)

    assert [pair.id for pair in found(session, admin, answer=PairAnswer.LATER)] == [pair_id]


def test_a_search_that_is_broken_off_goes_on_where_it_was(session: Db, admin: Actor) -> None:
    people(admin, *HOUSEHOLD)
    assert not search(admin, owners_at_once=1, stopping=lambda: True)
    session.rollback()
    halfway = search_progress(session(), organisation_id=admin.organisation_id)

    search_duplicates(organisation_id=admin.organisation_id, clock=lambda: NOW)

    session.rollback()
    progress = search_progress(session(), organisation_id=admin.organisation_id)
    assert halfway is not None
    assert progress is not None
    assert (halfway.state, halfway.owners_done) == (SearchState.RUNNING, 1)
    assert (progress.state, progress.owners_done, progress.pairs_found) == (SearchState.DONE, 3, 1)


def test_a_number_of_many_people_brings_nobody_together(session: Db, admin: Actor) -> None:
    givens, families = "Olga Hugo Vera Theo Fritz".split(), "Quine Zappa Brontë Iglesias Moffat".split()
    names = [f"{given} {family}" for given in givens for family in families]
    crowd = [{"full_name": name, "phone": "+14155550777", "pet": name[::-1]} for name in names]
    people(admin, *crowd)

    search(admin)

    progress = search_progress(session(), organisation_id=admin.organisation_id)
    assert found(session, admin) == []
    assert progress is not None
    assert progress.keys_skipped == 1


def test_a_search_sees_one_organisation_only(session: Db, admin: Actor) -> None:
    other = actor_of(build_person(organisation=build_organisation()))
    people(admin, ANA)
    people(other, ANA)

    search(admin)

    assert count(DuplicatePair) == 0
    assert pair_counts(session(), organisation_id=other.organisation_id)[PairAnswer.OPEN] == 0
