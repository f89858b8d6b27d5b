"""The same person of the next export is known again, and questions that are alike are told from others."""

from uuid import UUID

import pytest

from phcs.core.matching.deciding import MatchAnswer, MatchOutcome
from phcs.core.matching.evidence_points import EvidencePoint
from phcs.core.matching.incoming import incoming_person
from phcs.core.matching.known import KnownOwner
from phcs.core.matching.questions import question_kind
from phcs.core.records import OwnerFacts, PetFacts

ANA = OwnerFacts(full_name="Ana Núñez", phone="+34612345678", email="ana@example.org")
LUNA, REX = PetFacts(name="Luna", species="dog"), PetFacts(name="Rex", species="cat")


def person(facts: OwnerFacts, *pets: PetFacts, external_id: str = "", source: str = "waitwhile") -> str:
    return incoming_person(facts, pets, source=source, external_id=external_id)


@pytest.mark.parametrize(
    "other",
    [
        OwnerFacts(full_name="ANA NUNEZ", phone="+34612345678", email="Ana@Example.org"),
        OwnerFacts(full_name="Ana Núñez", phone2="+34612345678", email="ana+pets@example.org"),
        OwnerFacts(
            full_name="Ana Núñez", phone="+34612345678", email="ana@example.org", notes="x", tags=("vip",)
        ),
        OwnerFacts(
            full_name="Ana Núñez", phone="+34612345678", email="ana@example.org", address="Another street 3"
        ),
    ],
)
def test_the_same_statements_stand_for_the_same_person(other: OwnerFacts) -> None:
    assert person(other, REX) == person(ANA, LUNA)


@pytest.mark.parametrize(
    "other",
    [
        OwnerFacts(full_name="Anna Núñez", phone="+34612345678", email="ana@example.org"),
        OwnerFacts(full_name="Ana Núñez", phone="+34612345679", email="ana@example.org"),
        OwnerFacts(full_name="Ana Núñez", phone="+34612345678"),
        OwnerFacts(
            full_name="Ana Núñez", phone="+34612345678", email="ana@example.org", birth_date="1990-05-02"
        ),
    ],
)
def test_other_statements_stand_for_another_person(other: OwnerFacts) -> None:
    assert person(other) != person(ANA)


def test_the_sources_own_id_stands_for_a_person_whatever_else_is_said() -> None:
    renamed = OwnerFacts(full_name="Ana Gil")

    assert person(ANA, external_id="7") == person(renamed, external_id="7")
    assert person(ANA, external_id="7") != person(ANA, external_id="7", source="brevo")
    assert person(ANA, external_id="7") != person(ANA)


def test_a_name_alone_stands_for_nobody_and_with_pets_or_a_place_for_somebody() -> None:
    name = OwnerFacts(full_name="Ana Núñez")

    assert person(name) == ""
    assert person(name, LUNA, REX) == person(name, REX, LUNA) != person(name, LUNA)
    assert person(OwnerFacts(full_name="Ana Núñez", postal_code="28001")) != person(name, LUNA)


def asked(name: str, known: str, *points: tuple[str, float]) -> str:
    owner = KnownOwner(UUID(int=1), 1, planned=False, row_no=0, facts=OwnerFacts(full_name=known))
    evidence = tuple(EvidencePoint(kind, bits, f"{kind} of {name}") for kind, bits in points)
    match = MatchAnswer(MatchOutcome.REVIEW, owner, 50, (), "", points=evidence)
    return question_kind(OwnerFacts(full_name=name), match)


def test_questions_are_alike_when_the_same_things_agree_and_differ_as_far() -> None:
    silva = asked("A. Silva", "Ana Silva", ("phone", 12.5), ("name", 2.0), ("pet", -1.0))

    assert asked("T. Baker", "Tom Baker", ("pet", -0.5), ("phone", 9.0), ("name", 1.0)) == silva
    assert asked("T. Baker", "Tom Baker", ("pet", 3.0), ("phone", 9.0), ("name", 1.0)) != silva
    assert asked("T. Baker", "Tom Baker", ("phone", 9.0), ("name", 1.0)) != silva
    assert asked("Tom Baker", "Tom Baker", ("pet", -0.5), ("phone", 9.0), ("name", 9.0)) != silva
