"""People edit live records."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.editing import EDITABLE, LIMITS, USUAL_LIMIT, InvalidEditError, RecordChangedError, Typed
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError
from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.models.audit import AuditEvent
from phcs.models.organisations import Organisation
from phcs.models.records import MatchKey, Owner, Pet
from phcs.queries.live_facts import TABLES
from phcs.services.record_editing import edit_record
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, change_behind_the_back, seen, visit
from tests.match_keys import contact_keys
from tests.record_builders import build_case, build_owner, build_pet

Db = scoped_session[Session]
Edit = Callable[..., tuple[str, ...]]
ROUNDS = 10


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(organisation=build_organisation(time_zone="America/New_York")))


@pytest.fixture
def records(admin: Actor) -> dict[RecordKind, UUID]:
    """Ana Silva with a dog and a case."""
    with transaction() as session:
        owner = build_owner(
            session,
            admin.organisation_id,
            "Ana Silva",
            given_name="Ana",
            family_name="Silva",
            phone="+14155550101",
            phone_given="(415) 555-0101",
            email="ana@example.org",
            tags=["vip"],
        )
        pet = build_pet(session, owner, "Rex", species="dog")
        case = build_case(session, owner, pet, notes="Line one\r\nLine two")
        return {RecordKind.OWNER: owner.id, RecordKind.PET: pet.id, RecordKind.CASE: case.id}


@pytest.fixture
def edit(admin: Actor, records: dict[RecordKind, UUID]) -> Edit:
    """Edit one of the records, at its first version unless said otherwise."""

    def do(kind: RecordKind, changes: dict[str, Typed], **given: Any) -> tuple[str, ...]:
        usual = {"actor": admin, "organisation_id": admin.organisation_id, "record_id": records[kind]}
        return edit_record(**{**usual, "kind": kind, "version": 1, "changes": changes, "now": NOW, **given})

    return do


def stored(session: Db, kind: RecordKind, record_id: UUID) -> Any:
    session.rollback()
    return session.get_one(TABLES[kind], record_id)


def epoch(session: Db, admin: Actor) -> int:
    session.rollback()
    return session.get_one(Organisation, admin.organisation_id).record_epoch


def edits(session: Db) -> list[AuditEvent]:
    session.rollback()
    return list(session.scalars(sa.select(AuditEvent).where(AuditEvent.action.like("%.edited"))))


def test_an_edit_is_stored_and_told_with_what_was_before(
    session: Db, admin: Actor, records: dict[RecordKind, UUID], edit: Edit
) -> None:
    changed = edit(RecordKind.OWNER, {"city": "  Lisbon ", "email": "ana@example.org"})

    owner = stored(session, RecordKind.OWNER, records[RecordKind.OWNER])
    (event,) = edits(session)
    assert changed == ("city",)
    assert (owner.city, owner.version, owner.updated_at) == ("Lisbon", 2, NOW)
    assert (event.action, event.subject_id, event.actor_id) == ("owner.edited", owner.id, str(admin.id))
    assert event.values == {"changes": {"city": ["", "Lisbon"]}}
    assert epoch(session, admin) == 1


def test_typing_what_stands_there_already_writes_nothing(
    session: Db, admin: Actor, records: dict[RecordKind, UUID], edit: Edit
) -> None:
    changed = edit(RecordKind.CASE, {"notes": "Line one\nLine two ", "status": "new", "services": ("food",)})

    assert changed == ()
    assert stored(session, RecordKind.CASE, records[RecordKind.CASE]).version == 1
    assert (edits(session), epoch(session, admin)) == ([], 0)


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ({"phone": "415 555 0199"}, {"phone": "+14155550199", "phone_given": "415 555 0199"}),
        ({"phone": ""}, {"phone": "", "phone_given": ""}),
        ({"email": " Ana.New@Example.ORG"}, {"email": "ana.new@example.org"}),
        ({"tags": "vip; night, vip"}, {"tags": ["vip", "night"]}),
        ({"full_name": "Ana Perez"}, {"full_name": "Ana Perez", "given_name": "Ana", "family_name": "Perez"}),
        ({"family_name": "Perez"}, {"full_name": "Ana Perez", "family_name": "Perez"}),
        ({"full_name": "Walk-in"}, {"full_name": "Walk-in", "tags": ["vip", "placeholder"]}),
        ({"birth_date": "05/24/1990"}, {"birth_date": "1990-05-24"}),
    ],
)
def test_owner_facts_are_read_as_an_import_reads_them(
    session: Db,
    records: dict[RecordKind, UUID],
    edit: Edit,
    typed: dict[str, Typed],
    facts: dict[str, Any],
) -> None:
    edit(RecordKind.OWNER, typed)

    owner = stored(session, RecordKind.OWNER, records[RecordKind.OWNER])
    found = {name: getattr(owner, name) for name in facts}
    assert {n: v if isinstance(v, list) else str(v) for n, v in found.items()} == facts


@pytest.mark.parametrize(
    ("typed", "column", "value"),
    [
        ({"sex": "hembra"}, "sex", "female"),
        ({"sterilised": "sí"}, "sterilised", "yes"),
        ({"species": "cat"}, "species", "cat"),
        ({"name": "no name"}, "name", ""),
        ({"weight": "12.5  kg"}, "weight", "12.5 kg"),
    ],
)
def test_pet_facts_are_read_as_an_import_reads_them(
    session: Db, records: dict[RecordKind, UUID], edit: Edit, typed: dict[str, Typed], column: str, value: str
) -> None:
    edit(RecordKind.PET, typed)

    assert getattr(stored(session, RecordKind.PET, records[RecordKind.PET]), column) == value


def test_times_of_a_case_are_the_organisations(
    session: Db, records: dict[RecordKind, UUID], edit: Edit
) -> None:
    edit(
        RecordKind.CASE,
        {
            "closed_at": "2026-05-05T09:30",
            "status": "closed",
            "services": ("other", "food"),
            "pet_count": "2",
        },
    )

    case = stored(session, RecordKind.CASE, records[RecordKind.CASE])
    assert case.closed_at.isoformat() == "2026-05-05T13:30:00+00:00"
    assert (case.status, case.services, case.pet_count) == ("closed", ["food", "other"], 2)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (RecordKind.OWNER, {"full_name": " ", "given_name": "", "family_name": ""}),
        (RecordKind.OWNER, {"phone": "12"}),
        (RecordKind.OWNER, {"phone2": "+14155550101"}),
        (RecordKind.OWNER, {"email": "ana@"}),
        (RecordKind.OWNER, {"birth_date": "2030-01-01"}),
        (RecordKind.OWNER, {"city": "x" * 201}),
        (RecordKind.PET, {"species": "unicorn"}),
        (RecordKind.PET, {"weight": "heavy"}),
        (RecordKind.CASE, {"services": ()}),
        (RecordKind.CASE, {"status": ""}),
        (RecordKind.CASE, {"opened_at": "2030-01-01T10:00"}),
        (RecordKind.CASE, {"scheduled_at": "soon"}),
        (RecordKind.CASE, {"pet_count": "many"}),
    ],
)
def test_what_cannot_be_stored_is_refused_beside_its_field(
    session: Db, records: dict[RecordKind, UUID], edit: Edit, kind: RecordKind, typed: dict[str, Typed]
) -> None:
    with pytest.raises(InvalidEditError) as refusal:
        edit(kind, {**typed, "notes": "A note"})

    assert list(refusal.value.problems) == [next(iter(typed))]
    assert stored(session, kind, records[kind]).version == 1
    assert edits(session) == []


def test_a_character_that_no_database_stores_is_replaced(
    session: Db, records: dict[RecordKind, UUID], edit: Edit
) -> None:
    edit(RecordKind.OWNER, {"notes": "a\x00b"})

    assert stored(session, RecordKind.OWNER, records[RecordKind.OWNER]).notes == "a\ufffdb"


def test_an_edit_of_an_older_version_changes_nothing(
    session: Db, admin: Actor, records: dict[RecordKind, UUID], edit: Edit
) -> None:
    edit(RecordKind.PET, {"breed": "Beagle"})

    with pytest.raises(RecordChangedError, match="since you opened it"):
        edit(RecordKind.PET, {"breed": "Poodle"})

    assert stored(session, RecordKind.PET, records[RecordKind.PET]).breed == "Beagle"
    assert (len(edits(session)), epoch(session, admin)) == (1, 1)


def test_of_two_edits_of_one_version_at_once_one_holds(
    app: Flask, session: Db, records: dict[RecordKind, UUID], edit: Edit
) -> None:
    outcomes: list[str] = []

    def type_in(city: str, version: int) -> None:
        with app.app_context():
            try:
                edit(RecordKind.OWNER, {"city": city}, version=version)
                outcomes.append("held")
            except RecordChangedError:
                outcomes.append("refused")

    for version in range(1, ROUNDS + 1):
        typed = [f"{city} {version}" for city in ("Faro", "Porto")]
        threads = [threading.Thread(target=type_in, args=(city, version)) for city in typed]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert Counter(outcomes) == {"held": ROUNDS, "refused": ROUNDS}
    assert stored(session, RecordKind.OWNER, records[RecordKind.OWNER]).version == ROUNDS + 1
    assert len(edits(session)) == ROUNDS


def test_an_archived_record_is_not_edited(records: dict[RecordKind, UUID], edit: Edit) -> None:
    change_behind_the_back(Pet, Pet.id == records[RecordKind.PET], archived_at=NOW)

    with pytest.raises(InvalidInputError, match="archived"):
        edit(RecordKind.PET, {"breed": "Beagle"})


def test_facts_that_only_imports_write_cannot_be_edited(edit: Edit) -> None:
    with pytest.raises(InvalidInputError, match="cannot be edited"):
        edit(RecordKind.OWNER, {"phone_given": "x"})


@pytest.mark.parametrize("kind", EDITABLE)
def test_another_organisations_records_are_not_there(session: Db, edit: Edit, kind: RecordKind) -> None:
    stranger = actor_of(build_person())

    with pytest.raises(NotFoundError):
        edit(kind, {"notes": "x"}, actor=stranger, organisation_id=stranger.organisation_id)
    with pytest.raises(NotFoundError):
        edit(kind, {"notes": "x"}, actor=stranger)
    assert edits(session) == []


@pytest.mark.parametrize(("role", "may"), [(Role.ADMIN, True), (Role.REVIEWER, True), (Role.AUDITOR, False)])
def test_auditors_edit_nothing(
    session: Db,
    admin: Actor,
    edit: Edit,
    role: Role,
    may: bool,  # noqa: FBT001
) -> None:
    organisation = session.get_one(Organisation, admin.organisation_id)
    actor = actor_of(build_person(organisation=organisation, role=role))
    outcome: Any
    try:
        outcome = edit(RecordKind.OWNER, {"city": "Lisbon"}, actor=actor)
    except NotAllowedError as refusal:
        outcome = refusal

    assert (outcome == ("city",)) is may


def test_a_new_phone_and_mailbox_are_found_by_the_next_import(
    session: Db, admin: Actor, records: dict[RecordKind, UUID], edit: Edit
) -> None:
    edit(RecordKind.OWNER, {"phone": "415 555 0177", "email": "ana.silva@example.net"})
    rows = [
        visit(1, client_name="Ana Silva", client_phone="+1 415 555 0177", client_email="", pet_name="Rex")
    ]

    import_id = build_review(actor=admin, content=rows)

    keys = set(session.scalars(sa.select(MatchKey.key).where(MatchKey.import_id.is_(None))))
    assert keys >= set(
        contact_keys(
            source="", external_id="", phone="+14155550177", phone2="", email="ana.silva@example.net"
        )
    )
    assert seen(import_id).plan_counts["owner"].get("create", 0) == 0


def test_a_later_export_does_not_undo_what_a_person_edited(session: Db, admin: Actor) -> None:
    rows = [visit(1, client_name="Ana Silva", client_email="old@example.org")]
    build_promotion(actor=admin, content=rows)
    session.rollback()
    owner = session.scalars(sa.select(Owner)).one()
    edit_record(
        actor=admin,
        organisation_id=admin.organisation_id,
        kind=RecordKind.OWNER,
        record_id=owner.id,
        version=1,
        changes={"email": "new@example.org"},
        now=NOW,
    )

    build_promotion(actor=admin, content=[*rows, visit(2)], file_name="later.csv")

    assert stored(session, RecordKind.OWNER, owner.id).email == "new@example.org"


@pytest.mark.parametrize("kind", EDITABLE)
def test_no_limit_is_wider_than_its_column(kind: RecordKind) -> None:
    table = TABLES[kind]
    lengths = {name: getattr(table.__table__.c[name].type, "length", None) for name in EDITABLE[kind]}

    too_wide = {name for name, length in lengths.items() if length and LIMITS.get(name, USUAL_LIMIT) > length}

    assert too_wide - {"phone", "phone2"} == set()  # numbers are stored as E.164, which is short
