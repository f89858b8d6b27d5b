"""No organisation sees or touches another's imports and records, through any use case or question."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import NotFoundError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.matching.presets import MatchPreset, MatchRules
from phcs.core.matching.questions import Answer
from phcs.core.row_places import RowPlace
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.base import Base
from phcs.models.imports import Import, SourceTable
from phcs.models.plans import MatchDecision, PlanRow
from phcs.models.records import Owner
from phcs.queries.audit_chains import verify_trail
from phcs.queries.import_report import finding_groups
from phcs.queries.imports import (
    HistoryFilter,
    earlier_imports_of,
    import_details,
    imports_waiting_for_person,
    recent_imports,
)
from phcs.queries.kept_apart import kept_answers_about
from phcs.queries.known_world import ChunkNeeds, known_world
from phcs.queries.match_answers import alike_count, answer_lines, question_lines
from phcs.queries.match_questions import linked_rows, match_questions
from phcs.queries.planned_records import WorldScope
from phcs.queries.preview import PreviewFilter, ledger_rows, preview_rows
from phcs.services.approval import (
    abort_import,
    approve_import,
    cancel_import,
    retry_import,
    send_back_import,
)
from phcs.services.deciding import apply_answers, decide_match, decide_matches, take_back_answers
from phcs.services.given_answers import GivenAnswer
from phcs.services.mapping_columns import confirm_mapping
from phcs.services.match_rules import change_match_rules
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    STAGED_TABLES,
    build_promotion,
    build_review,
    count,
    live_hashes,
    seen,
    table_hash,
    visit,
)
from tests.match_keys import contact_keys

Db = scoped_session[Session]
PHONE = "+14155550101"


@dataclass(frozen=True)
class Neighbours:
    """Our admin; and another organisation with a promoted import, and one in review that asks about a match."""

    ours: Actor
    theirs: Actor
    promoted: UUID
    review: UUID
    owner_id: UUID


@pytest.fixture
def two(session: Db) -> Neighbours:
    theirs = actor_of(build_person())
    known = visit(1, client_name="Ana Silva", client_phone=PHONE, customer_id="", client_email="")
    asks = visit(2, client_name="A. Silva", client_phone=PHONE, customer_id="", client_email="")
    links = visit(4, client_name="Ana Silva", client_phone=PHONE, customer_id="")
    promoted = build_promotion(actor=theirs, content=[known])
    review = build_review(actor=theirs, content=[asks, links, visit(3, client_name="")])
    owner_id = session.scalars(sa.select(Owner.id)).one()
    unlinked = [GivenAnswer(3, owner_id, Answer.DIFFERENT)]
    decide_matches(actor=theirs, now=NOW, import_id=review, decisions=unlinked)
    return Neighbours(actor_of(build_person()), theirs, promoted, review, owner_id)


def everything_of(organisation_id: UUID) -> dict[str, str]:
    tables: tuple[type[Base], ...] = (Import, SourceTable, MatchDecision, AuditEvent, *STAGED_TABLES)
    staged = {
        table.__tablename__: table_hash(table, table.__table__.c.organisation_id == organisation_id)
        for table in tables
    }
    return {**staged, **live_hashes(organisation_id)}


USE_CASES: dict[str, Callable[[Neighbours], object]] = {
    "approve": lambda two: approve_import(
        actor=two.ours, now=NOW, import_id=two.review, fingerprint=seen(two.review).plan_fingerprint
    ),
    "send back": lambda two: send_back_import(actor=two.ours, now=NOW, import_id=two.review, reason="No"),
    "abort": lambda two: abort_import(actor=two.ours, now=NOW, import_id=two.review, reason="No"),
    "cancel": lambda two: cancel_import(actor=two.ours, now=NOW, import_id=two.review),
    "retry": lambda two: retry_import(actor=two.ours, now=NOW, import_id=two.review),
    "map": lambda two: confirm_mapping(
        actor=two.ours, now=NOW, import_id=two.review, answers=MappingAnswers(targets={}, constants={})
    ),
    "decide": lambda two: decide_match(
        actor=two.ours, now=NOW, import_id=two.review, row_no=2, owner_id=two.owner_id, same=True
    ),
    "take back": lambda two: take_back_answers(
        actor=two.ours, now=NOW, import_id=two.review, pairs=[(RowPlace(1, 2), two.owner_id)]
    ),
    "apply": lambda two: apply_answers(actor=two.ours, now=NOW, import_id=two.review),
    "rules": lambda two: change_match_rules(
        actor=two.ours, now=NOW, import_id=two.review, rules=MatchRules(MatchPreset.EMAIL_OR_PHONE)
    ),
}


@pytest.mark.parametrize("use_case", USE_CASES)
def test_another_organisations_import_is_as_good_as_missing_and_stays_as_it_is(
    session: Db, two: Neighbours, use_case: str
) -> None:
    before = everything_of(two.theirs.organisation_id)

    with pytest.raises(NotFoundError, match="There is no such import"):
        USE_CASES[use_case](two)

    assert everything_of(two.theirs.organisation_id) == before
    assert count(AuditEvent, AuditEvent.organisation_id == two.ours.organisation_id) == 0


LATEST = UUID(int=(1 << 128) - 1)
"""An import after all others."""

QUESTIONS: dict[str, Callable[[Neighbours, UUID], object]] = {
    "history": lambda _, who: recent_imports(db.session(), organisation_id=who, wanted=HistoryFilter()).rows,
    "waiting": lambda _, who: imports_waiting_for_person(db.session(), organisation_id=who),
    "details": lambda two, who: import_details(
        db.session(), organisation_id=who, import_id=two.review, now=NOW
    ),
    "earlier": lambda two, who: earlier_imports_of(
        db.session(), organisation_id=who, sha256=seen(two.review).file_sha256, but=LATEST
    ),
    "preview": lambda two, who: (
        preview_rows(db.session(), organisation_id=who, import_id=two.review, wanted=PreviewFilter()).rows
    ),
    "findings": lambda two, who: finding_groups(db.session(), organisation_id=who, import_id=two.review),
    "questions": lambda two, who: (
        match_questions(db.session(), organisation_id=who, import_id=two.review).rows
    ),
    "open questions": lambda two, who: (
        question_lines(db.session(), organisation_id=who, import_id=two.review).rows
    ),
    "alike": lambda two, who: alike_count(
        db.session(), organisation_id=who, import_id=two.review, place=RowPlace(1, 2)
    ),
    "answers": lambda two, who: answer_lines(db.session(), organisation_id=who, import_id=two.review).rows,
    "kept answers": lambda two, who: kept_answers_about(
        db.session(), organisation_id=who, owner_id=two.owner_id
    ),
    "links": lambda two, who: linked_rows(db.session(), organisation_id=who, import_id=two.review).rows,
    "ledger": lambda two, who: ledger_rows(db.session(), organisation_id=who, import_id=two.promoted).rows,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_only_to_the_organisation_itself(
    session: Db, two: Neighbours, question: str
) -> None:
    ask = QUESTIONS[question]

    assert ask(two, two.theirs.organisation_id)
    assert not ask(two, two.ours.organisation_id)


def test_planning_does_not_know_another_organisations_people_and_cases(session: Db, two: Neighbours) -> None:
    keys = contact_keys(source="waitwhile", external_id="", phone=PHONE, phone2="", email="")

    def known(organisation_id: UUID) -> tuple[bool, bool]:
        scope = WorldScope(organisation_id, two.review, "waitwhile")
        world = known_world(session(), scope, ChunkNeeds(keys=keys, case_ids={"visit-1"})).world
        return world.owner(two.owner_id) is not None, world.case("visit-1") is not None

    assert known(two.theirs.organisation_id) == (True, True)
    assert known(two.ours.organisation_id) == (False, False)


def test_a_crowd_on_another_organisations_phone_is_none_on_ours(session: Db, two: Neighbours) -> None:
    names = "Ada Bea Cai Dov Eva Fay Gil Hal Ida Jon Kai Lea Mia Noa Ole Pia Quin Ron Sol Tea Una Vic".split()
    crowd = [
        visit(number, client_name=f"{name} {name}berg", client_phone=PHONE)
        for number, name in enumerate(names, start=10)
    ]
    build_promotion(actor=two.theirs, content=crowd)
    build_promotion(actor=two.ours, content=[visit(1, client_name="Ana Silva", client_phone=PHONE)])
    key = contact_keys(source="", external_id="", phone=PHONE, phone2="", email="")[0]

    def is_evidence(organisation_id: UUID) -> bool:
        scope = WorldScope(organisation_id, two.review, "waitwhile")
        return known_world(session(), scope, ChunkNeeds(keys=[key])).world.is_evidence(key)

    assert not is_evidence(two.theirs.organisation_id)
    assert is_evidence(two.ours.organisation_id)


def test_the_same_export_makes_records_of_its_own_in_each_organisation(session: Db, two: Neighbours) -> None:
    before = everything_of(two.theirs.organisation_id)

    import_id = build_promotion(
        actor=two.ours, content=[visit(1, client_name="Ana Silva", client_phone=PHONE)]
    )

    assert count(PlanRow, PlanRow.import_id == import_id, PlanRow.outcome == "create") == 1
    assert count(Owner, Owner.organisation_id == two.ours.organisation_id) == 1
    assert everything_of(two.theirs.organisation_id) == before


def test_each_organisations_trail_is_checked_by_itself(session: Db, two: Neighbours) -> None:
    build_promotion(actor=two.ours, content=[visit(1)])

    for actor in (two.ours, two.theirs):
        told = count(AuditEvent, AuditEvent.organisation_id == actor.organisation_id)
        report = verify_trail(session(), organisation_id=actor.organisation_id)
        assert (report.events, report.problems) == (told, ())
