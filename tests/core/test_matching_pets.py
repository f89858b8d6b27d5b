"""Which of an owner's pets a row speaks of."""

from uuid import UUID

import pytest

from phcs.core.matching.known import KnownPet
from phcs.core.matching.pets import describe_pet, find_pet
from phcs.core.records import PetFacts


def _known(*pets: PetFacts) -> list[KnownPet]:
    return [
        KnownPet(UUID(int=number), 1, planned=False, facts=pet) for number, pet in enumerate(pets, start=1)
    ]


LUNA = PetFacts(name="Luna", species="dog")


@pytest.mark.parametrize(
    "pet",
    [
        LUNA,
        PetFacts(name="LÚNA", species="dog"),
        PetFacts(name="Luna"),
        PetFacts(name="Lunna", species="dog"),
        PetFacts(name="Luna", species="dog", age_class="puppy"),
    ],
)
def test_the_same_name_and_no_other_species_is_the_same_pet(pet: PetFacts) -> None:
    assert find_pet(pet, _known(LUNA)) is not None


@pytest.mark.parametrize(
    ("pet", "known"),
    [
        (PetFacts(name="Luna", species="cat"), LUNA),
        (PetFacts(name="Kitten 2", species="cat"), PetFacts(name="Kitten 1", species="cat")),
        (PetFacts(name="Tim", species="dog"), PetFacts(name="Tom", species="dog")),
        (PetFacts(species="dog"), LUNA),
        (LUNA, PetFacts(species="dog")),
        (PetFacts(species="dog", age_class="puppy"), PetFacts(species="dog", age_class="adult")),
        (
            PetFacts(name="Coco", species="other", species_given="llama"),
            PetFacts(name="Coco", species="other", species_given="goat"),
        ),
    ],
)
def test_these_are_two_pets(pet: PetFacts, known: PetFacts) -> None:
    assert find_pet(pet, _known(known)) is None


def test_a_microchip_decides_alone() -> None:
    known = _known(PetFacts(name="Luna", species="dog", microchip="1"), PetFacts(name="Max", microchip="2"))
    assert find_pet(PetFacts(name="Rex", species="cat", microchip="2"), known) is known[1]
    assert find_pet(PetFacts(name="Luna", species="dog", microchip="3"), known) is None


def test_the_exact_name_wins_over_one_letter_apart() -> None:
    known = _known(PetFacts(name="Lunna"), LUNA)
    assert find_pet(LUNA, known) is known[1]


def test_an_unnamed_pet_is_known_again_but_a_second_one_in_the_row_is_another() -> None:
    known = _known(PetFacts(species="dog", age_class="puppy"))
    unnamed = PetFacts(species="dog", age_class="puppy")
    assert find_pet(unnamed, known) is known[0]
    assert find_pet(unnamed, known, taken={known[0].id}) is None


@pytest.mark.parametrize(
    ("pet", "words"),
    [
        (LUNA, "Luna (dog)"),
        (PetFacts(name="Luna"), "Luna"),
        (PetFacts(species="cat"), "unnamed cat"),
        (PetFacts(), "unnamed pet"),
        (PetFacts(name="Coco", species="other", species_given="Llama"), "Coco (Llama)"),
    ],
)
def test_pets_are_described_by_name_and_species(pet: PetFacts, words: str) -> None:
    assert describe_pet(pet) == words
