"""Many answers make one new plan; they are kept for ever, and taken back until the approval."""

from collections.abc import Mapping
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError, StalePlanError
from phcs.core.matching.questions import Answer
from phcs.core.row_places import RowPlace
from phcs.models.audit import AuditEvent
from phcs.models.plans import KeptAnswer, MatchDecision, PlanRow
from phcs.models.records import Owner
from phcs.queries.match_answers import alike_count, answer_lines, open_count, waiting_answers
from phcs.services.deciding import (
    AlikeQuestion,
    apply_answers,
    decide_alike,
    decide_matches,
    take_back_answers,
)
from phcs.services.given_answers import GivenAnswer
from phcs.services.kept_answers import take_back_kept_answer
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    advance,
    approve,
    build_promotion,
    build_review,
    count,
    live_hashes,
    seen,
    visit,
)

Db = scoped_session[Session]
KNOWN = ("Ana Silva", "Tom Baker", "Ruth Cohen")
DOUBTFUL = ("A. Silva", "T. Baker", "R. Cohen")


def somebody(number: int, name: str, **cells: str) -> Mapping[str, str]:
    """A visit of somebody whom only a name and a phone tell apart, and a pet that is called like no other."""
    phone = f"+1415555010{number % 10}"
    own = {"client_name": name, "client_phone": phone, "customer_id": "", "client_email": ""}
    return visit(number, **{**own, **cells})


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(organisation=build_organisation(), name="Ada Admin"))


@pytest.fixture
def review(session: Db, admin: Actor) -> UUID:
    """An import in review whose rows 2, 3 and 4 ask about the three known owners, and row 5 about nobody."""
    build_promotion(actor=admin, content=[somebody(number, name) for number, name in enumerate(KNOWN)])
    return build_review(actor=admin, content=doubtful())


def doubtful(first: int = 10) -> list[Mapping[str, str]]:
    asking = [somebody(first + number, name) for number, name in enumerate(DOUBTFUL)]
    return [*asking, visit(first + 9)]


def asked(session: Db, import_id: UUID) -> dict[int, UUID]:
    rows = session.execute(
        sa.select(PlanRow.row_no, PlanRow.owner_id).where(
            PlanRow.import_id == import_id, PlanRow.undecided.is_(True)
        )
    )
    return {row.row_no: row.owner_id for row in rows}


def say(actor: Actor, import_id: UUID, answer: Answer, owners: Mapping[int, UUID]) -> None:
    given = [GivenAnswer(row_no, owner_id, answer) for row_no, owner_id in owners.items()]
    decide_matches(actor=actor, now=NOW, import_id=import_id, decisions=given)


def plan_anew(actor: Actor, import_id: UUID) -> str:
    apply_answers(actor=actor, now=NOW, import_id=import_id)
    advance(import_id)
    return seen(import_id).plan_fingerprint


def planned(session: Db, import_id: UUID) -> int:
    return count(AuditEvent, AuditEvent.import_id == import_id, AuditEvent.action == "import.planned")


def test_many_answers_make_one_new_plan_and_an_event_each(session: Db, admin: Actor, review: UUID) -> None:
    owners = asked(session, review)

    say(admin, review, Answer.SAME, {2: owners[2], 3: owners[3]})
    say(admin, review, Answer.DIFFERENT, {4: owners[4]})
    plan_anew(admin, review)

    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "match.decided")).all()
    assert sorted((one.row_no, one.subject_id) for one in events) == sorted(owners.items())
    assert planned(session, review) == 2
    assert seen(review).needs_decision == 0


def test_an_approval_waits_for_answers_that_the_plan_does_not_hold(
    session: Db, admin: Actor, review: UUID
) -> None:
    say(admin, review, Answer.SAME, {2: asked(session, review)[2]})

    with pytest.raises(StalePlanError, match="1 answer about duplicates came after this plan"):
        approve(review, actor=admin)
    plan_anew(admin, review)
    approve(review, actor=admin)

    assert seen(review).waiting_answers == 0


