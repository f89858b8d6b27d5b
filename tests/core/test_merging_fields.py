"""Which facts a merged owner has."""

from dataclasses import replace
from uuid import uuid4

import pytest

from phcs.core.errors import InvalidInputError
from phcs.core.merging.fields import Take, field_questions, merged_facts
from phcs.core.merging.pets import MergingPet, checked_same_pets, same_pets
from phcs.core.records import OwnerFacts, PetFacts

ANA = OwnerFacts(full_name="Ana Silva", given_name="Ana", family_name="Silva", phone="+14155550101")


def test_blanks_are_filled_from_the_other_and_nothing_is_overwritten() -> None:
    other = replace(ANA, full_name="Anna Silva", email="ana@example.org", birth_date="1970-05-04")

    merged = merged_facts(ANA, other, {})

    assert merged == replace(ANA, email="ana@example.org", birth_date="1970-05-04")


def test_another_phone_becomes_the_second_while_that_is_free() -> None:
    other = replace(ANA, phone="+14155550199", phone2="+14155550777")

    assert merged_facts(ANA, other, {}).phone2 == "+14155550199"
    assert merged_facts(replace(ANA, phone2="+14155550222"), other, {}).phone2 == "+14155550222"


def test_a_phone_is_never_both_the_first_and_the_second() -> None:
    other = OwnerFacts(full_name="Ana Silva", phone2=ANA.phone)

    assert merged_facts(ANA, other, {"phone2": Take.OTHER}).phone2 == ""


def test_addresses_that_agree_complete_each_other_and_others_stay_whole() -> None:
    kept = replace(ANA, address="1 Main St", city="")
    agreeing, another = (
        OwnerFacts(address="1 Main St", city="Lyon"),
        OwnerFacts(address="5 Rue A", city="Lyon"),
    )

    assert merged_facts(kept, agreeing, {}).city == "Lyon"
    assert (merged_facts(kept, another, {}).address, merged_facts(kept, another, {}).city) == (
        "1 Main St",
        "",
    )


def test_tags_notes_and_other_facts_are_joined() -> None:
    kept = replace(ANA, tags=("vip",), notes="Calls.", custom={"a": "1"})
    other = OwnerFacts(tags=("senior", "vip"), notes="Mails.", custom={"a": "2", "b": "3"})

    merged = merged_facts(kept, other, {})

    assert (merged.tags, merged.notes, merged.custom) == (
        ("vip", "senior"),
        "Calls.\n\nMails.",
        {"a": "1", "b": "3"},
    )


def test_a_name_that_stands_for_nobody_gives_way_with_its_tag() -> None:
    walk_in = OwnerFacts(full_name="Walk-in", tags=("placeholder", "vip"))

    merged = merged_facts(walk_in, ANA, {})

    assert (merged.full_name, merged.given_name, merged.tags) == ("Ana Silva", "Ana", ("vip",))


def test_only_what_makes_a_difference_is_asked() -> None:
    other = replace(
        ANA, phone_given="415 555 0101", given_name="", family_name="", city="Porto", notes="Calls."
    )

    questions = [one for one in field_questions(replace(ANA, notes="Mails."), other) if len(one.options) > 1]

    assert [(one.name, one.default) for one in questions] == [("notes", Take.BOTH)]


def test_what_cannot_be_joined_or_is_unknown_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="one email"):
        merged_facts(ANA, ANA, {"email": Take.BOTH})
    with pytest.raises(InvalidInputError, match="nothing called"):
        merged_facts(ANA, ANA, {"shoes": Take.KEPT})


def pet(name: str, *, is_archived: bool = False) -> MergingPet:
    return MergingPet(uuid4(), 1, PetFacts(name=name, species="dog"), is_archived=is_archived)


def test_pets_are_paired_one_to_one_and_archived_ones_are_left_alone() -> None:
    rex, old = pet("Rex"), pet("Luna", is_archived=True)
    twins, luna = (pet("Rex"), pet("Rex")), pet("Luna")

    assert same_pets((rex, old), (*twins, luna)) == {twins[0].id: rex.id}


def test_two_pets_cannot_both_be_a_third() -> None:
    rex, twins = pet("Rex"), (pet("Rex"), pet("Rexy"))

    with pytest.raises(InvalidInputError, match="Two pets"):
        checked_same_pets((rex,), twins, {one.id: rex.id for one in twins})
    with pytest.raises(InvalidInputError, match="not there any more"):
        checked_same_pets((rex,), twins, {rex.id: rex.id})
