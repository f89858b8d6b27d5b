"""One cell that feeds several targets, and several columns that feed one."""

from dataclasses import replace

import pytest

from phcs.core.errors import InvalidInputError
from phcs.core.mapping.corrections import ColumnChoice
from phcs.core.mapping.gathering import Gatherer
from phcs.core.mapping.splitting import SPLITS, split_text
from phcs.core.mapping.targets import JOINED
from phcs.core.records import OwnerFacts
from phcs.core.sources.plain import PLAIN
from tests.core.mapped_lists import ANA, PERSON, MappedList


def owners(made: MappedList) -> list[OwnerFacts]:
    return [row.record.owner for row in made.checked() if row.record.owner]


@pytest.mark.parametrize(
    ("split", "text", "names"),
    [
        ("first_word", "Ana María López", ("Ana", "María López")),
        ("last_word", "Ana María López", ("Ana María", "López")),
        ("last_two_words", "Ana María López García", ("Ana María", "López García")),
        ("last_two_words", "Ana López", ("Ana", "López")),
    ],
)
def test_a_whole_name_is_split_as_the_column_has_it(split: str, text: str, names: tuple[str, str]) -> None:
    told = split_text(split, text)
    assert (told["owner.given_name"], told["owner.family_name"]) == names


@pytest.mark.parametrize("text", ["Ana", "López, Ana", ""])
@pytest.mark.parametrize("split", ["first_word", "last_word", "last_two_words"])
def test_a_name_that_tells_for_itself_is_not_split(split: str, text: str) -> None:
    assert split_text(split, text) == {}


def test_a_split_name_keeps_the_whole_and_never_overrules_a_column_of_its_own() -> None:
    headings = PERSON | {"Given": "owner.given_name"}
    made = MappedList.of(headings, (*ANA, ""), (*ANA, "Anita")).correct(
        columns={0: ColumnChoice(split="first_word")}
    )
    assert [(one.full_name, one.given_name, one.family_name) for one in owners(made)] == [
        ("Ana Ruiz", "Ana", "Ruiz"),
        ("Ana Ruiz", "Anita", "Ruiz"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Luna (dog)", {"pet.name": "Luna", "pet.species": "dog"}),
        ("Luna (dog) & Max (gato)", {"pet.name": "Luna, Max", "pet.species": "dog, gato"}),
        ("Luna (brown)", {}),
        ("Luna", {}),
        ("Luna (dog) senior", {}),
        ("(dog)", {}),
    ],
)
def test_a_species_in_brackets_is_one_only_where_it_is_known(text: str, told: dict[str, str]) -> None:
    assert split_text("brackets", text) == told


def test_names_with_species_in_brackets_become_pets() -> None:
    made = MappedList.of(PERSON | {"Pets": "pet.name"}, (*ANA, "Luna (dog) & Max (cat)"))
    (row,) = made.correct(columns={3: ColumnChoice(split="brackets")}).checked()
    assert [(pet.name, pet.species) for pet in row.record.pets] == [("Luna", "dog"), ("Max", "cat")]


def test_street_and_number_are_joined_into_one_address() -> None:
    headings = PERSON | {"Street": "owner.address", "Number": "owner.address"}
    made = MappedList.of(headings, (*ANA, "Calle Mayor", "5"), (*ANA, "", "7"))
    joined = made.correct(joins={"owner.address": " "})
    assert [one.address for one in owners(joined)] == ["Calle Mayor 5", "7"]


def test_joined_columns_may_be_told_to_take_the_first_only() -> None:
    headings = PERSON | {"Note": "case.notes", "More": "case.notes"}
    made = MappedList.of(headings, (*ANA, "one", "two"))
    first = made.correct(joins={"case.notes": ""})
    notes = [[row.record.case.notes for row in one.checked() if row.record.case] for one in (made, first)]
    assert notes == [["one\ntwo"], ["one"]]


def test_columns_gathered_in_notes_may_keep_their_headings() -> None:
    headings = PERSON | {"Diet": "case.notes", "Shirt": "case.notes"}
    made = MappedList.of(headings, (*ANA, "No wheat", "L"), (*ANA, " ", "M")).correct(
        columns={3: ColumnChoice(labelled=True), 4: ColumnChoice(labelled=True)}
    )
    notes = [row.record.case.notes for row in made.checked() if row.record.case]
    assert notes == ["Diet: No wheat\nShirt: L", "Shirt: M"]


def test_several_columns_may_share_a_custom_field() -> None:
    headings = PERSON | {"A": "owner.custom.extra", "B": "owner.custom.extra"}
    made = MappedList.of(headings, (*ANA, "one", "two")).correct(joins={"owner.custom.extra": "; "})
    assert [one.custom for one in owners(made)] == [{"extra": "one; two"}]


@pytest.mark.parametrize("target", JOINED)
def test_what_is_joined_anyway_may_be_joined_by_choice(target: str) -> None:
    assert MappedList.of(PERSON, ANA).correct(joins={target: "; "}).mapping.joins == ((target, "; "),)


@pytest.mark.parametrize(
    "joins", [{"owner.phone3": " "}, {"owner.address": "-"}, {"case.opened_at": " "}, {"pet.sex": ", "}]
)
def test_a_join_that_cannot_be_is_refused(joins: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        MappedList.of(PERSON, ANA).correct(joins=joins)


@pytest.mark.parametrize("split", SPLITS)
def test_a_split_says_which_target_its_column_has(split: str) -> None:
    target, words = SPLITS[split]
    made = MappedList.of(PERSON | {"Column": target}, (*ANA, "Luna (dog)"))
    assert made.correct(columns={3: ColumnChoice(split=split)}).column("Column").split == split
    assert words


OWN_WORDS = replace(
    PLAIN, status_words={"listo": "closed"}, blank_values=frozenset({"0/0/00"}), value_separator=" ::: "
)


def test_a_sources_own_words_are_read_as_it_declares_them() -> None:
    headings = PERSON | {"Status": "case.status", "Tags": "case.tags", "Closed": "case.closed_at"}
    made = MappedList.of(headings, (*ANA, "Listo", "a ::: b", "0/0/00"))
    cells = [*ANA, "Listo", "a ::: b", " 0/0/00 "]
    values, _, rewritten = Gatherer(made.mapping, OWN_WORDS).gather(cells)
    assert (values["case.status"], values["case.tags"], "case.closed_at" in values) == (
        "closed",
        "a; b",
        False,
    )
    assert rewritten is not None
    assert rewritten.given == {"case.status": "Listo"}


def test_a_persons_answer_wins_over_a_sources_own_word() -> None:
    made = MappedList.of(PERSON | {"Status": "case.status"}, (*ANA, "Listo"))
    answered = made.correct(values={"case.status": {"listo": "on_hold"}})
    values, _, _ = Gatherer(answered.mapping, OWN_WORDS).gather([*ANA, "Listo"])
    assert values["case.status"] == "on_hold"


def test_a_mapping_that_changes_nothing_has_nothing_to_do_for_a_row() -> None:
    made = MappedList.of(PERSON | {"Opened": "case.opened_at"}, (*ANA, "25/03/2026"))
    cells = [*ANA, "25/03/2026"]
    assert Gatherer(made.mapping, PLAIN).gather(cells)[2] is None