def test_answers_to_rows_of_which_one_does_not_ask_are_kept_not_at_all(
    session: Db, admin: Actor, review: UUID
) -> None:
    owner_id = asked(session, review)[2]

    with pytest.raises(InvalidInputError, match="Row 5 does not ask about this owner"):
        say(admin, review, Answer.SAME, {2: owner_id, 5: owner_id})
    with pytest.raises(InvalidInputError, match="answered twice"):
        decide_matches(
            actor=admin,
            now=NOW,
            import_id=review,
            decisions=[GivenAnswer(2, owner_id, Answer.SAME), GivenAnswer(2, owner_id, Answer.DIFFERENT)],
        )

    assert (count(MatchDecision), count(KeptAnswer), open_of(session, admin, review)) == (0, 0, 3)


def open_of(session: Db, actor: Actor, import_id: UUID) -> int:
    return open_count(session(), organisation_id=actor.organisation_id, import_id=import_id)


def test_one_answer_is_given_to_all_that_are_alike(session: Db, admin: Actor, review: UUID) -> None:
    number = alike_count(
        session(), place=RowPlace(1, 3), organisation_id=admin.organisation_id, import_id=review
    )
    fingerprint = seen(review).plan_fingerprint

    given = decide_alike(
        actor=admin,
        now=NOW,
        import_id=review,
        asked=AlikeQuestion(RowPlace(1, 3), number, fingerprint),
        answer=Answer.SAME,
    )

    answers = answer_lines(
        session(), answer=Answer.SAME, organisation_id=admin.organisation_id, import_id=review
    ).rows
    assert [line.row_no for line in answers] == [2, 3, 4]
    assert (number, given, open_of(session, admin, review)) == (3, 3, 0)
    assert {line.by for line in answers} == {"Ada Admin"}


@pytest.mark.parametrize(("rows", "fingerprint"), [(2, "as it is"), (3, "sha256:another")])
def test_an_answer_for_all_is_refused_when_they_are_not_those_that_were_seen(
    session: Db, admin: Actor, review: UUID, rows: int, fingerprint: str
) -> None:
    of_plan = {"as it is": seen(review).plan_fingerprint}.get(fingerprint, fingerprint)

    with pytest.raises(StalePlanError, match="Look at the alike rows again"):
        decide_alike(
            actor=admin,
            now=NOW,
            import_id=review,
            asked=AlikeQuestion(RowPlace(1, 3), rows, of_plan),
            answer=Answer.SAME,
        )

    assert count(MatchDecision) == 0


@pytest.mark.parametrize("answer", list(Answer))
def test_an_answer_taken_back_gives_the_plan_from_before(
    session: Db, admin: Actor, review: UUID, answer: Answer
) -> None:
    owners, before = asked(session, review), seen(review).plan_fingerprint
    say(admin, review, answer, {2: owners[2]})
    with_answer = plan_anew(admin, review)

    take_back_answers(actor=admin, now=NOW, import_id=review, pairs=[(RowPlace(1, 2), owners[2])])
    waiting = seen(review).waiting_answers

    assert plan_anew(admin, review) == before != with_answer
    assert asked(session, review) == owners
    assert (waiting, count(MatchDecision), count(KeptAnswer)) == (1, 0, 0)


def test_an_answer_that_no_plan_holds_yet_is_gone_when_it_is_taken_back(
    session: Db, admin: Actor, review: UUID
) -> None:
    owner_id = asked(session, review)[2]
    say(admin, review, Answer.DIFFERENT, {2: owner_id})
    say(admin, review, Answer.SAME, {2: owner_id})  # a person may think again

    take_back_answers(actor=admin, now=NOW, import_id=review, pairs=[(RowPlace(1, 2), owner_id)])
    with pytest.raises(InvalidInputError, match="no answer to take back"):
        take_back_answers(actor=admin, now=NOW, import_id=review, pairs=[(RowPlace(1, 2), owner_id)])

    of_import = {"organisation_id": admin.organisation_id, "import_id": review}
    assert (open_of(session, admin, review), waiting_answers(session(), **of_import)) == (3, 0)
    assert count(KeptAnswer) == 0


