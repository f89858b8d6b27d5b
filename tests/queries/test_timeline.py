"""A history of all kinds in one order, page by page, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.errors import InvalidInputError
from phcs.core.records import RecordKind
from phcs.models.records import Owner, Pet
from phcs.queries.history import Balance, balances, due_vaccines
from phcs.queries.timeline import TimelineOf, timeline, timeline_contents
from tests.builders import build_organisation
from tests.record_builders import (
    NOON,
    build_case,
    build_history,
    build_owner,
    build_pet,
)

Db = scoped_session[Session]
WHEN = {
    RecordKind.MEDICAL_RECORD: "happened_at",
    RecordKind.VACCINATION: "given_on",
    RecordKind.APPOINTMENT: "starts_at",
    RecordKind.INVOICE: "issued_on",
    RecordKind.DOCUMENT: "dated_on",
}
DAYS = {RecordKind.VACCINATION, RecordKind.INVOICE, RecordKind.DOCUMENT}


@pytest.fixture
def owner(session: Db) -> Owner:
    return build_owner(session, build_organisation().id, "Ana")


@pytest.fixture
def pet(session: Db, owner: Owner) -> Pet:
    return build_pet(session, owner, "Luna")


def many(session: Db, owner: Owner, pet: Pet) -> list[UUID]:
    """Forty records of six kinds within four days, with many equal times; gives them in the order of a history."""
    found: list[tuple[datetime, int, UUID]] = []
    kinds = [RecordKind.CASE, *WHEN]
    for number in range(40):
        rank = number % len(kinds)
        kind = kinds[rank]
        moment = datetime(2024, 5, 1 + number % 4, 12 * (number % 2), tzinfo=UTC)
        if kind is RecordKind.CASE:
            record: Any = build_case(session, owner, pet, opened_at=moment)
        else:
            value = moment.date() if kind in DAYS else moment
            record = build_history(session, kind, owner, pet=pet, **{WHEN[kind]: value})
        found.append((moment.replace(hour=0) if kind in DAYS else moment, -rank, record.id))
    undated = build_history(session, RecordKind.DOCUMENT, owner, pet=pet)
    return [key for _, _, key in sorted(found, reverse=True)] + [undated.id]


@pytest.mark.parametrize("of", ["owner", "pet"])
def test_pages_of_a_history_are_together_the_whole_in_order(
    session: Db, owner: Owner, pet: Pet, of: str
) -> None:
    expected = many(session, owner, pet)
    whole = TimelineOf(
        organisation_id=owner.organisation_id,
        owner_id=owner.id if of == "owner" else None,
        pet_id=pet.id if of == "pet" else None,
    )

    seen: list[UUID] = []
    cursor = None
    for _ in range(9):
        page = timeline(session(), of=whole, cursor=cursor, size=5)
        seen += [entry.id for entry in page.rows]
        cursor = page.next
    last = timeline(session(), of=whole, cursor=cursor, size=100)

    assert [entry.id for entry in timeline(session(), of=whole, size=100).rows] == expected
    assert seen[:41] == expected
    assert last.next is None


def test_a_history_is_narrowed_and_counted(session: Db, owner: Owner, pet: Pet) -> None:
    many(session, owner, pet)
    build_history(
        session, RecordKind.VACCINATION, owner, pet=pet, given_on=date(2020, 1, 1), source="okvet_import"
    )
    whole = TimelineOf(organisation_id=owner.organisation_id, pet_id=pet.id)
    shots = TimelineOf(
        organisation_id=owner.organisation_id,
        pet_id=pet.id,
        kind=RecordKind.VACCINATION,
        source="okvet_import",
    )

    contents = timeline_contents(session(), of=whole)

    assert [entry.facts["given_on"] for entry in timeline(session(), of=shots).rows] == [date(2020, 1, 1)]
    assert sum(contents.counts.values()) == 42
    assert contents.counts[RecordKind.VACCINATION] == 8
    assert contents.sources == ("", "okvet_import")


def test_a_history_shows_nothing_of_another_organisation(session: Db, owner: Owner, pet: Pet) -> None:
    many(session, owner, pet)
    strangers = TimelineOf(organisation_id=build_organisation().id, owner_id=owner.id)

    assert timeline(session(), of=strangers).rows == ()
    assert timeline_contents(session(), of=strangers).counts == {}


@pytest.mark.parametrize("cursor", ["x", "WzEsMiwzXQ", "WyIyMDI0LTAxLTAxIiwxLCJ4Il0"])
def test_a_cursor_from_elsewhere_is_refused(session: Db, owner: Owner, cursor: str) -> None:
    of = TimelineOf(organisation_id=owner.organisation_id, owner_id=owner.id)

    with pytest.raises(InvalidInputError):
        timeline(session(), of=of, cursor=cursor)


def test_only_the_last_dose_says_when_a_vaccine_is_due(session: Db, owner: Owner, pet: Pet) -> None:
    def given(vaccine: str, year: int, **more: Any) -> None:
        build_history(
            session,
            RecordKind.VACCINATION,
            owner,
            pet=pet,
            vaccine=vaccine,
            given_on=date(year, 3, 1),
            **more,
        )

    given("Rabies", 2023, due_on=date(2024, 3, 1))
    given("RABIES", 2024, due_on=date(2025, 3, 1))
    given("Parvo", 2024, due_on=date(2024, 9, 1))
    given("Lepto", 2022, due_on=date(2023, 3, 1))
    given("Lepto", 2023)

    found = due_vaccines(session(), organisation_id=owner.organisation_id, pet_id=pet.id)

    assert [(one.vaccine, one.due_on) for one in found] == [
        ("Parvo", date(2024, 9, 1)),
        ("RABIES", date(2025, 3, 1)),
    ]


def test_what_is_owed_is_exact_and_by_currency(session: Db, owner: Owner) -> None:
    def invoiced(total: int, **more: Any) -> Any:
        given: dict[str, Any] = {
            "issued_on": NOON.date() - timedelta(days=1),
            "currency": "COP",
            "status": "open",
        }
        return build_history(session, RecordKind.INVOICE, owner, total=total, **(given | more))

    invoiced(100_001, paid=100_001)
    open_one = invoiced(200_000)
    build_history(session, RecordKind.PAYMENT, owner, invoice_id=open_one.id, amount=50_000)
    invoiced(70_000, currency="USD", paid=0)
    invoiced(999_999, status="void")
    invoiced(999_999, status="draft")

    found = balances(session(), organisation_id=owner.organisation_id, owner_id=owner.id)

    assert found == (Balance("COP", 2, 300_001, 150_001), Balance("USD", 1, 70_000, 0))
    assert [one.owed for one in found] == [150_000, 70_000]
