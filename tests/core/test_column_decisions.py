"""What whole columns decide of a mapping, and what becomes of the rows."""

import orjson
import pytest

from phcs.core.errors import InvalidInputError
from phcs.core.findings import RowStatus
from phcs.core.mapping.column_decisions import CHOSEN, decide_columns
from phcs.core.mapping.corrections import ColumnChoice, remap
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.template_file import TemplateFile
from phcs.core.reading import ReadingChoices
from tests.core.mapped_lists import ANA, PERSON, MappedList

OPENED = PERSON | {"Opened": "case.opened_at"}
TWO_DATES = OPENED | {"Closed": "case.closed_at"}
BIRTH = PERSON | {"Pet": "pet.name", "Born": "pet.birth_date"}


def opened_days(made: MappedList) -> list[str]:
    return [row.record.case.opened_at[:10] for row in made.checked() if row.record.case]


def closed_days(made: MappedList) -> list[str]:
    return [row.record.case.closed_at[:10] for row in made.checked() if row.record.case]


def test_one_row_among_all_decides_the_order_and_is_named() -> None:
    made = MappedList.of(OPENED, *[(*ANA, "03/04/2026")] * 50, (*ANA, "25/03/2026"))
    column = made.column("Opened")
    assert (column.date_order, column.date_reason) == ("day_first", "row 52 reads 25/03/2026")
    assert made.mapping.day_first is True
    assert opened_days(made)[0] == "2026-04-03"


def test_each_column_has_its_own_order() -> None:
    rows = [(*ANA, "03/04/2026", "04/05/2026"), (*ANA, "25/03/2026", "05/25/2026")]
    made = MappedList.of(TWO_DATES, *rows)
    assert made.mapping.day_first is None
    assert (opened_days(made)[0], closed_days(made)[0]) == ("2026-04-03", "2026-04-05")


def test_a_column_that_nothing_decides_follows_the_others() -> None:
    made = MappedList.of(TWO_DATES, (*ANA, "03/25/2026", "04/05/2026"))
    assert made.column("Closed").date_reason == "like column “Opened”"
    assert (made.mapping.day_first, closed_days(made)) == (False, ["2026-04-05"])


def test_where_nothing_decides_a_person_is_asked_and_rows_are_marked() -> None:
    made = MappedList.of(OPENED, (*ANA, "03/04/2026"), (*ANA, "05/05/2026"))
    assert [column.heading for column in made.mapping.open_dates] == ["Opened"]
    assert made.column("Opened").date_reason == "row 2 reads 03/04/2026, which may be either"
    assert [(found.value, found.detail) for found in made.findings("date.ambiguous")] == [
        ("03/04/2026", "2026-04-03 or 2026-03-04")
    ]


@pytest.mark.parametrize(("order", "day"), [("day_first", "2026-04-03"), ("month_first", "2026-03-04")])
def test_a_person_chooses_between_the_two_readings(order: str, day: str) -> None:
    asked = MappedList.of(OPENED, (*ANA, "03/04/2026"))
    made = asked.correct(columns={3: ColumnChoice(date_order=order)})
    assert (made.column("Opened").date_reason, made.mapping.open_dates) == (CHOSEN, ())
    assert (opened_days(made), made.findings("date.ambiguous")) == ([day], [])


def test_what_a_person_chose_stays_when_something_else_is_corrected() -> None:
    asked = MappedList.of(OPENED, (*ANA, "25/03/2026"))
    made = asked.correct(columns={3: ColumnChoice(date_order="month_first")}).correct()
    assert made.column("Opened").date_order == "month_first"
    assert [(found.value, row.status) for row in made.checked() for found in row.findings[-1:]] == [
        ("25/03/2026", RowStatus.ERROR)
    ]


def test_a_choice_can_be_given_back_to_the_column() -> None:
    asked = MappedList.of(OPENED, (*ANA, "25/03/2026"))
    made = asked.correct(columns={3: ColumnChoice(date_order="month_first")})
    assert made.correct(columns={3: ColumnChoice(date_order="")}).mapping == asked.mapping


def test_in_a_column_that_contradicts_itself_only_rows_with_two_readings_are_marked() -> None:
    made = MappedList.of(OPENED, *((*ANA, day) for day in ("25/03/2026", "03/25/2026", "03/04/2026")))
    assert made.column("Opened").date_reason == "both: row 2 reads 25/03/2026, row 3 reads 03/25/2026"
    assert opened_days(made)[:2] == ["2026-03-25", "2026-03-25"]
    assert [found.value for found in made.findings("date.ambiguous")] == ["03/04/2026"]