def promoted_with(admin: Actor, session: Db, review: UUID, answer: Answer) -> None:
    say(admin, review, answer, asked(session, review))
    plan_anew(admin, review)
    approve(review, actor=admin)
    advance(review)


@pytest.mark.parametrize(("answer", "owners"), [(Answer.SAME, 4), (Answer.DIFFERENT, 7)])
def test_nobody_is_asked_twice_about_the_same_two(
    session: Db, admin: Actor, review: UUID, answer: Answer, owners: int
) -> None:
    promoted_with(admin, session, review, answer)
    before = live_hashes(admin.organisation_id)["owners"]

    later = build_review(actor=admin, content=doubtful(first=20))
    approve(later, actor=admin)
    advance(later)

    assert count(Owner) == owners + 1  # the visitor of row 5 is another one in each file
    assert before != live_hashes(admin.organisation_id)["owners"]
    assert count(PlanRow, PlanRow.import_id == later, PlanRow.undecided.is_(True)) == 0


def test_different_people_are_not_asked_about_again_even_when_the_import_is_given_up(
    session: Db, admin: Actor, review: UUID
) -> None:
    say(admin, review, Answer.DIFFERENT, {2: asked(session, review)[2]})

    later = build_review(actor=admin, content=doubtful())

    assert sorted(asked(session, later)) == [3, 4]


def test_the_same_person_is_one_for_later_imports_only_once_this_one_is_promoted(
    session: Db, admin: Actor, review: UUID
) -> None:
    say(admin, review, Answer.SAME, {2: asked(session, review)[2]})

    later = build_review(actor=admin, content=doubtful(first=20))

    assert sorted(asked(session, later)) == [2, 3, 4]


def test_both_kept_for_now_is_asked_again(session: Db, admin: Actor, review: UUID) -> None:
    owner_id = asked(session, review)[2]
    say(admin, review, Answer.BOTH, {2: owner_id})
    plan_anew(admin, review)

    later = build_review(actor=admin, content=doubtful())

    assert 2 not in asked(session, review)
    assert asked(session, later)[2] == owner_id


def test_a_row_that_was_linked_by_itself_is_unlinked(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[somebody(1, "Ana Silva")])
    review = build_review(actor=admin, content=[somebody(11, "Ana Silva", pet_name="Rex b")])
    owner_id = session.scalars(sa.select(Owner.id)).one()
    match = session.scalars(sa.select(PlanRow.match).where(PlanRow.import_id == review)).one()
    before = seen(review).plan_fingerprint

    with pytest.raises(InvalidInputError):
        say(admin, review, Answer.SAME, {2: owner_id})
    say(admin, review, Answer.DIFFERENT, {2: owner_id})
    apart = plan_anew(admin, review)
    take_back_answers(actor=admin, now=NOW, import_id=review, pairs=[(RowPlace(1, 2), owner_id)])

    assert match["outcome"] == "link"
    assert plan_anew(admin, review) == before != apart


def test_an_answer_kept_for_ever_is_taken_back_on_the_owners_page(
    session: Db, admin: Actor, review: UUID
) -> None:
    owner_id = asked(session, review)[2]
    say(admin, review, Answer.DIFFERENT, {2: owner_id})
    person = session.scalars(sa.select(KeptAnswer.person)).one()

    take_back_kept_answer(actor=admin, now=NOW, owner_id=owner_id, person=person)
    with pytest.raises(NotFoundError):
        take_back_kept_answer(actor=admin, now=NOW, owner_id=owner_id, person=person)

    later = build_review(actor=admin, content=doubtful())
    assert asked(session, later)[2] == owner_id
