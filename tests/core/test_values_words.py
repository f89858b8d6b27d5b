"""Words of sources → PHCS's own: names, species, services, states."""

import pytest

from phcs.core.findings import FindingCode
from phcs.core.values.names import PersonName, read_person_name, read_pet_names
from phcs.core.values.pets import read_pets, read_sex, sterilised_told_by
from phcs.core.values.services import read_services
from phcs.core.values.species import read_species
from phcs.core.values.statuses import read_status
from phcs.core.values.texts import split_list

C = FindingCode


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (("  Ana   López ", "", ""), PersonName("Ana López")),
        (("Lo\u0301pez, Ana", "", ""), PersonName("Ana López", "Ana", "López")),
        (("", "Ana", "López"), PersonName("Ana López", "Ana", "López")),
        (("", "Ana", ""), PersonName("Ana", "Ana", "")),
        (("John Smith, Jr.", "", ""), PersonName("John Smith, Jr.")),
        (("-", "Ana", "n/a"), PersonName("Ana", "Ana", "")),
        (("Walk-in", "", ""), PersonName("Walk-in", is_placeholder=True)),
        (("UNKNOWN", "", ""), PersonName("UNKNOWN", is_placeholder=True)),
        (("Anónimo", "", ""), PersonName("Anónimo", is_placeholder=True)),
        (("TOTAL:", "", ""), PersonName("TOTAL:", is_placeholder=True)),
        (("Total patients: 4", "", ""), PersonName("Total patients: 4", is_placeholder=True)),
        (("Records: 12", "", ""), PersonName("Records: 12", is_placeholder=True)),
        (("12 clientes", "", ""), PersonName("12 clientes", is_placeholder=True)),
        (("Total de pacientes: 4", "", ""), PersonName("Total de pacientes: 4", is_placeholder=True)),
        (("Total Pet Care", "", ""), PersonName("Total Pet Care")),
        (("Subtotal", "", ""), PersonName("Subtotal", is_placeholder=True)),
        (("Page 1 of 2", "", ""), PersonName("Page 1 of 2", is_placeholder=True)),
        (("Página 2/3", "", ""), PersonName("Página 2/3", is_placeholder=True)),
        (("Pag. 4", "", ""), PersonName("Pag. 4", is_placeholder=True)),
        (("Page", "", ""), PersonName("Page")),
        (("Elliot Page", "", ""), PersonName("Elliot Page")),
        (("Client 4", "", ""), PersonName("Client 4")),
        (("Cliente: 4", "", ""), PersonName("Cliente: 4")),
        (("3 Dogs", "", ""), PersonName("3 Dogs")),
        (("Ana, Luz & Co", "", ""), PersonName("Ana, Luz & Co")),
        (("Ana, Luz", "Ana", "Ruiz"), PersonName("Ana, Luz", "Ana", "Ruiz")),
        (("Ruiz, Ana", "Ana María", "Ruiz"), PersonName("Ana Ruiz", "Ana María", "Ruiz")),
        (("Consumidor  Final", "", ""), PersonName("Consumidor Final", is_placeholder=True)),
        (("Tess Unknowles", "", ""), PersonName("Tess Unknowles")),
        (("-", "", ""), PersonName()),
        (("   ", "", ""), PersonName()),
        (("n/a", "", ""), PersonName()),
        (("12345", "", ""), PersonName()),
    ],
)
def test_a_persons_name_is_put_together_and_stand_ins_are_told(
    cells: tuple[str, str, str], name: PersonName
) -> None:
    assert read_person_name(*cells) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Luna", ("Luna",)),
        ("Luna, Max", ("Luna", "Max")),
        ("Luna & Max", ("Luna", "Max")),
        ("Luna y Max", ("Luna", "Max")),
        ("Luna and Max", ("Luna", "Max")),
        ("Sandy Maya", ("Sandy Maya",)),
        ("Luna (dog, 3y), Toby (cat)", ("Luna (dog, 3y)", "Toby (cat)")),
        ("Luna\r\n Old  Max\n", ("Luna", "Old Max")),
        ("\n Luna ", ("Luna",)),
        ("unknown", ("",)),
        ("n/a", ("",)),
        ("Luna + 2", ("Luna + 2",)),
        ("", ()),
    ],
)
def test_several_pet_names_in_a_cell_are_several(text: str, names: tuple[str, ...]) -> None:
    assert read_pet_names(text) == names


