"""What a column probably feeds: by its heading's words, by its values, and one to one over all columns."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.mapping.assigning import assigned
from phcs.core.mapping.similar_headings import Candidate, similar_headings
from phcs.core.mapping.suggesting import ANOTHER_COLUMN, NOT_IMPORTED, PRESELECT
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.mapping.targets import JOINED, is_target
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import RecordKind
from phcs.core.sources import recognise

CASE, OWNER = RecordKind.CASE, RecordKind.OWNER


def build_mapping(columns: Mapping[str, tuple[str, ...]], **said: str) -> TableMapping:
    """The suggested mapping of a table with these headings and sampled values."""
    readings = tuple(
        ColumnReading(position, heading or f"Column {position + 1}", heading, len(values), values)
        for position, (heading, values) in enumerate(columns.items())
    )
    rows = max((len(values) for values in columns.values()), default=0)
    first_rows = tuple(
        tuple(values[row] if row < len(values) else "" for values in columns.values()) for row in range(rows)
    )
    reading = TableReading("list.csv", "delimited", "utf-8", ",", 1, readings, rows, 0, 0, first_rows)
    return recognise(reading, **said)


def suggested(*headings: str, **said: str) -> list[str]:
    return [column.target for column in build_mapping(dict.fromkeys(headings, ()), **said).columns]


def column_of(columns: Mapping[str, tuple[str, ...]], heading: str, **said: str) -> ColumnMapping:
    mapping = build_mapping(columns, **said)
    return mapping.columns[list(columns).index(heading)]


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("tel. cliente", "owner.phone"),
        ("Cliente (tel.)", "owner.phone"),
        ("Teléfonos del dueño", "owner.phone"),
        ("nom. mascota", "pet.name"),
        ("Mascota: nombre", "pet.name"),
        ("PetNames", "pet.name"),
        ("Especie de la mascota", "pet.species"),
        ("Owner's e-mail address", "owner.email"),
        ("city of the owner", "owner.city"),
        ("Dirección del propietario", "owner.address"),
        ("Client Postcode", "owner.postal_code"),
        ("N° de microchip", "pet.microchip"),
        ("Weight (kg)", "pet.weight"),
        ("¿Está castrada?", "pet.sterilised"),
    ],
)
def test_a_heading_is_understood_in_other_words_order_language_and_short_forms(
    heading: str, target: str
) -> None:
    column = column_of({"Pet name": (), "Species": (), heading: ()} | {"Service": ()}, heading, kind="case")
    best = similar_headings(heading, CASE)[0]
    assert (best.target, best.confidence >= PRESELECT) == (target, True)
    assert column.confidence > 0


@pytest.mark.parametrize(
    ("slip", "target"),
    [
        ("Emial", "owner.email"),
        ("Breeed", "pet.breed"),
        ("Owner adress", "owner.address"),
        ("Pet nmae", "pet.name"),
    ],
)
def test_a_slip_of_the_pen_is_forgiven_and_told(slip: str, target: str) -> None:
    best = similar_headings(slip, OWNER)[0]
    assert (best.target, best.reason) == (target, "similar heading, spelt otherwise")
    assert PRESELECT <= best.confidence < similar_headings("E-mail addr", OWNER)[0].confidence


@pytest.mark.parametrize(
    "heading",
    [
        "SMS opt-in",
        "Vet tech initials",
        "Factura",
        "Emergency contact phone",
        "Email verified",
        "Last visit",
        "Age",
        "Stage",
        "Insurance company name",
        "Fecha próxima vacuna",
        "Pet deposit",
        "Name of doctor",
        "",
        "%%%",
    ],
)
def test_what_belongs_to_nothing_is_left_to_the_person(heading: str) -> None:
    assert suggested("Name", "Phone", heading)[2:] == [""]


@pytest.mark.parametrize(
    "heading", ["Emergency phone", "Vet e-mail", "Insurance company name", "Owner's SSN"]
)
def test_what_speaks_of_something_else_is_not_even_offered(heading: str) -> None:
    assert similar_headings(heading, CASE) == ()


@pytest.mark.parametrize(
    ("heading", "target"),
    [("Correo elect.", "owner.email"), ("Esp.", "pet.species"), ("Observ. cliente", "owner.notes")],
)
def test_a_word_cut_short_is_read_to_its_end(heading: str, target: str) -> None:
    assert similar_headings(heading, OWNER)[0].target == target


def test_a_number_sign_makes_a_number_of_a_name() -> None:
    assert suggested("Client #", "Client name") == ["owner.external_id", "owner.full_name"]


def test_the_day_on_which_a_person_was_entered_makes_no_visit_of_a_row() -> None:
    mapping = build_mapping(dict.fromkeys(("Nombre", "Celular", "Fecha de creación del registro"), ()))
    assert (mapping.kind, mapping.missing) == (OWNER, ())


def test_an_unknown_word_makes_a_suggestion_that_is_offered_and_not_chosen() -> None:
    column = column_of({"Name": (), "Zebra phone": ()}, "Zebra phone")
    assert (column.target, column.suggested) == ("", "owner.phone")
    assert 0 < column.confidence < PRESELECT


def test_what_a_column_is_asked_in_brackets_does_not_matter() -> None:
    assert suggested("Name", "Breed (write unknown if unsure)", "Species")[1] == "pet.breed"


def test_whose_it_is_may_stand_in_brackets() -> None:
    headings = ("Name", "Pet name", "Date of birth (owner)", "Date of birth (pet)")
    assert suggested(*headings)[2:] == ["owner.birth_date", "pet.birth_date"]


def test_a_bare_sex_is_a_pets_only_where_the_table_tells_of_pets() -> None:
    assert suggested("Pet name", "Species", "Sex (M/F)")[2] == "pet.sex"
    assert suggested("Name", "Phone", "Sex (M/F)")[2] == ""


def test_a_bare_dob_is_the_persons_where_no_column_tells_of_pets() -> None:
    assert suggested("Name", "DOB", "Phone")[1] == "owner.birth_date"
    assert suggested("Name", "DOB", "Phone", "Breed")[1] == "pet.birth_date"


def test_a_list_in_portuguese_is_understood() -> None:
    told = suggested("Data", "Tutor", "Telefone", "Nome do animal", "Espécie", "Raça", "Motivo")
    assert told == [
        *("case.opened_at", "owner.full_name", "owner.phone"),
        *("pet.name", "pet.species", "pet.breed", "case.services"),
    ]


def test_a_birth_day_beside_breed_and_species_is_the_pets() -> None:
    assert suggested("Nombre", "Mascota", "Raza", "F. Nac.")[3] == "pet.birth_date"
    assert suggested("Nombre", "Teléfono", "F. Nac.")[2] == "owner.birth_date"


def test_nombre_beside_apellidos_is_a_given_name() -> None:
    assert suggested("Nombre", "Apellidos")[0] == "owner.given_name"
    assert suggested("Nombre completo", "Apellidos")[0] == "owner.full_name"


def test_a_name_that_holds_the_family_name_too_stays_whole() -> None:
    columns = {"Name": ("Ana Ruiz", "Bo Hill"), "Surname": ("Ruiz", "Hill")}
    assert column_of(columns, "Name").target == "owner.full_name"


@pytest.mark.parametrize(
    ("values", "target", "reason"),
    [
        (("ana@example.org", "bo@example.org"), "owner.email", "values look like e-mails"),
        (("(415) 555-2671", "+34 612 345 678"), "owner.phone", "values look like phones"),
        (("985112003456789", "985112003456790"), "pet.microchip", "values look like microchips"),
        (("Dog", "gato", "Adult Cat"), "pet.species", "values look like species"),
        (("M", "Female", "spayed female", "male"), "pet.sex", "values look like sexes"),
        (("12.5 kg", "4 kg", "8,25 kg"), "pet.weight", "values look like weights"),
    ],
)
def test_values_tell_where_the_heading_says_nothing(
    values: tuple[str, ...], target: str, reason: str
) -> None:
    column = column_of({"Name": ("Ana", "Bo"), "Pet name": ("Rex",), "Column 3": values}, "Column 3")
    assert (column.target, column.reason) == (target, reason)


def test_values_alone_never_choose_against_a_heading_that_says_something() -> None:
    column = column_of({"Name": ("Ana", "Bo"), "Zeta": ("a@example.org", "b@example.org")}, "Zeta")
    assert (column.target, column.suggested, column.reason) == ("", "owner.email", "values look like e-mails")


def test_values_that_contradict_a_similar_heading_hold_it_back() -> None:
    columns = {"Name": ("Ana", "Bo"), "Cell of client": ("yes", "no")}
    column = column_of(columns, "Cell of client")
    assert (column.target, column.suggested) == ("", "owner.phone")
    assert "values are no phones" in column.reason


def test_values_that_agree_make_a_similar_heading_surer() -> None:
    without = column_of({"Name": (), "Cell of client": ()}, "Cell of client").confidence
    agreeing = column_of({"Name": (), "Cell of client": ("415-555-2671", "415-555-2672")}, "Cell of client")
    assert agreeing.confidence > without
    assert "values look like phones" in agreeing.reason


def test_two_columns_never_feed_one_field_and_the_surer_one_wins() -> None:
    columns = build_mapping(
        dict.fromkeys(("Name", "Client emial", "E-mail", "Mail of the client"), ())
    ).columns
    assert [column.target for column in columns] == ["owner.full_name", "", "owner.email", ""]
    assert [columns[1].suggested, columns[3].suggested] == ["owner.email", "owner.email"]
    assert columns[3].reason == ANOTHER_COLUMN


def test_several_columns_may_feed_a_field_that_joins_them() -> None:
    assert (
        suggested("Name", "Service", "Notes", "Call notes", "Additional comments")[2:] == ["case.notes"] * 3
    )


def test_three_phones_feed_both_phone_fields_and_the_third_is_offered() -> None:
    columns = build_mapping(dict.fromkeys(("Name", "Phone", "Tel. casa", "Cel. dueño"), ())).columns
    assert sorted(column.target for column in columns[1:]) == ["", "owner.phone", "owner.phone2"]


def test_a_column_without_any_idea_says_that_it_is_kept() -> None:
    column = column_of({"Name": (), "Shoe size": ()}, "Shoe size")
    assert (column.target, column.suggested, column.confidence, column.reason) == ("", "", 0, NOT_IMPORTED)


def test_a_list_whose_headings_ask_for_help_in_other_words_is_a_list_of_visits() -> None:
    mapping = build_mapping(dict.fromkeys(("Nombre completo", "Celular", "¿Qué ayuda necesita?"), ()))
    assert (mapping.kind, mapping.missing) == (CASE, ())


def test_a_list_of_owners_with_their_pets_asks_for_no_service() -> None:
    mapping = build_mapping(dict.fromkeys(("Name", "Phone", "Pet name", "Species"), ()))
    assert (mapping.kind, mapping.missing) == (OWNER, ())


HEADINGS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "Name",
                "Phone",
                "Cell",
                "E-mail",
                "Pet",
                "Raza",
                "Tel. cliente",
                "Nom. mascota",
                "Owner",
                "Notes",
                "x",
            ]
        ),
        st.text(max_size=30),
    ),
    min_size=1,
    max_size=12,
    unique=True,
)


@given(HEADINGS, st.sampled_from(["auto", "case", "owner"]))
def test_any_headings_give_one_target_each_that_exists_and_is_sure_enough(
    headings: list[str], kind: str
) -> None:
    columns = build_mapping(dict.fromkeys(headings, ("a", "1", "")), source="plain", kind=kind).columns
    single = [column.target for column in columns if column.target and column.target not in JOINED]
    assert len(single) == len(set(single))
    assert all(is_target(column.target) and is_target(column.suggested) for column in columns)
    assert all(column.confidence >= PRESELECT for column in columns if column.target)
    assert all(0 <= column.confidence <= 100 and column.reason for column in columns)


@given(
    st.dictionaries(
        st.integers(0, 4), st.dictionaries(st.sampled_from("abcd"), st.integers(1, 100)), max_size=5
    )
)
def test_the_assignment_has_the_greatest_sum_of_confidences(told: dict[int, dict[str, int]]) -> None:
    candidates = {
        position: [Candidate(target, confidence, "") for target, confidence in given_.items()]
        for position, given_ in told.items()
    }
    found = assigned(candidates)
    targets = [one.target for one in found.values()]
    assert len(targets) == len(set(targets))
    assert sum(one.confidence for one in found.values()) == greatest_sum(told)


def greatest_sum(told: dict[int, dict[str, int]]) -> int:
    """Every possible assignment tried out."""
    choices: list[Any] = [[None, *given_.items()] for given_ in told.values()]
    sums = [0]
    for combination in product(*choices):
        chosen = [one for one in combination if one is not None]
        if len({target for target, _ in chosen}) == len(chosen):
            sums.append(sum(confidence for _, confidence in chosen))
    return max(sums)


def test_a_thousand_columns_are_assigned_quickly_and_the_same_every_time() -> None:
    candidates = {
        position: [Candidate(f"t{(position + n) % 45}", 70 + (position * n) % 30, "") for n in range(5)]
        for position in range(1_000)
    }
    first = assigned(candidates)
    assert len(first) == 45
    assert assigned(dict(reversed(candidates.items()))) == first
