"""What is asked of the audit trail."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.permissions import Role
from phcs.extensions import db
from phcs.queries.audit import AuditFilter, Change, audit_actors, audit_page, changes_of
from tests.builders import build_api_key, build_organisation, build_person
from tests.record_builders import (
    NOON,
    build_case,
    build_event,
    build_import,
    build_owner,
    build_pet,
    counted_queries,
)

AnySession = scoped_session[Session]
RECORD, IMPORT, PERSON = uuid4(), uuid4(), uuid4()


def _seqs(session: AnySession, organisation_id: UUID, wanted: AuditFilter) -> list[int]:
    found = audit_page(session(), organisation_id=organisation_id, wanted=wanted)
    return [line.seq for line in found.rows]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (AuditFilter(), [4, 3, 2, 1]),
        (AuditFilter(import_id=IMPORT), [2]),
        (AuditFilter(subject_id=RECORD), [1]),
        (AuditFilter(actor=str(PERSON)), [3]),
        (AuditFilter(actor="process"), [4]),
        (AuditFilter(action="import.approved"), [2]),
        (AuditFilter(action="import.app"), []),
        (AuditFilter(since=date(2026, 5, 4)), [4, 3]),
        (AuditFilter(until=date(2026, 5, 3)), [2, 1]),
        (AuditFilter(since=date(2026, 5, 3), until=date(2026, 5, 3)), [2]),
        (AuditFilter(since=date(2026, 5, 3), until=date(2026, 5, 3), time_zone="Asia/Tokyo"), [1]),
        (AuditFilter(action="import.approved", actor="process"), []),
    ],
)
def test_events_are_filtered_and_the_newest_comes_first(
    session: AnySession, wanted: AuditFilter, expected: list[int]
) -> None:
    organisation_id = build_organisation().id
    build_event(
        session,
        organisation_id,
        "owner.created",
        seq=1,
        subject_id=RECORD,
        at=NOON - timedelta(hours=36, minutes=1),
    )
    build_event(
        session, organisation_id, "import.approved", seq=2, import_id=IMPORT, at=NOON - timedelta(hours=20)
    )
    build_event(session, organisation_id, "person.signed_in", seq=3, actor_id=str(PERSON))
    build_event(
        session, organisation_id, "import.read", seq=4, actor_kind="process", at=NOON + timedelta(hours=1)
    )

    assert _seqs(session, organisation_id, wanted) == expected


def test_pages_of_events_follow_one_another(session: AnySession) -> None:
    organisation_id = build_organisation().id
    for seq in range(1, 6):
        build_event(session, organisation_id, "person.signed_in", seq=seq)

    first = audit_page(session(), organisation_id=organisation_id, wanted=AuditFilter(), size=3)
    second = audit_page(
        session(), organisation_id=organisation_id, wanted=AuditFilter(), size=3, cursor=first.next
    )

    assert [[line.seq for line in page.rows] for page in (first, second)] == [[5, 4, 3], [2, 1]]
    assert second.next is None


def test_nobody_sees_another_organisations_events_or_names(session: AnySession) -> None:
    ours, theirs = build_organisation().id, build_organisation().id
    foreign = build_owner(session, theirs, "Foreign")
    batch = build_import(session, theirs, "secret.csv")
    build_event(session, theirs, "owner.created", subject_id=foreign.id)
    build_event(session, ours, "owner.created", subject_id=foreign.id, import_id=batch.id)

    (line,) = audit_page(session(), organisation_id=ours, wanted=AuditFilter()).rows

    assert (line.subject_name, line.file_name) == ("", "")


def test_every_subject_has_its_name(session: AnySession) -> None:
    organisation = build_organisation()
    admin = build_person(organisation=organisation, name="Ada Admin")
    key = build_api_key(admin=admin)
    owner = build_owner(session, organisation.id, "Ana Silva")
    pet, case = build_pet(session, owner, "Rex"), build_case(session, owner)
    batch = build_import(session, organisation.id, "visits.csv")
    subjects = [
        ("owner", owner.id),
        ("pet", pet.id),
        ("case", case.id),
        ("import", batch.id),
        ("person", admin.id),
    ]
    for kind, id_ in [*subjects, ("api_key", key.id)]:
        build_event(session, organisation.id, f"{kind}.seen", subject_kind=kind, subject_id=id_)

    found = audit_page(session(), organisation_id=organisation.id, wanted=AuditFilter())

    named = {line.subject_kind: line.subject_name for line in found.rows if line.action.endswith(".seen")}
    assert named == {
        "owner": "Ana Silva",
        "pet": "Rex",
        "case": "Ana Silva",
        "import": "visits.csv",
        "person": "Ada Admin",
        "api_key": "Nightly export",
    }


def test_people_keys_and_the_system_can_be_chosen(session: AnySession) -> None:
    organisation = build_organisation()
    admin = build_person(organisation=organisation, name="zoe")
    build_person(organisation=organisation, role=Role.AUDITOR, name="Ana", disabled_at=NOON)
    build_person(name="Foreign")
    build_api_key(admin=admin)

    found = audit_actors(session(), organisation_id=organisation.id)

    assert [actor.name for actor in found] == ["Ana", "Nightly export", "zoe", ""]
    assert (found[2].value, found[3].value) == (str(admin.id), "process")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (None, ()),
        ({}, ()),
        ({"facts": {"city": "Porto", "tags": [], "phone": ""}}, (Change("city", None, "Porto"),)),
        ({"changes": {"city": ["", "Porto"]}}, (Change("city", "", "Porto"),)),
        ({"file_name": "visits.csv"}, (Change("file_name", None, "visits.csv"),)),
        (
            {"changes": {"tags": [["a"], ["a", "b"]]}, "external_id": "c-1"},
            (Change("tags", ["a"], ["a", "b"]), Change("external_id", None, "c-1")),
        ),
    ],
)
def test_values_are_told_as_what_was_and_what_is(values: dict[str, object] | None, expected: object) -> None:
    assert changes_of(values) == expected


def test_erased_values_are_told_apart_from_none(session: AnySession) -> None:
    organisation_id = build_organisation().id
    build_event(session, organisation_id, "owner.created", seq=1, values=None, salt=None)
    build_event(session, organisation_id, "person.enabled", seq=2, values={})

    found = audit_page(session(), organisation_id=organisation_id, wanted=AuditFilter())

    assert [(line.seq, line.is_erased) for line in found.rows] == [(2, False), (1, True)]


def test_the_trail_asks_as_often_for_fifty_events_as_for_one(session: AnySession) -> None:
    organisation_id = build_organisation().id
    for number in range(50):
        owner = build_owner(session, organisation_id, f"Owner {number}")
        batch = build_import(session, organisation_id)
        build_event(session, organisation_id, "owner.created", subject_id=owner.id, import_id=batch.id)
    counts = []
    for size in (1, 50):
        session.expunge_all()
        with counted_queries(db.engine) as sent:
            page = audit_page(session(), organisation_id=organisation_id, wanted=AuditFilter(), size=size)
        assert len(page.rows) == size
        counts.append(len(sent))

    assert counts == [4, 4]
