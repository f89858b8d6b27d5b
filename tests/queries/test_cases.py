"""What is asked about cases."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.errors import NotFoundError
from phcs.core.records import CaseStatus, ServiceType
from phcs.extensions import db
from phcs.models.records import Case
from phcs.queries.cases import CaseFilter, case_lines, case_page
from phcs.queries.searching import Shown, sources_of
from tests.builders import build_organisation
from tests.record_builders import (
    NOON,
    build_case,
    build_event,
    build_import,
    build_owner,
    build_pet,
    build_source_table,
    counted_queries,
)

AnySession = scoped_session[Session]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CaseFilter(), ["newest", "middle", "oldest"]),
        (CaseFilter(status=CaseStatus.CLOSED), ["middle"]),
        (CaseFilter(service=ServiceType.MEDICAL), ["newest", "middle"]),
        (CaseFilter(service=ServiceType.BOARDING), []),
        (CaseFilter(source="waitwhile_import"), ["oldest"]),
        (CaseFilter(text="SILVA", status=CaseStatus.NEW), ["newest", "oldest"]),
        (CaseFilter(text="middle"), ["middle"]),
        (CaseFilter(shown=Shown.ARCHIVED), ["gone"]),
        (CaseFilter(owner_id=uuid4()), []),
        (CaseFilter(pet_id=uuid4()), []),
        (CaseFilter(import_id=uuid4()), []),
    ],
)
def test_cases_are_filtered_and_the_newest_comes_first(
    session: AnySession, wanted: CaseFilter, expected: list[str]
) -> None:
    organisation_id = build_organisation().id
    owner = build_owner(session, organisation_id, "Ana Silva")
    day = timedelta(days=1)
    build_case(session, owner, notes="oldest", opened_at=NOON - 2 * day, source="waitwhile_import")
    build_case(session, owner, notes="newest", opened_at=NOON, services=["food", "medical"])
    build_case(
        session,
        owner,
        notes="middle",
        opened_at=None,
        created_at=NOON - day,
        status=CaseStatus.CLOSED,
        services=["medical"],
    )
    build_case(session, owner, notes="gone", archived_at=NOON)

    found = case_lines(session(), organisation_id=organisation_id, wanted=wanted)

    assert [line.notes for line in found.rows] == expected
    assert sources_of(session(), Case, organisation_id=organisation_id) == ("", "waitwhile_import")


def test_a_cases_page_names_owner_pets_and_where_each_fact_came_from(session: AnySession) -> None:
    organisation_id = build_organisation().id
    owner = build_owner(session, organisation_id, "Ana Silva")
    case = build_case(
        session, owner, build_pet(session, owner, "Rex", species="dog"), status=CaseStatus.CLOSED
    )
    batch = build_import(session, organisation_id, "visits.csv")
    build_source_table(session, batch, {"State": "row.state", "Tags": "row.tags", "Service": "case.services"})
    build_event(session, organisation_id, "case.created", subject_id=case.id, import_id=batch.id, row_no=7)

    page = case_page(session(), organisation_id=organisation_id, case_id=case.id)

    assert page.line.owner_name == "Ana Silva"
    assert [(pet.name, pet.species) for pet in page.line.pets] == [("Rex", "dog")]
    headings = {fact.name: fact.origin.headings for fact in page.facts if fact.origin}
    assert headings["status"] == ("State", "Tags")
    assert headings["services"] == ("Service",)


def test_another_organisations_case_is_as_good_as_missing(session: AnySession) -> None:
    ours, theirs = build_organisation().id, build_organisation().id
    foreign = build_case(session, build_owner(session, theirs, "Foreign"))

    assert case_lines(session(), organisation_id=ours, wanted=CaseFilter()).rows == ()
    for case_id in (foreign.id, uuid4()):
        with pytest.raises(NotFoundError, match="There is no such case"):
            case_page(session(), organisation_id=ours, case_id=case_id)


def test_the_list_asks_as_often_for_fifty_cases_as_for_one(session: AnySession) -> None:
    organisation_id = build_organisation().id
    for number in range(50):
        owner = build_owner(session, organisation_id, f"Owner {number}")
        build_case(session, owner, build_pet(session, owner), build_pet(session, owner))
    counts = []
    for size in (1, 50):
        session.expunge_all()
        with counted_queries(db.engine) as sent:
            page = case_lines(session(), organisation_id=organisation_id, wanted=CaseFilter(), size=size)
        assert [len(line.pets) for line in page.rows] == [2] * size
        counts.append(len(sent))

    assert counts == [2, 2]