def test_a_column_of_iso_dates_needs_no_order() -> None:
    made = MappedList.of(OPENED, (*ANA, "2026-03-04"))
    assert (made.column("Opened").date_order, made.mapping.open_dates) == ("", ())


def test_day_numbers_of_a_spreadsheet_are_days_beside_written_dates() -> None:
    made = MappedList.of(OPENED, (*ANA, "46000.5"), (*ANA, "2025-12-10"))
    assert made.column("Opened").serials == "1900"
    assert opened_days(made) == ["2025-12-09", "2025-12-10"]


def test_a_person_may_say_that_day_numbers_count_from_1904_or_are_none() -> None:
    made = MappedList.of(OPENED, (*ANA, "44538"))
    from_1904 = made.correct(columns={3: ColumnChoice(serials="1904")})
    none = made.correct(columns={3: ColumnChoice(serials="none")})
    assert (opened_days(from_1904), opened_days(none)) == (["2025-12-09"], [""])


def test_an_age_becomes_a_birth_date_counted_from_the_rows_own_day() -> None:
    made = MappedList.of(
        BIRTH | {"Opened": "case.opened_at"},
        (*ANA, "Luna", "2Y/3M/4D", "2020-05-10"),
        (*ANA, "Max", "8 semanas", ""),
    )
    assert [pet.birth_date for pet in made.pets()] == ["2018-02-06", "2026-09-26"]
    assert [(found.value, found.detail) for found in made.findings("date.approximate")] == [
        ("2Y/3M/4D", "2018-02-06"),
        ("8 semanas", "2026-09-26"),
    ]


@pytest.mark.parametrize(
    ("heading", "suggested"),
    [("Edad (aprox.)", "pet.birth_date"), ("ANIMALAGE", "pet.birth_date"), ("Stay", "")],
)
def test_a_column_of_ages_is_offered_as_birth_dates_and_left_to_a_person(
    heading: str, suggested: str
) -> None:
    made = MappedList.of(PERSON | {heading: ""}, (*ANA, "2 años 3 meses"))
    assert (made.column(heading).target, made.column(heading).suggested) == ("", suggested)


def test_a_birth_year_of_two_digits_is_never_still_to_come() -> None:
    made = MappedList.of(BIRTH, (*ANA, "Luna", "25/12/68"), (*ANA, "Max", "25/12/2068"))
    assert [pet.birth_date for pet in made.pets()] == ["1968-12-25", ""]


def test_two_digits_of_a_year_are_told_from_the_files_own_text() -> None:
    rows = [(*ANA, "Luna", "25/12/68", "12/25/2020"), (*ANA, "Max", "12/11/20", "12/25/2020")]
    made = MappedList.of(BIRTH | {"Opened": "case.opened_at"}, *rows)
    assert made.mapping.day_first is None
    assert [pet.birth_date for pet in made.pets()] == ["1968-12-25", "2020-11-12"]


def test_the_decimal_mark_of_a_column_decides_its_doubtful_cells() -> None:
    weights = {"Pet": "pet.name", "Weight": "pet.weight"}
    rows = [(*ANA, "Luna", "4,5 kg"), (*ANA, "Max", "1,234 kg")]
    made = MappedList.of(PERSON | weights, *rows)
    alone = MappedList.of(PERSON | weights, rows[1])
    assert [pet.weight for pet in made.pets()] == ["4.5 kg", "1.234 kg"]
    assert [pet.weight for pet in alone.pets()] == ["1,234 kg"]
    assert [found.value for found in alone.findings("number.invalid")] == ["1,234 kg"]
    chosen = alone.correct(columns={4: ColumnChoice(decimal="point")})
    assert [pet.weight for pet in chosen.pets()] == ["1234 kg"]


