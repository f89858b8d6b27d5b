"""What a row of an export says is read as the same facts."""

from uuid import UUID

import pytest

from phcs.core.exporting import case_row, columns_of, owner_row, pet_row
from phcs.core.exporting.rows import CustomKeys
from phcs.core.mapping.targets import is_target
from phcs.core.records import AgeClass, CaseFacts, OwnerFacts, PetFacts, RecordKind, ServiceType, Species
from phcs.core.values.pets import read_pets
from phcs.core.values.services import read_services

ID = UUID("0199e1a4-7a10-7b2c-9d3e-4f5a6b7c8d9e")


@pytest.mark.parametrize("kind", RecordKind)
def test_every_heading_is_a_target_and_stands_once(kind: RecordKind) -> None:
    columns = columns_of(kind, CustomKeys(owner={"vip"}, case={"row"}))

    assert [column for column in columns if not is_target(column)] == []
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("species", Species)
@pytest.mark.parametrize("given", ["", "nonsense"])
def test_a_species_is_written_in_a_word_that_is_read_as_it(species: Species, given: str) -> None:
    text = pet_row(PetFacts(species=species.value, species_given=given))["pet.species"]

    assert [pet.species for pet in read_pets("", text, "").pets] == [species.value]


@pytest.mark.parametrize(
    ("species", "age"), [("dog", AgeClass.PUPPY), ("cat", AgeClass.KITTEN), ("cat", AgeClass.SENIOR)]
)
def test_an_age_class_is_written_with_the_species(species: str, age: AgeClass) -> None:
    text = pet_row(PetFacts(species=species, age_class=age.value))["pet.species"]

    assert [(pet.species, pet.age_class) for pet in read_pets("", text, "").pets] == [(species, age.value)]


def test_the_sources_own_words_are_kept_while_they_mean_the_same() -> None:
    assert pet_row(PetFacts(species="dog", species_given="Perrito"))["pet.species"] == "Perrito"
    assert pet_row(PetFacts(species="cat", species_given="Perrito"))["pet.species"] == "cat"


@pytest.mark.parametrize("services", [("food",), ("medical", "boarding"), tuple(ServiceType)])
@pytest.mark.parametrize("given", ["", "Grooming"])
def test_services_are_written_in_words_that_are_read_as_them(services: tuple[str, ...], given: str) -> None:
    text = case_row(ID, CaseFacts(services=services, service_given=given), ())["case.services"]

    assert read_services(text).services == services


def test_pets_of_a_case_share_the_cells_that_reading_takes_apart() -> None:
    pets = (
        PetFacts(name="Rex", species="dog", breed="Mix"),
        PetFacts(name="Tom", species="cat", breed="Mix"),
    )

    row = case_row(ID, CaseFacts(), pets)
    found = read_pets(row["pet.name"], row["pet.species"], row["pet.breed"]).pets

    assert [(pet.name, pet.species, pet.breed) for pet in found] == [
        ("Rex", "dog", "Mix"),
        ("Tom", "cat", "Mix"),
    ]


def test_a_number_that_could_not_be_read_stands_where_the_phone_would() -> None:
    row = owner_row(ID, OwnerFacts(full_name="Ana", phone_given="ask at the door", tags=("a", "b")))

    assert (row["owner.phone"], row["owner.tags"], row["owner.external_id"]) == (
        "ask at the door",
        "a; b",
        str(ID),
    )
