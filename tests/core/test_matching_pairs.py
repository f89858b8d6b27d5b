"""Who is the same and who is not: pairs written by hand, with the answer and a piece of its reason."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from phcs.core.matching.deciding import MatchAnswer, match_owner
from phcs.core.matching.keys import owner_keys
from phcs.core.matching.known import KnownOwner, KnownPet, KnownWorld
from phcs.core.records import OwnerFacts, PetFacts
from tests.core.matching_name_pairs import NAME_PAIRS

PHONE, MAIL, BORN = "+34612345678", "ana.ruiz@example.org", "1980-05-23"
STREET, CODE = "Calle Mayor 12", "28013"
LUNA = PetFacts(name="Luna", species="dog")
RARE = PetFacts(name="Schnurribart", species="cat")
CHIP = "985112003456789"


@dataclass(frozen=True)
class Who:
    """An owner with pets."""

    facts: OwnerFacts
    pets: tuple[PetFacts, ...] = ()


def who(
    name: str,
    *pets: PetFacts,
    phone: str = "",
    mail: str = "",
    born: str = "",
    address: str = "",
    code: str = "",
    dni: str = "",
) -> Who:
    custom = {"DNI": dni} if dni else {}
    facts = OwnerFacts(
        full_name=name,
        phone=phone,
        email=mail,
        birth_date=born,
        address=address,
        postal_code=code,
        custom=custom,
    )
    return Who(facts, pets)


def answer_for(incoming: Who, known: Who) -> MatchAnswer:
    pets = [KnownPet(UUID(int=9 + n), 1, planned=False, facts=pet) for n, pet in enumerate(known.pets)]
    owner = KnownOwner(UUID(int=1), 1, planned=False, row_no=0, facts=known.facts, pets=pets)
    keys = owner_keys(known.facts, known.pets, source="", external_id="")
    world = KnownWorld(owners=[(owner, keys)], cases={})
    return match_owner(
        incoming.facts, incoming.pets, source="file", external_id="", world=world, decisions={}
    )


@pytest.mark.parametrize(("outcome", "known", "incoming", "reason"), NAME_PAIRS)
def test_names_that_share_a_phone(outcome: str, known: str, incoming: str, reason: str) -> None:
    for one, other in ((known, incoming), (incoming, known)):
        answer = answer_for(who(other, phone=PHONE), who(one, phone=PHONE))

        assert (answer.outcome.value, reason in answer.explanation) == (outcome, True), answer.explanation


ANA = "Ana Ruiz Gil"
OTHER_PHONE, FAR_PHONE = "+34612345679", "+34699111222"

PAIRS = [
    ("link", who(ANA, mail=MAIL), who("Ana Ruiz", mail="Ana.Ruiz+vet@example.org"), "same e-mail"),
    ("link", who(ANA, born=BORN), who(ANA, born=BORN), "same birth date"),
    (
        "link",
        who(ANA, address=STREET, code=CODE),
        who(ANA, address="C/ Mayor, 12", code=CODE),
        "same address",
    ),
    (
        "link",
        who("Jan Meyer", address="Hauptstraße 5", code=CODE),
        who("Jan Meyer", address="Hauptstr. 5", code=CODE),
        "same address",
    ),
    (
        "link",
        who("John Hall", address="9 Oak Street", code="62704"),
        who("John Hall", address="9 Oak St Apt 4", code="62704-1234"),
        "same address",
    ),
    ("link", who(ANA, dni="12345678Z"), who("Ana Ruiz", dni="12.345.678-Z"), "same official id"),
    (
        "link",
        who(ANA, PetFacts(name="Luna", microchip=CHIP)),
        who(ANA, PetFacts(name="Luna", microchip=CHIP)),
        "same microchip",
    ),
    ("link", who(ANA, LUNA, phone=PHONE), who(ANA, RARE, phone=PHONE), "another pet"),
    ("link", who(ANA, phone=PHONE, mail=MAIL), who("Ana Pérez", phone=PHONE, mail=MAIL), "the rest differs"),
    (
        "link",
        who(ANA, phone=PHONE, mail=MAIL),
        who("A. Ruiz", phone=PHONE, mail=MAIL),
        "an initial for a name",
    ),
    ("link", who(ANA, phone=PHONE, born=BORN), who("Ana", phone=PHONE, born=BORN), "only one part"),
    (
        "link",
        who(ANA, phone=PHONE, born=BORN),
        who(ANA, phone=PHONE, born="1980-05-24"),
        "birth date one digit off",
    ),
    ("link", who(ANA, phone=PHONE, born="1980-05-03"), who(ANA, phone=PHONE, born="1980-03-05"), "swapped"),
    (
        "link",
        who(ANA, phone=PHONE, born="1980-01-01"),
        who(ANA, phone=PHONE, born="1951-07-09"),
        "same phone",
    ),
    (
        "review",
        who(ANA, address=STREET, code=CODE),
        who(ANA, address="Calle Sol 3", code=CODE),
        "same postcode",
    ),
    ("link", who(ANA, code=CODE), who(ANA, code=CODE), "same postcode"),
    ("review", who(ANA, code=CODE, phone=PHONE), who(ANA, code=CODE, phone=FAR_PHONE), "phone differs"),
    ("review", who("Zuleika Aramendi", RARE), who("Zuleika Aramendi", RARE), "same pet Schnurribart"),
    (
        "review",
        who("Zuleika Aramendi", RARE, phone=PHONE),
        who("Zuleika Aramendi", RARE, phone=OTHER_PHONE),
        "one digit off",
    ),
    (
        "review",
        who(ANA, phone=PHONE, born=BORN),
        who(ANA, phone=PHONE, born="1951-11-02"),
        "another birth date",
    ),
    (
        "review",
        who("John Smith", phone=PHONE, born="1950-03-04"),
        who("John Smith", phone=PHONE, born="1981-03-04"),
        "another generation",
    ),
    (
        "review",
        who("John Smith", born="1950-03-04", code=CODE, address=STREET),
        who("John Smith", born="1950-04-03", code=CODE, address="Calle Sol 3"),
        "swapped",
    ),
    (
        "review",
        who(ANA, phone=PHONE, dni="12345678Z"),
        who(ANA, phone=PHONE, dni="87654321X"),
        "another official id",
    ),
    (
        "review",
        who(ANA, PetFacts(name="Luna", species="dog", microchip=CHIP), phone=PHONE),
        who(ANA, PetFacts(name="Luna", species="dog", microchip="985112009999991"), phone=PHONE),
        "another microchip",
    ),
    (
        "review",
        who("Eva Ruiz Gil", phone=PHONE, born=BORN),
        who("Ada Ruiz Gil", phone=PHONE, born=BORN),
        "another given name",
    ),
    (
        "review",
        who("Tim Weber", address=STREET, code=CODE, born=BORN),
        who("Tom Weber", address=STREET, code=CODE, born=BORN),
        "another given name",
    ),
    (
        "review",
        who("Ana y Luis Ruiz", phone=PHONE, mail=MAIL),
        who("Ana Ruiz", phone=PHONE, mail=MAIL),
        "several people",
    ),
    (
        "review",
        who("Ruiz", phone=PHONE, mail=MAIL),
        who("Luis Ruiz", phone=PHONE, mail=MAIL),
        "only one part",
    ),
    (
        "new",
        who("Luis Ruiz", LUNA, phone=PHONE, mail=MAIL),
        who("Ana Ruiz", LUNA, phone=PHONE, mail=MAIL),
        "perhaps of the same household",
    ),
    (
        "new",
        who("Mario Ruiz", LUNA, phone=PHONE, address=STREET, code=CODE),
        who("Maria Ruiz", LUNA, phone=PHONE, address=STREET, code=CODE),
        "perhaps of the same household",
    ),
    (
        "new",
        who("Eva Ruiz Gil", address=STREET, code=CODE),
        who("Ada Ruiz Gil", address=STREET, code=CODE),
        "Nobody known",
    ),
    ("new", who(ANA), who(ANA), "Nobody known"),
    ("new", who(ANA, mail="info@clinic.example"), who(ANA, mail="info@clinic.example"), "Nobody known"),
    ("new", who(ANA, phone="+34000000000"), who(ANA, phone="+34000000000"), "Nobody known"),
    ("new", who(ANA, born="1970-01-01"), who(ANA, born="1970-01-01"), "Nobody known"),
    (
        "new",
        who(ANA, PetFacts(name="Unknown", species="dog")),
        who(ANA, PetFacts(name="Unknown", species="dog")),
        "Nobody known",
    ),
    (
        "new",
        who("María García", LUNA, phone=PHONE, mail=MAIL),
        who("María Pérez", LUNA, phone=FAR_PHONE, mail="mp@example.org"),
        "Nobody known",
    ),
    ("new", who("Peter Schmidt", phone=PHONE), who("Zuleika Aramendi", phone=PHONE), "another name"),
]


@pytest.mark.parametrize(("outcome", "known", "incoming", "reason"), PAIRS)
def test_owners_by_all_that_is_known(outcome: str, known: Who, incoming: Who, reason: str) -> None:
    for one, other in ((known, incoming), (incoming, known)):
        answer = answer_for(other, one)

        assert (answer.outcome.value, reason in answer.explanation) == (outcome, True), answer.explanation


def test_the_table_is_long_enough_to_be_worth_its_name() -> None:
    assert len(NAME_PAIRS) + len(PAIRS) >= 150


@pytest.mark.parametrize("second", ["+34612345678", "+34699111222"])
def test_either_of_two_numbers_in_a_cell_finds_its_owner(second: str) -> None:
    known = OwnerFacts(full_name=ANA, phone="+34655000111", phone2=second)

    answer = answer_for(who("Ana Ruiz", phone=second), Who(known))

    assert answer.outcome.value == "link"


def test_given_name_and_surname_in_each_others_column_are_the_same_person() -> None:
    known = Who(OwnerFacts(full_name="", given_name="María", family_name="García", phone=PHONE))
    swapped = Who(OwnerFacts(full_name="", given_name="García", family_name="María", phone=PHONE))

    assert answer_for(swapped, known).outcome.value == "link"


def test_columns_tell_sisters_apart_whose_given_names_nobody_has_heard() -> None:
    one = Who(OwnerFacts(given_name="Qila", family_name="Zor Vex", full_name="Zor Vex Qila", phone=PHONE))
    other = Who(OwnerFacts(given_name="Ushu", family_name="Zor Vex", full_name="Zor Vex Ushu", phone=PHONE))

    assert answer_for(one, other).outcome.value == "new"
