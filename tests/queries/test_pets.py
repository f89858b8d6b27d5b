"""What is asked about pets."""

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.errors import NotFoundError
from phcs.core.records import Species
from phcs.extensions import db
from phcs.models.records import Pet
from phcs.queries.pets import PetFilter, pet_lines, pet_page
from phcs.queries.searching import sources_of
from tests.builders import build_organisation
from tests.record_builders import NOON, build_owner, build_pet, counted_queries

AnySession = scoped_session[Session]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (PetFilter(), ["", "Bella", "Rex"]),
        (PetFilter(text="rex"), ["Rex"]),
        (PetFilter(text="985141"), ["Bella"]),
        (PetFilter(text="silva"), ["", "Bella", "Rex"]),
        (PetFilter(species=Species.CAT), ["Bella"]),
        (PetFilter(source="waitwhile_import"), ["Bella"]),
        (PetFilter(owner_id=uuid4()), []),
    ],
)
def test_pets_are_found_by_name_microchip_owner_species_and_source(
    session: AnySession, wanted: PetFilter, expected: list[str]
) -> None:
    organisation_id = build_organisation().id
    owner = build_owner(session, organisation_id, "Ana Silva")
    build_pet(session, owner, "Rex", species="dog")
    build_pet(session, owner, "Bella", species="cat", microchip="985141000", source="waitwhile_import")
    build_pet(session, owner, "")

    found = pet_lines(session(), organisation_id=organisation_id, wanted=wanted)

    assert [line.name for line in found.rows] == expected
    assert sources_of(session(), Pet, organisation_id=organisation_id) == ("", "waitwhile_import")


def test_an_archived_pet_keeps_its_page(session: AnySession) -> None:
    organisation_id = build_organisation().id
    pet = build_pet(session, build_owner(session, organisation_id, "Ana"), archived_at=NOON)

    page = pet_page(session(), organisation_id=organisation_id, pet_id=pet.id)

    assert page.line.archived_at == NOON
    assert pet_lines(session(), organisation_id=organisation_id, wanted=PetFilter()).rows == ()


def test_another_organisations_pet_is_as_good_as_missing(session: AnySession) -> None:
    ours, theirs = build_organisation().id, build_organisation().id
    foreign = build_pet(session, build_owner(session, theirs, "Foreign"))

    assert pet_lines(session(), organisation_id=ours, wanted=PetFilter()).rows == ()
    for pet_id in (foreign.id, uuid4()):
        with pytest.raises(NotFoundError, match="There is no such pet"):
            pet_page(session(), organisation_id=ours, pet_id=pet_id)


def test_the_list_asks_as_often_for_fifty_pets_as_for_one(session: AnySession) -> None:
    organisation_id = build_organisation().id
    for number in range(50):
        build_pet(session, build_owner(session, organisation_id, f"Owner {number}"))
    counts = []
    for size in (1, 50):
        session.expunge_all()
        with counted_queries(db.engine) as sent:
            page = pet_lines(session(), organisation_id=organisation_id, wanted=PetFilter(), size=size)
        assert len(page.rows) == size
        counts.append(len(sent))

    assert counts == [1, 1]