@pytest.mark.parametrize(
    ("heading", "given", "sexes", "because"),
    [
        ("Sexo", ("H", "F"), ["female", "female"], "the heading is Spanish"),
        ("Sex", ("H", "Macho"), ["female", "male"], "other values of the column are Spanish"),
        ("Sex", ("H", "M"), ["female", "male"], "the column has no F"),
        ("Sex", ("H", "F"), ["H", "female"], "say what it means"),
    ],
)
def test_h_is_female_where_heading_or_column_are_spanish(
    heading: str, given: tuple[str, str], sexes: list[str], because: str
) -> None:
    pets = {"Pet": "pet.name", heading: "pet.sex"}
    made = MappedList.of(PERSON | pets, *((*ANA, "Luna", sex) for sex in given))
    assert [pet.sex for pet in made.pets()] == sexes
    assert because in made.column(heading).reason
    assert made.correct().mapping == made.mapping


def test_a_doubtful_h_waits_for_a_person() -> None:
    made = MappedList.of(PERSON | {"Pet": "pet.name", "Sex": "pet.sex"}, (*ANA, "A", "H"), (*ANA, "B", "F"))
    assert [(one.value, one.proposed, one.answer) for one in made.unknown()] == [("H", "female", "")]
    answered = made.correct(values={"pet.sex": {"H": "male"}})
    assert [pet.sex for pet in answered.pets()] == ["male", "female"]
    assert answered.correct(values={"pet.sex": {"H": ""}}).mapping == made.mapping


def test_a_doubt_about_h_ends_with_the_file_that_caused_it() -> None:
    doubted, clear = (
        MappedList.of(PERSON | {"Pet": "pet.name", "Sex": "pet.sex"}, (*ANA, "A", "H"), (*ANA, "B", other))
        for other in ("F", "M")
    )
    assert doubted.mapping.values
    assert decide_columns(doubted.mapping, clear.reading.facts).values == ()


def test_a_doubt_stays_without_facts_and_is_no_part_of_a_saved_mapping() -> None:
    made = MappedList.of(PERSON | {"Pet": "pet.name", "Sex": "pet.sex"}, (*ANA, "A", "H"), (*ANA, "B", "F"))
    headings = tuple(column.heading for column in made.mapping.columns)
    saved = TemplateFile("List", headings, made.mapping, ReadingChoices()).as_json()
    assert remap(made.mapping, targets={}, constants={}).values == made.mapping.values
    assert TemplateFile.from_bytes(orjson.dumps(saved)).mapping.values == ()


def test_decisions_survive_being_stored() -> None:
    made = MappedList.of(TWO_DATES, (*ANA, "46000", "04/05/2026"))
    assert TableMapping.from_json(made.mapping.as_json()) == made.mapping


def test_a_mapping_of_a_former_version_can_still_be_read() -> None:
    made = MappedList.of(OPENED, (*ANA, "2026-01-01"))
    stored = made.mapping.as_json()
    old = {name: value for name, value in stored.items() if name not in {"values", "joins"}}
    old["columns"] = [column[:5] for column in stored["columns"]]
    assert TableMapping.from_json(old) == made.mapping


@pytest.mark.parametrize(
    "choice",
    [
        ColumnChoice(date_order="mixed"),
        ColumnChoice(serials="1970"),
        ColumnChoice(decimal="dot"),
        ColumnChoice(split="in two"),
        ColumnChoice(split="brackets"),
        ColumnChoice(labelled=True),
    ],
)
def test_a_choice_that_cannot_be_is_refused(choice: ColumnChoice) -> None:
    made = MappedList.of(OPENED, (*ANA, "2026-01-01"))
    with pytest.raises(InvalidInputError):
        made.correct(columns={3: choice})


def test_what_was_chosen_for_a_former_target_is_passed_over() -> None:
    made = MappedList.of(OPENED | {"Note": "case.notes"}, (*ANA, "03/04/2026", "x"))
    changed = remap(
        made.mapping,
        targets={0: "owner.given_name", 3: "case.notes", 4: ""},
        constants={},
        columns={
            0: ColumnChoice(split="first_word"),
            3: ColumnChoice(date_order="day_first"),
            4: ColumnChoice(labelled=True),
        },
    )
    assert [(one.split, one.date_order, one.labelled) for one in changed.columns] == [("", "", False)] * 5


@pytest.mark.parametrize(("position", "order"), [(0, "day_first"), (9, "")])
def test_only_a_date_column_of_the_table_has_an_order(position: int, order: str) -> None:
    made = MappedList.of(OPENED, (*ANA, "2026-01-01"))
    with pytest.raises(InvalidInputError):
        made.correct(columns={position: ColumnChoice(date_order=order)})
