"""Many rows at once, on both databases alike: more than a statement takes parameters, and every kind of column."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.records import CaseStatus
from phcs.models.base import Base
from phcs.models.imports import StagedRow
from phcs.models.organisations import Organisation
from phcs.models.records import Case, MatchKey, Owner, Pet
from phcs.queries.among import among
from phcs.services.bulk import insert_rows, update_rows
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction
from tests.builders import NOW, build_organisation
from tests.import_builders import count

Db = scoped_session[Session]
MANY = 70_001
"""More rows, and more values, than PostgreSQL takes parameters in one statement (65,535)."""

AWKWARD = 'tab\there, line\nbreak, back\\slash, "quote", \\N, \\., ; 李雷 🐕 é'


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


def insert(table: type[Base], **values: Any) -> UUID:
    """Insert one row with these values, and the usual one in every other column; gives its id."""
    columns = [column for column in table.__table__.columns if column.computed is None]
    usual = {column.name: column.default.arg if column.default else None for column in columns}  # type: ignore[attr-defined]
    row = {**usual, "id": new_id(), "created_at": NOW, "updated_at": NOW, **values}
    with transaction() as writing:
        insert_rows(writing, table, list(row), [tuple(row.values())])
    found: UUID = row["id"]
    return found


def insert_owner(organisation: Organisation, **values: Any) -> UUID:
    return insert(
        Owner, **{"organisation_id": organisation.id, "full_name": "Ana", "tags": [], "custom": {}, **values}
    )


def test_more_rows_than_a_statement_takes_parameters_are_inserted_and_found(
    session: Db, organisation: Organisation
) -> None:
    owner_id = new_id()
    rows = [(organisation.id, key, owner_id, None) for key in range(MANY)]

    with transaction() as writing:
        inserted = insert_rows(writing, MatchKey, ("organisation_id", "key", "owner_id", "import_id"), rows)

    wanted = [*range(0, MANY, 2), *range(MANY, MANY + MANY // 2 + 1)]
    assert inserted == MANY
    assert len(wanted) == MANY + 1
    assert count(MatchKey, among(session(), MatchKey.key, wanted)) == MANY // 2 + 1


def test_among_nothing_is_nothing(session: Db, organisation: Organisation) -> None:
    assert count(Organisation, among(session(), Organisation.id, [])) == 0


def test_ids_and_texts_are_found_among_many(session: Db, organisation: Organisation) -> None:
    others = [uuid4() for _ in range(1_000)]
    names = [f"name {number}" for number in range(1_000)]

    assert count(Organisation, among(session(), Organisation.id, [*others, organisation.id])) == 1
    assert count(Organisation, among(session(), Organisation.id, others)) == 0
    assert count(Organisation, among(session(), Organisation.name, [*names, organisation.name, "it's"])) == 1


def test_texts_lists_and_maps_come_back_as_they_were(session: Db, organisation: Organisation) -> None:
    tags, custom = (
        [AWKWARD, "", "b"],
        {"ключ": AWKWARD, "empty": "", "nested": {"list": [1, 2.5, None, True]}},
    )

    owner_id = insert_owner(organisation, full_name=AWKWARD, tags=tags, custom=custom)

    owner = session.get_one(Owner, owner_id)
    assert (owner.full_name, owner.tags, owner.custom) == (AWKWARD, tags, custom)
    assert session.scalars(sa.select(Owner.id).where(Owner.full_name == AWKWARD)).one() == owner_id


def test_days_and_moments_come_back_as_they_were(session: Db, organisation: Organisation) -> None:
    moment = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=-7)))

    owner_id = insert_owner(organisation, birth_date=date(1904, 2, 29), created_at=elsewhere)

    owner = session.get_one(Owner, owner_id)
    assert (owner.birth_date, owner.created_at, owner.created_at.tzinfo) == (date(1904, 2, 29), moment, UTC)
    assert session.scalars(sa.select(Owner.id).where(Owner.created_at == moment)).one() == owner_id


def test_blank_days_and_moments_stay_blank(session: Db, organisation: Organisation) -> None:
    owner_id = insert_owner(organisation, birth_date=None)

    assert session.get_one(Owner, owner_id).birth_date is None


def test_enumerations_are_kept_by_value_and_come_back_as_members(
    session: Db, organisation: Organisation
) -> None:
    owner_id = insert_owner(organisation)

    case_id = insert(
        Case,
        organisation_id=organisation.id,
        owner_id=owner_id,
        status=CaseStatus.IN_PROGRESS,
        services=["food"],
        tags=[],
        custom={},
    )

    assert session.get_one(Case, case_id).status is CaseStatus.IN_PROGRESS
    assert session.scalar(sa.text("SELECT status FROM cases")) == "in_progress"


def test_a_value_that_a_column_does_not_know_is_refused_whole(
    session: Db, organisation: Organisation
) -> None:
    columns = ("import_id", "table_no", "row_no", "organisation_id", "status", "cells", "record")
    rows: list[tuple[object, ...]] = [
        (new_id(), 1, number, organisation.id, "valid" if number < 9 else "odd", [], {})
        for number in range(10)
    ]

    with pytest.raises(sa.exc.IntegrityError), transaction() as writing:
        insert_rows(writing, StagedRow, columns, rows)

    assert count(StagedRow) == 0


def test_updates_are_counted_by_the_rows_that_they_hit(session: Db, organisation: Organisation) -> None:
    ids = [insert_owner(organisation, full_name=f"Owner {number}") for number in range(5)]
    columns, keys = ("full_name", "version", "updated_at"), ("organisation_id", "id", "version")
    later = NOW + timedelta(hours=1)
    right = [(f"New {number}", 2, later, organisation.id, one, 1) for number, one in enumerate(ids[:3])]
    stale = [("Stale", 9, later, organisation.id, ids[3], 8)]
    elsewhere = [("Foreign", 2, later, new_id(), ids[4], 1)]

    with transaction() as writing:
        hit = update_rows(writing, Owner, keys, columns, [*right, *stale, *elsewhere])

    assert hit == 3
    assert [session.get_one(Owner, one).full_name for one in ids] == [
        "New 0",
        "New 1",
        "New 2",
        "Owner 3",
        "Owner 4",
    ]
    assert session.get_one(Owner, ids[0]).updated_at == later


def test_no_rows_are_no_work(session: Db, organisation: Organisation) -> None:
    with transaction() as writing:
        assert insert_rows(writing, Pet, ("id",), []) == 0
        assert update_rows(writing, Pet, ("id",), ("name",), []) == 0