@pytest.mark.parametrize(
    ("text", "species", "age"),
    [
        ("Adult Dog", "dog", "adult"),
        ("Infant Cat", "cat", "infant"),
        ("Kitten", "cat", "kitten"),
        ("Puppy", "dog", "puppy"),
        ("Small Dog", "dog", ""),
        ("Perra", "dog", ""),
        ("canino", "dog", ""),
        ("GATO", "cat", ""),
        ("Pájaro", "bird", ""),
        ("hurón", "ferret", ""),
        ("guinea pig", "rodent", ""),
        ("Kaninchen", "rabbit", ""),
        ("Cão", "dog", ""),
    ],
)
def test_species_and_age_class_are_told_apart(text: str, species: str, age: str) -> None:
    (value,) = read_species(text)
    assert (value.species, value.age_class, value.given, value.is_known) == (species, age, text, True)


@pytest.mark.parametrize("text", ["unicornio", "???", "doge", "planta", "cat dog"])
def test_an_unknown_species_is_other_with_its_word_kept(text: str) -> None:
    (value,) = read_species(text)
    assert (value.species, value.given, value.is_known) == ("other", text, False)


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("Food pantry", ("food",)),
        ("Pet food", ("food",)),
        ("Consulta general", ("medical",)),
        ("Vacunación", ("medical",)),
        ("Cirugía", ("medical",)),
        ("Spay/Neuter", ("medical",)),
        ("S/N", ("medical",)),
        ("PSN Boarding", ("boarding",)),
        ("Hospedaje", ("boarding",)),
        ("Behavior consult", ("behavioural",)),
        ("behavioural", ("behavioural",)),
        ("Owner Surrender", ("other",)),
        ("Peluquería canina", ("other",)),
        ("Food, Vaccination; Boarding", ("food", "medical", "boarding")),
        ("", ()),
        ("-", ()),
    ],
)
def test_service_words_become_kinds_of_help(text: str, services: tuple[str, ...]) -> None:
    value = read_services(text)
    assert (value.services, value.unknown) == (services, ())


def test_lines_of_a_cell_are_read_one_by_one() -> None:
    assert [kind.species for kind in read_species("cat\ndog")] == ["cat", "dog"]
    assert read_services("Food\nGuinea\n pig").unknown == ("Guinea", "pig")


def test_an_unknown_service_is_other_with_its_word_kept() -> None:
    value = read_services("Food; Tarot")
    assert (value.services, value.given, value.unknown) == (("food", "other"), "Food; Tarot", ("Tarot",))


@pytest.mark.parametrize(
    ("state", "tags", "status", "outcome", "codes"),
    [
        ("WAITING", "", "new", "", []),
        ("BOOKED", "CONFIRMED", "new", "", []),
        ("PENDING", "", "new", "", [C.STATUS_UNCONFIRMED]),
        ("DRAFT", "", "new", "", [C.STATUS_UNCONFIRMED]),
        ("SERVING", "", "in_progress", "", []),
        ("SERVED", "", "in_progress", "", []),
        ("COMPLETE", "", "closed", "", []),
        ("Completed", "", "closed", "", []),
        ("COMPLETE", "CANCELLED", "closed", "cancelled", []),
        ("COMPLETED", "NOSHOW", "closed", "no-show", []),
        ("COMPLETE", "NO-SHOW; EXPIRED", "closed", "no-show", []),
        ("COMPLETE", "EXPIRED", "on_hold", "", [C.STATUS_EXPIRED]),
        ("COMPLETE", "REMOVED", "closed", "removed", []),
        ("COMPLETE", "REJECTED", "closed", "removed", []),
        ("WAITING", "FLAGGED", "new", "", [C.OWNER_FLAGGED]),
        ("BOOKED", "IMPORTED", "new", "", [C.ROW_IMPORTED_BEFORE]),
        ("WAITING", "EXPIRED", "new", "", []),
        ("CANCELLED", "", "closed", "cancelled", []),
        ("NO_SHOW", "", "closed", "no-show", []),
        ("New", "", "new", "", []),
        ("Active", "", "in_progress", "", []),
        ("Closed", "", "closed", "", []),
        ("on_hold", "", "on_hold", "", []),
        ("archived", "", "archived", "", []),
        ("", "", "", "", [C.STATUS_MISSING]),
        ("DONE?", "", "", "", [C.STATUS_UNKNOWN]),
        ("FINALIZADO-OK", "", "", "", [C.STATUS_UNKNOWN]),
    ],
)
def test_state_and_tags_are_read_together(
    state: str, tags: str, status: str, outcome: str, codes: list[FindingCode]
) -> None:
    value = read_status(state, split_list(tags))
    assert (value.status, value.outcome, [code for code, _ in value.marks]) == (status, outcome, codes)


