"""Facts stored in bulk are the very same rows as facts stored one by one through the models."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.records import CaseFacts, Facts, OwnerFacts, PetFacts, RecordKind, fact_names
from phcs.models.organisations import Organisation
from phcs.models.records import Case, Owner, Pet
from phcs.queries.live_facts import TABLES, ReadyColumns, column_values, facts_of
from phcs.services.bulk import insert_rows, moment_text
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction
from tests.builders import NOW, build_organisation

Db = scoped_session[Session]
AWKWARD = 'tab\there, line\nbreak, back\\slash, "quote", \\N, \\., ; 李雷 🐕 é'
CASES: list[tuple[RecordKind, Facts]] = [
    (RecordKind.OWNER, OwnerFacts(full_name="Ana Ruiz")),
    (
        RecordKind.OWNER,
        OwnerFacts(
            full_name=AWKWARD,
            birth_date="1980-02-29",
            tags=("a", AWKWARD),
            custom={"Größe": AWKWARD, "n": "1"},
        ),
    ),
    (RecordKind.PET, PetFacts()),
    (RecordKind.PET, PetFacts(name=AWKWARD, species="dog", birth_date="2020-12-31", weight="4,5 kg")),
    (RecordKind.CASE, CaseFacts(status="new")),
    (
        RecordKind.CASE,
        CaseFacts(
            status="closed",
            services=("food", "medical"),
            opened_at="2026-05-24T09:00:00+00:00",
            closed_at="2026-05-24T11:30:59.000123+02:00",
            scheduled_at="0999-01-01T00:00:00+00:00",
            pet_count="3",
            tags=(AWKWARD,),
            custom={"k": ""},
        ),
    ),
]
SHARED = ("id", "organisation_id", "source", "version", "created_at", "updated_at")


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


def stored(session: Db, kind: RecordKind, record_id: Any) -> list[Any]:
    """Every column as the driver gives it, but for the key."""
    table = TABLES[kind].__table__
    row = session.execute(sa.select(table).where(table.c.id == record_id)).one()
    return [value for name, value in row._mapping.items() if name != "id"]


def insert_both_ways(organisation: Organisation, kind: RecordKind, said: dict[str, Any]) -> tuple[UUID, UUID]:
    """The same facts prepared by the bulk writer, and ready; gives both keys."""
    names = fact_names(kind)
    one, other, owner_id = new_id(), new_id(), new_id()
    parent: tuple[str, ...] = () if kind is RecordKind.OWNER else ("owner_id",)
    columns = (*SHARED, *parent, *names)
    owner_facts = column_values(fact_names(RecordKind.OWNER), {"full_name": "Parent"})
    owner = (owner_id, organisation.id, "", 1, NOW, NOW, *owner_facts)
    with transaction() as writing:
        moment = moment_text(writing, NOW)
        ready = ReadyColumns(names, lambda when: moment_text(writing, when)).of(said)
        insert_rows(writing, Owner, (*SHARED, *fact_names(RecordKind.OWNER)), [owner])
        prepared = (one, organisation.id, "", 1, NOW, NOW, *[owner_id for _ in parent])
        insert_rows(writing, TABLES[kind], columns, [(*prepared, *column_values(names, said))])
        own = (other.hex, organisation.id.hex, "", 1, moment, moment, *[owner_id.hex for _ in parent])
        insert_rows(writing, TABLES[kind], columns, [(*own, *ready)], ready=True)
    return one, other


@pytest.mark.parametrize(("kind", "facts"), CASES)
def test_ready_facts_are_stored_as_prepared_ones_are(
    session: Db, organisation: Organisation, kind: RecordKind, facts: Facts
) -> None:
    names = [name for name in fact_names(kind) if name != "closed_at"]  # comes back in UTC
    said = {name: getattr(facts, name) for name in fact_names(kind) if getattr(facts, name)}

    one, other = insert_both_ways(organisation, kind, said)

    assert stored(session, kind, other) == stored(session, kind, one)
    found = session.get_one(TABLES[kind], other)
    assert isinstance(found, Owner | Pet | Case)
    again = facts_of(found)
    assert [getattr(again, name) for name in names] == [getattr(facts, name) for name in names]
