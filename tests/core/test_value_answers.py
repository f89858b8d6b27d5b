"""Values of coded columns: which are unknown, what is proposed, and what answers do to rows."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.checking import RowChecker
from phcs.core.errors import InvalidInputError
from phcs.core.findings import RowStatus
from phcs.core.mapping.corrections import ColumnChoice
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.unknown_values import unknown_values
from phcs.core.mapping.value_words import (
    CODED_TARGETS,
    CODES,
    EMPTY,
    KEEP,
    REJECT,
    answers_for,
    is_known,
)
from phcs.core.reading.tables import SourceRow
from phcs.core.sources.plain import PLAIN
from phcs.wording import finding_sentence
from tests.core.mapped_lists import ANA, NOW, PERSON, SETTINGS, MappedList

PET = PERSON | {"Pet": "pet.name", "Species": "pet.species"}
NAME_AND_PHONE = ("Ana Ruiz", "+34612345678")


def species_list(*species: str) -> MappedList:
    return MappedList.of(PET, *((*ANA, "Luna", kind) for kind in species))


def coded_list(target: str, *values: str) -> MappedList:
    """A list with one more coded column, of this target."""
    return MappedList.of(
        PERSON | {"Pet": "pet.name", "Coded": target}, *((*ANA, "Luna", one) for one in values)
    )


def test_each_unknown_value_is_told_once_with_its_count_and_spellings() -> None:
    made = species_list("dog", "Gatto", "GATTO", "gatto ", "gatto", "perro pequeño", "", "n/a")
    (found,) = made.unknown()
    assert (found.value, found.count, found.spellings) == ("gatto", 4, ("gatto", "GATTO", "Gatto"))
    assert (found.proposed, found.answer) == ("cat", "")


def test_alike_values_stand_together_and_share_a_proposal() -> None:
    made = coded_list("case.status", "Finalizzado", "Xyz", "Xyz", "Finalizado", "Finalizado", "Xyz")
    assert [(one.value, one.similar) for one in made.unknown()] == [
        ("Xyz", ""),
        ("Finalizado", ""),
        ("Finalizzado", "Finalizado"),
    ]


@pytest.mark.parametrize(
    ("target", "value", "proposed"),
    [
        ("pet.species", "Gatto", "cat"),
        ("pet.species", "perrro", "dog"),
        ("pet.species", "hamstr enano", "rodent"),
        ("pet.species", "Desconocido", EMPTY),
        ("pet.species", "Zorro volador", ""),
        ("pet.sex", "MN", "male"),
        ("pet.sex", "Femal", "female"),
        ("pet.sterilised", "Castrado", "yes"),
        ("pet.sterilised", "Entero", "no"),
        ("pet.deceased", "Fallecido", "yes"),
        ("pet.deceased", "Vivo", "no"),
        ("case.status", "Completd", "closed"),
        ("row.state", "en cursso", "in_progress"),
        ("case.services", "Medcal", "medical"),
        ("case.outcome", "Cancelado", "cancelled"),
    ],
)
def test_an_answer_is_proposed_by_spelling_and_meaning(target: str, value: str, proposed: str) -> None:
    found = coded_list(target, value).unknown()
    assert [one.proposed for one in found] == [proposed]


@pytest.mark.parametrize(
    ("others", "code"), [(("F",), "dog"), (("D",), "cat"), (("G", "P"), "dog"), ((), "")]
)
def test_a_letter_means_what_the_columns_other_letters_leave_to_it(
    others: tuple[str, ...], code: str
) -> None:
    proposed = {one.value: one.proposed for one in species_list("C", *others).unknown()}
    assert proposed["C"] == code


def test_a_list_in_one_cell_is_asked_for_part_by_part() -> None:
    made = MappedList.of(PERSON, (*NAME_AND_PHONE, "Food; Tarot"), (*NAME_AND_PHONE, "tarot, Reiki"))
    assert [(one.value, one.count) for one in made.unknown()] == [("Tarot", 2), ("Reiki", 1)]
    answered = made.correct(values={"case.services": {"Tarot": "behavioural", "reiki": EMPTY}})
    cases = [row.record.case for row in answered.checked()]
    assert [(case.services, case.service_given) for case in cases if case] == [
        (("food", "behavioural"), "Food; Tarot"),
        (("behavioural",), "tarot, Reiki"),
    ]
    assert answered.findings("service.unknown") == []


def test_an_answer_is_for_every_spelling_and_keeps_the_words_of_the_file() -> None:
    made = species_list("Gatto", " GATTO", "gatto", "dog").correct(values={"pet.species": {"gatto": "cat"}})
    assert [(pet.species, pet.species_given) for pet in made.pets()] == [
        ("cat", "Gatto"),
        ("cat", "GATTO"),
        ("cat", "gatto"),
        ("dog", "dog"),
    ]
    assert made.findings("species.unknown") == []
    assert [one.answer for one in made.unknown()] == ["cat"]


def test_two_kinds_in_one_cell_keep_their_own_words() -> None:
    made = MappedList.of(PET, (*ANA, "Luna, Max", "Gatto, perro"))
    answered = made.correct(values={"pet.species": {"Gatto": "cat"}})
    (row,) = answered.checked()
    assert [(pet.name, pet.species, pet.species_given) for pet in row.record.pets] == [
        ("Luna", "cat", "Gatto"),
        ("Max", "dog", "perro"),
    ]


def test_a_whole_cell_may_be_answered_instead_of_its_parts() -> None:
    made = MappedList.of(PERSON, (*NAME_AND_PHONE, "Food; Tarot"), (*NAME_AND_PHONE, "Tarot"))
    answered = made.correct(values={"case.services": {"food; tarot": "medical"}})
    assert {one.value: one.answer for one in answered.unknown()} == {"Food; Tarot": "medical", "Tarot": ""}
    cases = [row.record.case for row in answered.checked()]
    assert [case.services for case in cases if case] == [("medical",), ("other",)]


def test_a_sources_own_word_needs_no_answer() -> None:
    made = coded_list("case.status", "Listo", "Raro")
    source = replace(PLAIN, status_words={"listo": "closed"})
    found = unknown_values(made.mapping, made.reading.facts, source=source)
    assert [one.value for one in found] == ["Raro"]


def test_a_kept_species_is_another_animal_with_its_word_and_no_warning() -> None:
    made = species_list("Zorro").correct(values={"pet.species": {"Zorro": KEEP}})
    assert [(pet.species, pet.species_given) for pet in made.pets()] == [("other", "Zorro")]
    assert made.findings("species.unknown") == []


def test_an_emptied_value_says_nothing_and_a_constant_fills_it() -> None:
    made = MappedList.of(PERSON, (*NAME_AND_PHONE, "Tarot")).correct(
        values={"case.services": {"tarot": EMPTY}}
    )
    assert [found.value for found in made.findings("service.missing")] == ["Tarot"]


def test_a_rejected_value_makes_its_rows_errors() -> None:
    made = species_list("Zorro", "dog").correct(values={"pet.species": {"zorro": REJECT}})
    assert [row.status for row in made.checked()] == [RowStatus.ERROR, RowStatus.WARNING]
    (found,) = made.findings("value.rejected")
    assert (found.column, found.value) == ("Species", "Zorro")
    assert made.findings("species.unknown") == []


def test_a_row_that_is_passed_over_has_no_rejected_value() -> None:
    headings = PET | {"Blocked": "row.staff_block"}
    made = MappedList.of(headings, (*ANA, "Luna", "Zorro", "yes"))
    rejected = made.correct(values={"pet.species": {"zorro": REJECT}})
    assert [row.status for row in rejected.checked()] == [RowStatus.VALID]


def test_a_kept_word_is_not_read() -> None:
    made = coded_list("pet.sterilised", "t").correct(values={"pet.sterilised": {"T": KEEP}})
    assert [pet.sterilised for pet in made.pets()] == ["t"]


def test_an_answer_may_be_taken_back() -> None:
    made = species_list("Zorro")
    answered = made.correct(values={"pet.species": {"Zorro": "dog"}})
    assert answered.correct(values={"pet.species": {"zorro": ""}}).mapping == made.mapping


def test_a_person_may_overrule_a_known_word() -> None:
    made = MappedList.of(PERSON, (*NAME_AND_PHONE, "PSN")).correct(values={"case.services": {"psn": "food"}})
    assert [row.record.case.services for row in made.checked() if row.record.case] == [("food",)]


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("pet.species", "unicorn"),
        ("case.status", KEEP),
        ("owner.email", EMPTY),
        ("pet.sex", "=doubted"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(target: str, answer: str) -> None:
    with pytest.raises(InvalidInputError):
        species_list("Zorro").correct(values={target: {"Zorro": answer}})


@pytest.mark.parametrize("target", CODED_TARGETS)
def test_every_code_is_known_and_can_be_answered(target: str) -> None:
    offered = [answer for answer, _ in answers_for(target)]
    assert set(CODES[target]) <= set(offered)
    assert all(is_known(target, code) for code in CODES[target])
    assert coded_list(target, *CODES[target]).unknown() == []


@pytest.mark.parametrize("target", sorted(set(CODED_TARGETS) - {"case.services", "pet.species"}))
def test_answering_a_code_with_itself_changes_nothing(target: str) -> None:
    made = coded_list(target, *CODES[target])
    answered = made.correct(values={target: {code: code for code in CODES[target]}})
    assert answered.checked() == made.checked()


@settings(max_examples=60, deadline=None)
@given(
    known=st.sampled_from(["dog", "Perro", "gato ", "Canino", "adult dog", "dog, cat", "conejo"]),
    answered=st.sampled_from(["Zorro", "gatto", "xx"]),
)
def test_answers_for_other_values_change_no_known_one(known: str, answered: str) -> None:
    made = species_list(known)
    assert made.correct(values={"pet.species": {answered: REJECT}}).checked() == made.checked()


CELL = st.text(max_size=20) | st.sampled_from(
    ["03/04/2026", "25/03/2026", "46000", "Luna (dog)", "H", "F", "Tarot; Food", "Gatto", "2Y", "1,234 kg"]
)
EVERYTHING = MappedList.of(
    PET
    | {
        "Sex": "pet.sex",
        "Born": "pet.birth_date",
        "Weight": "pet.weight",
        "Opened": "case.opened_at",
        "Closed": "case.closed_at",
        "Status": "case.status",
        "Note": "case.notes",
    },
    (*ANA, "Luna (dog)", "Gatto", "H", "46000", "4,5", "25/03/2026", "03/25/2026", "Hecho", "x"),
    (*ANA, "Max (cat)", "Zorro", "F", "2 years", "1,234", "03/04/2026", "03/04/2026", "Raro", "y"),
).correct(
    values={"pet.species": {"Gatto": "cat", "Zorro": REJECT}, "case.status": {"Hecho": EMPTY}},
    columns={
        0: ColumnChoice(split="last_two_words"),
        3: ColumnChoice(split="brackets"),
        11: ColumnChoice(labelled=True),
    },
    joins={"case.notes": " "},
)


@settings(max_examples=300, deadline=None)
@given(cells=st.lists(CELL, min_size=12, max_size=12))
def test_checking_never_raises_whatever_the_cells_and_the_mapping_hold(cells: list[str]) -> None:
    mapping = TableMapping.from_json(EVERYTHING.mapping.as_json())
    headings = tuple(column.heading for column in mapping.columns)
    checked = RowChecker(mapping, headings, SETTINGS, NOW).check(SourceRow(2, cells))
    assert all(finding_sentence(finding) for finding in checked.findings)
    assert checked.record.case_external_id
