"""A person says which column feeds what; the rows are then checked with that, and with nothing of before."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotAllowedError, WrongStateError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, StagedRow
from phcs.models.organisations import Organisation
from phcs.models.plans import PlanRow
from phcs.models.records import Case, Owner
from phcs.services.mapping_columns import confirm_mapping
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    advance,
    approve,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    seen,
    visits,
)

Db = scoped_session[Session]
WITHOUT_SERVICE = [
    {
        "waitwhile_id": "1",
        "client_name": "Ana Silva",
        "client_phone": "+14155550101",
        "Colour of door": "Boarding",
    }
]


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


@pytest.fixture
def admin(organisation: Organisation) -> Actor:
    return actor_of(build_person(organisation=organisation))


def test_one_service_for_the_whole_import_lets_it_go_on(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=WITHOUT_SERVICE)
    assert advance(import_id) is ImportState.MAPPING

    confirm_mapping(
        actor=admin,
        now=NOW,
        import_id=import_id,
        answers=MappingAnswers(targets={}, constants={"case.services": "food"}),
    )
    assert advance(import_id) is ImportState.REVIEW
    approve(import_id, actor=admin)
    advance(import_id)

    assert session.scalars(sa.select(Case)).one().services == ["food"]


def test_a_column_can_be_named_as_the_one_that_holds_the_service(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=WITHOUT_SERVICE)
    advance(import_id)

    confirm_mapping(
        actor=admin,
        now=NOW,
        import_id=import_id,
        answers=MappingAnswers(targets={3: "case.services"}, constants={}),
    )
    advance(import_id)

    details = seen(import_id)
    column = details.tables[0].mapping.columns[3]
    assert (column.target, column.reason) == ("case.services", "chosen by a person")
    assert details.row_counts == {"warning": 1}


def test_a_service_given_at_the_upload_needs_no_mapping(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=WITHOUT_SERVICE, service="medical")

    assert advance(import_id) is ImportState.REVIEW


@pytest.mark.parametrize(
    ("targets", "constants", "sentence"),
    [
        ({}, {}, "Still missing: .*case.services"),
        ({3: "case.colour"}, {}, "There is no field called case.colour"),
        ({9: "case.services"}, {}, "no column number 10"),
        ({}, {"case.services": "taxi"}, "not a known service"),
    ],
)
def test_what_cannot_be_a_mapping_is_refused_and_changes_nothing(
    session: Db, admin: Actor, targets: dict[int, str], constants: dict[str, str], sentence: str
) -> None:
    import_id = build_import(actor=admin, content=WITHOUT_SERVICE)
    advance(import_id)
    before = seen(import_id)

    with pytest.raises(InvalidInputError, match=sentence):
        confirm_mapping(
            actor=admin,
            now=NOW,
            import_id=import_id,
            answers=MappingAnswers(targets=targets, constants=constants),
        )

    assert seen(import_id) == before


def test_mapping_anew_at_review_checks_every_row_again_with_nothing_left_of_before(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    plan = seen(import_id).plan_fingerprint
    phone = next(one for one in seen(import_id).tables[0].mapping.columns if one.target == "owner.phone")

    confirm_mapping(
        actor=admin,
        now=NOW,
        import_id=import_id,
        answers=MappingAnswers(targets={phone.position: ""}, constants={}),
    )
    between = seen(import_id)
    assert [count(table) for table in (StagedRow, PlanRow)] == [0, 0]
    assert (between.row.state, between.plan_fingerprint, between.row_counts) == (ImportState.STAGING, "", {})
    assert advance(import_id) is ImportState.REVIEW

    after = seen(import_id)
    assert after.plan_fingerprint not in {plan, ""}
    assert after.row_counts == {"warning": 3}
    assert after.edited_by == (str(admin.id),)


def test_mapping_anew_names_who_did_it_in_the_trail(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))

    confirm_mapping(
        actor=admin,
        now=NOW,
        import_id=import_id,
        answers=MappingAnswers(targets={11: "case.outcome", 10: ""}, constants={}),
    )

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.mapped")).one()
    assert event.actor_id == str(admin.id)
    assert event.detail["columns"]["notes"] == "case.outcome"
    assert "outcome" not in event.detail["columns"]


def test_what_is_being_promoted_or_has_ended_is_not_mapped_anew(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(1))
    for state in set(ImportState) - {ImportState.MAPPING, ImportState.REVIEW}:
        change_behind_the_back(Import, Import.id == import_id, state=state)
        with pytest.raises(WrongStateError):
            confirm_mapping(
                actor=admin, now=NOW, import_id=import_id, answers=MappingAnswers(targets={}, constants={})
            )

    assert count(Owner) == 1


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_admins_map_columns(session: Db, organisation: Organisation, admin: Actor, role: Role) -> None:
    import_id = build_review(actor=admin, content=visits(1))

    with pytest.raises(NotAllowedError):
        confirm_mapping(
            actor=actor_of(build_person(organisation=organisation, role=role)),
            now=NOW,
            import_id=import_id,
            answers=MappingAnswers(targets={}, constants={}),
        )