@pytest.mark.parametrize("text", ["a, b", "a;b", "a | b", "a\nb", " a ,, b ;a"])
def test_tags_are_apart_by_any_usual_separator(text: str) -> None:
    assert split_list(text) == ("a", "b")


def test_several_pets_share_the_species_and_the_breed() -> None:
    value = read_pets("Luna & Max", "Dog", "Boxer")
    assert [(pet.name, pet.species, pet.breed) for pet in value.pets] == [
        ("Luna", "dog", "Boxer"),
        ("Max", "dog", "Boxer"),
    ]


def test_as_many_species_as_names_pair_up() -> None:
    value = read_pets("Luna, Max", "Dog, Cat", "")
    assert [(pet.name, pet.species) for pet in value.pets] == [("Luna", "dog"), ("Max", "cat")]


def test_a_species_alone_makes_a_pet_without_a_name() -> None:
    value = read_pets("", "Kitten", "")
    assert [(pet.name, pet.species, pet.age_class) for pet in value.pets] == [("", "cat", "kitten")]


@pytest.mark.parametrize(
    ("name", "species", "pets"),
    [
        (
            "Luna (dog, 3y), Toby (cat)",
            "",
            [("Luna", "dog", "dog, 3y"), ("Toby", "cat", "cat")],
        ),
        ("Luna (perra)", "", [("Luna", "dog", "perra")]),
        ("Luna (perra)", "Gato", [("Luna (perra)", "cat", "Gato")]),
        ("Luna (mum's), Toby (cat)", "", [("Luna (mum's)", "", ""), ("Toby (cat)", "", "")]),
        ("(cat)", "", [("(cat)", "", "")]),
    ],
)
def test_a_species_in_brackets_is_the_pets_where_no_other_cell_says_one(
    name: str, species: str, pets: list[tuple[str, str, str]]
) -> None:
    found = read_pets(name, species, "").pets
    assert [(one.name, one.species, one.species_given) for one in found] == pets


def test_neither_name_nor_species_makes_no_pet_and_loses_nothing() -> None:
    value = read_pets("unknown", "", "Boxer", (("microchip", "985"),))
    assert (value.pets, value.spare) == ((), (("breed", "Boxer"), ("microchip", "985")))


def test_one_microchip_is_never_given_to_two_pets() -> None:
    value = read_pets("Luna & Max", "Dog", "", (("microchip", "985"),))
    assert ([pet.microchip for pet in value.pets], value.spare) == (["", ""], (("microchip", "985"),))


@pytest.mark.parametrize(
    ("text", "sex"), [("M", "male"), ("Hembra", "female"), ("female spayed", "female"), ("X", "X")]
)
def test_sex_is_read_in_english_and_spanish(text: str, sex: str) -> None:
    assert read_sex(text) == sex


@pytest.mark.parametrize(
    ("text", "sterilised"),
    [
        ("Female Spayed", "yes"),
        ("macho castrado", "yes"),
        ("MN", "yes"),
        ("Male (intact)", "no"),
        ("hembra entera", "no"),
        ("Male - not neutered", ""),
        ("neutered / intact?", ""),
        ("M", ""),
        ("", ""),
    ],
)
def test_a_sex_may_tell_besides_whether_the_animal_is_sterilised(text: str, sterilised: str) -> None:
    assert sterilised_told_by(text) == sterilised
