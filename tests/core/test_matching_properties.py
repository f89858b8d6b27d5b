"""What holds for any owners: the order of the two and of the candidates changes nothing, crowds cost little."""

import time
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.matching.deciding import MatchAnswer, MatchOutcome, match_owner
from phcs.core.matching.keys import owner_keys
from phcs.core.matching.known import BLOCK_CAP, CROWDED_OVER, KnownOwner, KnownPet, KnownWorld
from phcs.core.matching.presets import MatchPreset, MatchRules
from phcs.core.records import OwnerFacts, PetFacts

NAMES = st.sampled_from(
    [
        *(
            "Ana Ruiz",
            "Ana Ruiz Gil",
            "A. Ruiz",
            "Ruiz, Ana",
            "Luis Ruiz",
            "Ana y Luis Ruiz",
            "Ana Pérez",
            "Ana",
        ),
        *(
            "John Smith",
            "Jon Smith Jr",
            "Bob Hall",
            "Robert Hall",
            "María de la Cruz",
            "Maria Delacruz",
            "李明",
            "",
        ),
    ]
)
OWNERS = st.builds(
    OwnerFacts,
    full_name=NAMES,
    phone=st.sampled_from(["", "+34612345678", "+34612345679"]),
    phone2=st.sampled_from(["", "+34612345678"]),
    email=st.sampled_from(["", "ana.ruiz@example.org", "ana.ruis@example.org", "info@example.org"]),
    address=st.sampled_from(["", "Calle Mayor 12", "C/ Mayor, 12", "Oak Street 3"]),
    postal_code=st.sampled_from(["", "28013", "28014"]),
    birth_date=st.sampled_from(["", "1980-05-03", "1980-03-05", "1980-05-04", "1951-05-03", "1980-01-01"]),
    custom=st.sampled_from([{}, {"DNI": "12345678Z"}, {"DNI": "12345678X"}, {"DNI": "99345111T"}]),
)
PETS = st.lists(
    st.builds(
        PetFacts,
        name=st.sampled_from(["", "Luna", "Lunna", "Unknown", "Max"]),
        species=st.sampled_from(["", "dog", "cat"]),
        microchip=st.sampled_from(["", "985112003456789", "985112009999991"]),
    ),
    max_size=1,
)
RULES = st.sampled_from([MatchRules(preset) for preset in MatchPreset])


def known_owner(number: int, facts: OwnerFacts, pets: list[PetFacts]) -> KnownOwner:
    known = [KnownPet(UUID(int=number << 8 | n), 1, planned=False, facts=pet) for n, pet in enumerate(pets)]
    return KnownOwner(UUID(int=number), 1, planned=False, row_no=0, facts=facts, pets=known)


def world_of(*owners: KnownOwner) -> KnownWorld:
    keyed = [
        (owner, owner_keys(owner.facts, [pet.facts for pet in owner.pets], source="", external_id=""))
        for owner in owners
    ]
    return KnownWorld(owners=keyed, cases={})


def answer_for(facts: OwnerFacts, pets: list[PetFacts], world: KnownWorld, rules: MatchRules) -> MatchAnswer:
    return match_owner(facts, pets, source="file", external_id="", world=world, decisions={}, rules=rules)


@settings(max_examples=300, deadline=None)
@given(one=OWNERS, ones=PETS, other=OWNERS, others=PETS, rules=RULES)
def test_it_does_not_matter_which_of_two_owners_came_first(
    one: OwnerFacts, ones: list[PetFacts], other: OwnerFacts, others: list[PetFacts], rules: MatchRules
) -> None:
    there = answer_for(one, ones, world_of(known_owner(1, other, others)), rules)
    back = answer_for(other, others, world_of(known_owner(1, one, ones)), rules)

    assert (there.outcome, round(there.bits, 6)) == (back.outcome, round(back.bits, 6))


@settings(max_examples=200, deadline=None)
@given(
    facts=OWNERS,
    pets=PETS,
    known=st.lists(st.tuples(OWNERS, PETS), min_size=2, max_size=5),
    data=st.data(),
    rules=RULES,
)
def test_the_order_of_the_candidates_changes_nothing(
    facts: OwnerFacts,
    pets: list[PetFacts],
    known: list[tuple[OwnerFacts, list[PetFacts]]],
    data: st.DataObject,
    rules: MatchRules,
) -> None:
    owners = [known_owner(number, *one) for number, one in enumerate(known, start=1)]
    shuffled = data.draw(st.permutations(owners))

    one = answer_for(facts, pets, world_of(*owners), rules)
    other = answer_for(facts, pets, world_of(*shuffled), rules)

    assert (one.outcome, one.owner and one.owner.id, one.points) == (
        other.outcome,
        other.owner and other.owner.id,
        other.points,
    )


@settings(max_examples=200, deadline=None)
@given(facts=OWNERS, pets=PETS, rules=RULES)
def test_who_is_decided_to_be_another_is_never_named_again(
    facts: OwnerFacts, pets: list[PetFacts], rules: MatchRules
) -> None:
    world = world_of(known_owner(1, facts, pets))
    told_apart = {UUID(int=1): False}

    answer = match_owner(
        facts, pets, source="file", external_id="", world=world, decisions=told_apart, rules=rules
    )

    assert (answer.outcome, answer.owner) == (MatchOutcome.NEW, None)


@settings(max_examples=200, deadline=None)
@given(facts=OWNERS, pets=PETS, rules=RULES)
def test_phrases_points_and_bits_tell_the_same_story(
    facts: OwnerFacts, pets: list[PetFacts], rules: MatchRules
) -> None:
    answer = answer_for(facts, pets, world_of(known_owner(1, facts, pets)), rules)

    assert answer.evidence == tuple(point.phrase for point in answer.points)
    assert all(phrase in answer.explanation for phrase in answer.evidence)
    assert answer.rules in {"", rules.name}


def test_the_same_row_twice_is_one_owner() -> None:
    facts = OwnerFacts(full_name="Ana Ruiz", phone="+34612345678")

    assert (
        answer_for(facts, [], world_of(known_owner(1, facts, [])), MatchRules()).outcome is MatchOutcome.LINK
    )


def test_ten_thousand_rows_with_one_phone_cost_little_and_the_phone_is_no_evidence() -> None:
    world = world_of()
    started = time.process_time()
    for number in range(10_000):
        facts = OwnerFacts(full_name=f"Person{number} Smith{number}", phone="+34612345678")
        answer_for(facts, [], world, MatchRules())
        keys = owner_keys(facts, (), source="", external_id="")
        world.add_owner(known_owner(number + 1, facts, []), keys)

    assert time.process_time() - started < 20
    assert [world.holders(key) for key in keys] == [CROWDED_OVER + 1]
    assert not world.is_evidence(keys[0])


def test_an_address_of_too_many_owners_finds_nobody_and_is_counted() -> None:
    world = world_of()
    for number in range(BLOCK_CAP + 1):
        facts = OwnerFacts(full_name=f"Person{number}", address="Calle Mayor 12", postal_code="28013")
        world.add_owner(known_owner(number + 1, facts, []), owner_keys(facts, (), source="", external_id=""))

    assert answer_for(facts, [], world, MatchRules()).outcome is MatchOutcome.NEW
    assert world.blocks_skipped == 1
