"""Is the same, may be, is not: owners of a row against owners that are known."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from phcs.core.matching.deciding import MatchAnswer, MatchOutcome, match_owner
from phcs.core.matching.known import CROWDED_OVER, KnownOwner, KnownPet, KnownWorld
from phcs.core.records import OwnerFacts, PetFacts
from tests.match_keys import contact_keys

PHONE, EMAIL = "+34612345678", "home@example.org"
LUNA = PetFacts(name="Luna", species="dog")


def _owner(
    name: str, *, phone: str = PHONE, email: str = "", birth_date: str = "", tags: tuple[str, ...] = ()
) -> OwnerFacts:
    return OwnerFacts(full_name=name, phone=phone, email=email, birth_date=birth_date, tags=tags)


def _known(
    number: int, facts: OwnerFacts, *, external_id: str = "", pets: tuple[PetFacts, ...] = ()
) -> KnownOwner:
    return KnownOwner(
        id=UUID(int=number),
        version=3,
        planned=False,
        row_no=0,
        facts=facts,
        external_ids=frozenset({("waitwhile", external_id)}) if external_id else frozenset(),
        pets=[
            KnownPet(UUID(int=number * 100 + n), 1, planned=False, facts=pet) for n, pet in enumerate(pets)
        ],
    )


def _world(*owners: KnownOwner, crowded: frozenset[int] = frozenset()) -> KnownWorld:
    keyed = [
        (
            owner,
            contact_keys(
                source="waitwhile",
                external_id=next((external_id for _, external_id in owner.external_ids), ""),
                phone=owner.facts.phone,
                phone2=owner.facts.phone2,
                email=owner.facts.email,
            ),
        )
        for owner in owners
    ]
    return KnownWorld(owners=keyed, cases={}, crowded=crowded)


def _match(
    owner: OwnerFacts,
    world: KnownWorld,
    *,
    external_id: str = "",
    pets: tuple[PetFacts, ...] = (),
    decisions: Mapping[UUID, bool] | None = None,
) -> MatchAnswer:
    return match_owner(
        owner, pets, source="waitwhile", external_id=external_id, world=world, decisions=decisions or {}
    )


@pytest.mark.parametrize(
    ("incoming", "outcome"),
    [
        ("Maria Garcia", MatchOutcome.LINK),
        ("García López, María", MatchOutcome.LINK),
        ("María Garcia Lopes", MatchOutcome.LINK),
        ("María", MatchOutcome.REVIEW),
        ("M. García", MatchOutcome.REVIEW),
        ("María Pérez", MatchOutcome.REVIEW),
        ("Mario García López", MatchOutcome.NEW),
        ("Lucía García López", MatchOutcome.NEW),
        ("Peter Schmidt", MatchOutcome.NEW),
    ],
)
def test_a_shared_phone_links_only_with_a_compatible_name(incoming: str, outcome: MatchOutcome) -> None:
    world = _world(_known(1, _owner("María García López")))
    assert _match(_owner(incoming), world).outcome is outcome


def test_evidence_is_told_in_plain_phrases() -> None:
    world = _world(_known(1, _owner("María García López", email=EMAIL), pets=(LUNA,)))
    answer = _match(
        _owner("Maria Garcia", email="HOME@example.org"), world, pets=(LUNA, PetFacts(name="Max"))
    )
    assert answer.evidence == (
        "same phone +34612345678",
        "same e-mail HOME@example.org",
        "name 'Maria Garcia' matches 'María García López' (second surname missing)",
        "same pet Luna (dog)",
        "another pet Max",
    )
    assert answer.explanation.startswith("Linked to María García López: same phone +34612345678; ")


def test_spouses_who_share_everything_but_the_given_name_are_two_people() -> None:
    world = _world(_known(1, _owner("Mario Ruiz López", email=EMAIL), pets=(LUNA,)))
    answer = _match(_owner("María Ruiz López", email=EMAIL), world, pets=(LUNA,))
    assert answer.outcome is MatchOutcome.NEW
    assert answer.owner is not None
    assert answer.owner.facts.full_name == "Mario Ruiz López"
    assert "perhaps of the same household" in answer.explanation


def test_the_same_pet_raises_the_score_and_another_pet_does_not_stop_the_link() -> None:
    world = _world(_known(1, _owner("María García"), pets=(LUNA,)))
    same = _match(_owner("María García"), world, pets=(LUNA,))
    other = _match(_owner("María García"), world, pets=(PetFacts(name="Max", species="cat"),))
    assert (same.outcome, other.outcome) == (MatchOutcome.LINK, MatchOutcome.LINK)
    assert same.score > other.score


@pytest.mark.parametrize(
    ("incoming", "known"),
    [("John Smith Jr", "John Smith Sr"), ("John Smith", "John Smith Jr.")],
)
def test_father_and_son_are_never_linked_without_asking(incoming: str, known: str) -> None:
    assert _match(_owner(incoming), _world(_known(1, _owner(known)))).outcome is MatchOutcome.REVIEW


def test_another_birth_date_stops_a_link() -> None:
    world = _world(_known(1, _owner("John Smith", birth_date="1951-03-04")))
    assert _match(_owner("John Smith", birth_date="1980-03-04"), world).outcome is MatchOutcome.REVIEW


@pytest.mark.parametrize("stand_in", ["1900-01-01", "1970-01-01", "1980-01-01"])
def test_a_birth_date_that_stands_for_none_stops_nothing(stand_in: str) -> None:
    world = _world(_known(1, _owner("John Smith", birth_date="1951-03-04")))
    assert _match(_owner("John Smith", birth_date=stand_in), world).outcome is MatchOutcome.LINK


def test_two_who_may_both_be_the_same_are_a_persons_choice() -> None:
    world = _world(_known(1, _owner("Ana Ruiz")), _known(2, _owner("Ana Ruiz Gil")))
    answer = _match(_owner("Ana Ruiz"), world)
    assert answer.outcome is MatchOutcome.REVIEW
    assert answer.evidence[-1] == "may also be Ana Ruiz Gil"


def test_the_sources_own_id_says_that_it_is_the_same() -> None:
    world = _world(_known(1, _owner("Ana Ruiz"), external_id="C1"), _known(2, _owner("Ana Ruiz", phone="")))
    answer = _match(_owner("Ana", phone="+34699000111"), world, external_id="C1")
    assert (answer.outcome, answer.score, answer.certain) == (MatchOutcome.LINK, 100, True)
    assert answer.evidence[0] == "same WaitWhile customer id"


@pytest.mark.parametrize("incoming", ["Luis Ruiz", "Peter Schmidt"])
def test_an_id_that_spouses_share_does_not_merge_them(incoming: str) -> None:
    world = _world(_known(1, _owner("Ana Ruiz"), external_id="C1"))
    answer = _match(_owner(incoming), world, external_id="C1")
    assert answer.outcome is MatchOutcome.REVIEW
    assert answer.evidence[0] == "same WaitWhile customer id"


def test_the_spouse_who_was_told_apart_is_known_next_time_by_phone_and_name() -> None:
    world = _world(_known(1, _owner("Ana Ruiz"), external_id="C1"), _known(2, _owner("Luis Ruiz")))
    answer = _match(_owner("Luis Ruiz"), world, external_id="C1")
    assert answer.outcome is MatchOutcome.LINK
    assert answer.owner is not None
    assert answer.owner.id == UUID(int=2)


def test_a_name_that_people_corrected_since_does_not_unmake_the_sources_id() -> None:
    known = _known(1, _owner("Anna-Lena Schulz"), external_id="C1")
    known.imported = _owner("Peter Wrong")
    assert _match(_owner("Peter Wrong"), _world(known), external_id="C1").outcome is MatchOutcome.LINK


@pytest.mark.parametrize(
    ("email", "pets", "outcome"),
    [("", (), MatchOutcome.NEW), (EMAIL, (), MatchOutcome.REVIEW), ("", (LUNA,), MatchOutcome.REVIEW)],
)
def test_two_customers_of_one_source_are_never_linked_by_phone(
    email: str, pets: tuple[PetFacts, ...], outcome: MatchOutcome
) -> None:
    world = _world(_known(1, _owner("Ana Ruiz", email=EMAIL), external_id="C1", pets=(LUNA,)))
    assert _match(_owner("Ana Ruiz", email=email), world, external_id="C2", pets=pets).outcome is outcome


def test_a_placeholder_matches_nobody() -> None:
    walk_in = _owner("Walk In", tags=("placeholder",))
    assert _match(walk_in, _world(_known(1, walk_in))).outcome is MatchOutcome.NEW
    assert _match(_owner("Walk In"), _world(_known(1, walk_in))).outcome is MatchOutcome.NEW


def test_a_phone_of_too_many_owners_is_no_evidence() -> None:
    names = [f"Person{chr(97 + n)} Smith" for n in range(CROWDED_OVER + 1)]
    world = _world(*(_known(n + 1, _owner(name)) for n, name in enumerate(names)))
    assert _match(_owner(names[3]), world).outcome is MatchOutcome.NEW


def test_a_key_that_is_crowded_elsewhere_is_no_evidence() -> None:
    (key,) = contact_keys(source="", external_id="", phone=PHONE, phone2="", email="")
    world = _world(_known(1, _owner("Ana Ruiz", email=EMAIL)), crowded=frozenset({key}))
    assert _match(_owner("Ana Ruiz"), world).outcome is MatchOutcome.NEW
    assert "same phone" not in _match(_owner("Ana Ruiz", email=EMAIL), world).explanation


def test_a_person_who_said_the_same_is_followed() -> None:
    world = _world(_known(1, _owner("Mario Ruiz")))
    answer = _match(_owner("María Ruiz"), world, decisions={UUID(int=1): True})
    assert (answer.outcome, answer.certain) == (MatchOutcome.LINK, True)


def test_a_person_who_said_different_is_never_asked_again() -> None:
    world = _world(_known(1, _owner("Ana Ruiz"), external_id="C1"))
    assert _match(_owner("Ana Ruiz"), world, decisions={UUID(int=1): False}).outcome is MatchOutcome.NEW
    answer = _match(_owner("Luis Gil"), world, external_id="C1", decisions={UUID(int=1): False})
    assert answer.outcome is MatchOutcome.NEW


def test_a_decision_leaves_the_one_other_candidate() -> None:
    world = _world(_known(1, _owner("Ana Ruiz")), _known(2, _owner("Ana Ruiz Gil")))
    answer = _match(_owner("Ana Ruiz"), world, decisions={UUID(int=1): False})
    assert answer.outcome is MatchOutcome.LINK
    assert answer.owner is not None
    assert answer.owner.id == UUID(int=2)


def test_candidates_come_by_id_then_live_then_planned() -> None:
    first, second, third = (_known(n, _owner("Ana Ruiz")) for n in (1, 2, 3))
    first.planned = True
    third.external_ids = frozenset({("waitwhile", "C1")})
    world = _world(first, second, third)
    keys = contact_keys(source="waitwhile", external_id="C1", phone=PHONE, phone2="", email="")
    assert [owner.id.int for owner in world.candidates(keys)] == [3, 2, 1]
