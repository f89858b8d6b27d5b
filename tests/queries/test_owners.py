"""What is asked about owners, and that the number of questions does not grow with the answer."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.errors import NotFoundError
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.models.records import Owner
from phcs.queries.owners import OwnerPage, owner_lines, owner_page
from phcs.queries.searching import BY_HAND, RecordFilter, Shown, sources_of
from tests.builders import build_organisation
from tests.record_builders import (
    NOON,
    build_case,
    build_event,
    build_external_id,
    build_import,
    build_owner,
    build_pet,
    build_source_table,
    counted_queries,
)

AnySession = scoped_session[Session]


def _told(page: OwnerPage, name: str) -> tuple[object, ...]:
    """What the page says of where a fact came from."""
    (origin,) = [fact.origin for fact in page.facts if fact.name == name]
    assert origin
    if origin.touch is None:
        return ("entered by", origin.actor_name)
    return (origin.touch.file_name, origin.touch.row_no, origin.headings, origin.touch.approver)


def _names(session: AnySession, organisation_id: UUID, wanted: RecordFilter) -> list[str]:
    found = owner_lines(session(), organisation_id=organisation_id, wanted=wanted)
    return [line.full_name for line in found.rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana", ["Ana Silva"]),
        ("  SILVA  ", ["Ana Silva"]),
        ("øyvind", ["Øyvind Dahl"]),
        ("555-0199", ["Øyvind Dahl"]),
        ("(555) 0123", ["Ana Silva"]),
        ("555 0777", ["Ana Silva"]),
        ("@example.org", ["Ana Silva"]),
        ("%", []),
        ("_", []),
        ("55", []),
        ("nobody", []),
        ("a\x00na", []),
        ("", ["Ana Silva", "Øyvind Dahl"]),
    ],
)
def test_owners_are_found_by_name_phone_digits_and_email(
    session: AnySession, text: str, expected: list[str]
) -> None:
    organisation_id = build_organisation().id
    build_owner(
        session,
        organisation_id,
        "Ana Silva",
        phone="+15550123",
        phone2="+15550777",
        email="ana@example.org",
    )
    build_owner(session, organisation_id, "Øyvind Dahl", phone="+475550199")

    assert _names(session, organisation_id, RecordFilter(text=text)) == expected


def test_owners_are_filtered_by_source_and_archive(session: AnySession) -> None:
    organisation_id = build_organisation().id
    build_owner(session, organisation_id, "Came over", source="waitwhile_import")
    build_owner(session, organisation_id, "Entered")
    build_owner(session, organisation_id, "Gone", archived_at=NOON)

    assert sources_of(session(), Owner, organisation_id=organisation_id) == ("", "waitwhile_import")
    assert _names(session, organisation_id, RecordFilter(source="waitwhile_import")) == ["Came over"]
    assert _names(session, organisation_id, RecordFilter(source=BY_HAND)) == ["Entered"]
    assert _names(session, organisation_id, RecordFilter(shown=Shown.ARCHIVED)) == ["Gone"]
    assert _names(session, organisation_id, RecordFilter(shown=Shown.ALL)) == ["Came over", "Entered", "Gone"]


def test_the_filter_by_import_finds_created_updated_and_linked_owners(session: AnySession) -> None:
    organisation_id = build_organisation().id
    batch = build_import(session, organisation_id)
    build_owner(session, organisation_id, "Created", import_id=batch.id)
    for name, action in [("Linked", "owner.linked"), ("Updated", "owner.updated")]:
        owner = build_owner(session, organisation_id, name)
        build_event(session, organisation_id, action, subject_id=owner.id, import_id=batch.id, row_no=2)
    build_owner(session, organisation_id, "Untouched")

    found = _names(session, organisation_id, RecordFilter(import_id=batch.id))

    assert found == ["Created", "Linked", "Updated"]


def test_the_list_counts_live_pets_and_cases(session: AnySession) -> None:
    organisation_id = build_organisation().id
    owner = build_owner(session, organisation_id, "Ana")
    rex = build_pet(session, owner)
    build_pet(session, owner, "Old", archived_at=NOON)
    build_case(session, owner, rex)
    build_case(session, owner)

    (line,) = owner_lines(session(), organisation_id=organisation_id, wanted=RecordFilter()).rows

    assert (line.pet_count, line.case_count) == (1, 2)


def test_another_organisations_owner_is_as_good_as_missing(session: AnySession) -> None:
    ours, theirs = build_organisation().id, build_organisation().id
    foreign = build_owner(session, theirs, "Foreign")

    assert _names(session, ours, RecordFilter(shown=Shown.ALL)) == []
    with pytest.raises(NotFoundError) as not_ours:
        owner_page(session(), organisation_id=ours, owner_id=foreign.id)
    with pytest.raises(NotFoundError) as missing:
        owner_page(session(), organisation_id=ours, owner_id=uuid4())
    assert not_ours.value.sentence == missing.value.sentence


def test_each_fact_names_file_row_column_and_approver(session: AnySession) -> None:
    organisation_id = build_organisation().id
    first = build_import(session, organisation_id, "january.csv")
    second = build_import(session, organisation_id, "may.csv", decided_by_name="Rae Viewer")
    build_source_table(
        session, first, {"First": "owner.given_name", "Last": "owner.family_name", "Tel": "owner.phone"}
    )
    build_source_table(session, second, {"Client": "owner.full_name", "Phone no": "owner.phone"})
    owner = build_owner(
        session, organisation_id, "Ana Silva", phone="+15550199", city="Porto", import_id=first.id
    )
    facts = {"full_name": "Ana Silva", "phone": "+15550123"}
    build_event(
        session, organisation_id, "owner.created", subject_id=owner.id, import_id=first.id, row_no=4,
        values={"facts": facts, "external_id": "c-1"},
    )  # fmt: skip
    build_event(
        session, organisation_id, "owner.linked", subject_id=owner.id, import_id=second.id, row_no=9,
        values={"changes": {"phone": ["+15550123", "+15550199"]}, "evidence": ["same id"]},
    )  # fmt: skip
    build_event(
        session, organisation_id, "owner.updated", subject_id=owner.id, actor_name="Ada Admin",
        values={"changes": {"city": ["", "Porto"]}},
    )  # fmt: skip

    page = owner_page(session(), organisation_id=organisation_id, owner_id=owner.id)

    assert _told(page, "full_name") == ("january.csv", 4, ("First", "Last"), "Ana Reviewer")
    assert _told(page, "phone") == ("may.csv", 9, ("Phone no",), "Rae Viewer")
    assert _told(page, "city") == ("entered by", "Ada Admin")
    assert [(touch.file_name, touch.action) for touch in page.provenance.touches] == [
        ("may.csv", "owner.linked"),
        ("january.csv", "owner.created"),
    ]


def test_a_value_given_for_the_whole_import_says_so(session: AnySession) -> None:
    organisation_id = build_organisation().id
    batch = build_import(session, organisation_id)
    build_source_table(session, batch, {"Client": "owner.full_name"}, constants=(("owner.country", "PT"),))
    owner = build_owner(session, organisation_id, "Ana", country="PT", import_id=batch.id)
    build_event(session, organisation_id, "owner.created", subject_id=owner.id, import_id=batch.id, row_no=2)

    page = owner_page(session(), organisation_id=organisation_id, owner_id=owner.id)

    (origin,) = [fact.origin for fact in page.facts if fact.name == "country"]
    assert origin
    assert (origin.headings, origin.is_constant) == ((), True)


def test_a_row_of_a_workbook_names_its_table(session: AnySession) -> None:
    organisation_id = build_organisation().id
    batch = build_import(session, organisation_id, "all.zip")
    build_source_table(session, batch, {"A": "owner.full_name"}, name="one.csv", table_no=1)
    build_source_table(session, batch, {"B": "owner.full_name"}, name="two.csv", table_no=2)
    owner = build_owner(session, organisation_id, "Ana", import_id=batch.id)
    told = {"row_no": 2, "detail": {"table": 2}}
    build_event(session, organisation_id, "owner.created", subject_id=owner.id, import_id=batch.id, **told)

    page = owner_page(session(), organisation_id=organisation_id, owner_id=owner.id)

    (touch,) = page.provenance.touches
    assert touch.table_name == "two.csv"
    assert _told(page, "full_name") == ("all.zip", 2, ("B",), "Ana Reviewer")


def test_ids_elsewhere_are_those_of_this_owner(session: AnySession) -> None:
    organisation_id = build_organisation().id
    batch = build_import(session, organisation_id)
    owner = build_owner(session, organisation_id, "Ana")
    build_external_id(session, batch, RecordKind.OWNER, owner.id, "c-17")
    build_external_id(session, batch, RecordKind.OWNER, uuid4(), "c-18")

    page = owner_page(session(), organisation_id=organisation_id, owner_id=owner.id)

    assert [(known.source, known.external_id) for known in page.provenance.external_ids] == [
        ("waitwhile", "c-17")
    ]


def _history(session: AnySession, organisation_id: UUID, size: int) -> UUID:
    owner = build_owner(session, organisation_id, "Ana")
    for number in range(size):
        batch = build_import(session, organisation_id)
        build_source_table(session, batch, {"Client": "owner.full_name"})
        build_case(session, owner, build_pet(session, owner, f"Pet {number}"))
        build_event(
            session, organisation_id, "owner.linked", subject_id=owner.id, import_id=batch.id, row_no=2
        )
    return owner.id


def test_an_owners_page_asks_as_often_for_fifty_pets_as_for_one(session: AnySession) -> None:
    organisation_id = build_organisation().id
    small, large = _history(session, organisation_id, 1), _history(session, organisation_id, 50)
    session.expunge_all()

    with counted_queries(db.engine) as for_one:
        owner_page(session(), organisation_id=organisation_id, owner_id=small)
    session.expunge_all()
    with counted_queries(db.engine) as for_fifty:
        page = owner_page(session(), organisation_id=organisation_id, owner_id=large)

    assert len(page.pets.rows) == 50
    assert len(for_one) == len(for_fifty) <= 10


def test_the_list_asks_as_often_for_fifty_owners_as_for_one(session: AnySession) -> None:
    organisation_id = build_organisation().id
    for number in range(50):
        build_pet(session, build_owner(session, organisation_id, f"Owner {number:02}"))
    session.expunge_all()

    with counted_queries(db.engine) as for_one:
        owner_lines(session(), organisation_id=organisation_id, wanted=RecordFilter(), size=1)
    session.expunge_all()
    with counted_queries(db.engine) as for_fifty:
        page = owner_lines(session(), organisation_id=organisation_id, wanted=RecordFilter(), size=50)

    assert len(page.rows) == 50
    assert len(for_one) == len(for_fifty) == 3
