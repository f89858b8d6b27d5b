from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.errors import InvalidInputError
from phcs.core.findings import FindingCode, RowStatus, Severity
from phcs.core.mapping.corrections import remap
from phcs.core.reading.tables import ColumnReading, SourceRow, TableReading
from phcs.core.records import CaseFacts, OwnerFacts
from phcs.core.sources import recognise
from phcs.wording import finding_sentence

C = FindingCode
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADINGS = (
    "id",
    "name",
    "phone",
    "email",
    "pet_name",
    "species",
    "breed",
    "service",
    "state",
    "created",
    "notes",
    "tags",
)
GOOD = {
    "id": "Kk1B",
    "name": "Ana Ruiz",
    "phone": "415-555-2671",
    "email": "ana@example.org",
    "pet_name": "Luna",
    "species": "dog",
    "service": "Food",
    "state": "WAITING",
    "created": "2026-05-01 10:00",
}


def build_checker(
    *headings: str, settings: CheckSettings | None = None, constants: dict[str, str] | None = None
) -> RowChecker:
    columns = tuple(
        ColumnReading(position, heading, heading, 0, ()) for position, heading in enumerate(headings)
    )
    reading = TableReading("v.csv", "delimited", "utf-8", ",", 1, columns, 0, 0, 0, ())
    mapping = remap(recognise(reading, kind="case"), targets={}, constants=constants or {})
    return RowChecker(mapping, headings, settings or CheckSettings(), NOW)


def build_row(changed: dict[str, str], flags: tuple[str, ...] = ()) -> SourceRow:
    values = GOOD | changed
    return SourceRow(7, [values.get(heading, "") for heading in HEADINGS], flags)


def check(*, settings: CheckSettings | None = None, **changed: str) -> CheckedRow:
    return build_checker(*HEADINGS, settings=settings).check(build_row(changed))


def codes(checked: CheckedRow) -> list[tuple[FindingCode, Severity]]:
    return [(finding.code, finding.severity) for finding in checked.findings]


def owner_of(checked: CheckedRow) -> OwnerFacts:
    assert checked.record.owner is not None
    return checked.record.owner


def case_of(checked: CheckedRow) -> CaseFacts:
    assert checked.record.case is not None
    return checked.record.case


def test_a_good_row_has_nothing_to_say() -> None:
    checked = check()
    assert (checked.row_no, checked.status, checked.findings) == (7, RowStatus.VALID, ())


@pytest.mark.parametrize(
    ("changed", "code", "severity", "column"),
    [
        ({"name": "-"}, C.NAME_MISSING, Severity.ERROR, "name"),
        ({"name": " "}, C.NAME_MISSING, Severity.ERROR, "name"),
        ({"service": ""}, C.SERVICE_MISSING, Severity.ERROR, "service"),
        ({"service": "Tarot"}, C.SERVICE_UNKNOWN, Severity.WARNING, "service"),
        ({"phone": ""}, C.PHONE_MISSING, Severity.WARNING, "phone"),
        ({"phone": "12345"}, C.PHONE_INVALID, Severity.ERROR, "phone"),
        ({"email": "ana@@example.org"}, C.EMAIL_INVALID, Severity.ERROR, "email"),
        ({"phone": "", "email": ""}, C.CONTACT_MISSING, Severity.WARNING, "phone"),
        ({"created": ""}, C.DATE_MISSING, Severity.WARNING, "created"),
        ({"created": "ayer"}, C.DATE_INVALID, Severity.ERROR, "created"),
        ({"created": "2026-11-21 12:01"}, C.DATE_FUTURE, Severity.ERROR, "created"),
        ({"created": "2021-11-20"}, C.DATE_TOO_OLD, Severity.ERROR, "created"),
        ({"state": ""}, C.STATUS_MISSING, Severity.WARNING, "state"),
        ({"state": "x"}, C.STATUS_UNKNOWN, Severity.ERROR, "state"),
        ({"species": "doge"}, C.SPECIES_UNKNOWN, Severity.WARNING, "species"),
        ({"name": "Walk-in"}, C.NAME_PLACEHOLDER, Severity.WARNING, "name"),
        ({"name": "JosÃ© GÃ³mez"}, C.TEXT_GARBLED, Severity.WARNING, "name"),
        ({"name": "A" * 201}, C.VALUE_TOO_LONG, Severity.ERROR, "name"),
        ({"tags": "FLAGGED"}, C.OWNER_FLAGGED, Severity.WARNING, "tags"),
        ({"state": "DRAFT"}, C.STATUS_UNCONFIRMED, Severity.NOTE, "state"),
    ],
)
def test_each_defect_is_found_at_its_own_column(
    changed: dict[str, str], code: FindingCode, severity: Severity, column: str
) -> None:
    checked = build_checker(*HEADINGS).check(build_row(changed))
    assert [(f.code, f.severity, f.column) for f in checked.findings] == [(code, severity, column)]


def test_all_problems_of_a_row_are_told_at_once() -> None:
    checked = check(
        name="", phone="12345", email="n/a", species="???", state="x", created="2099-01-01", service=""
    )
    assert {code for code, _ in codes(checked)} == {
        C.NAME_MISSING,
        C.PHONE_INVALID,
        C.EMAIL_INVALID,
        C.SPECIES_UNKNOWN,
        C.STATUS_UNKNOWN,
        C.DATE_FUTURE,
        C.SERVICE_MISSING,
    }


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        ("wide", (C.ROW_TOO_WIDE, Severity.ERROR)),
        ("narrow", (C.ROW_TOO_NARROW, Severity.NOTE)),
        ("character", (C.ROW_UNREADABLE_CHARACTER, Severity.WARNING)),
    ],
)
def test_what_reading_had_to_mend_is_told(flag: str, expected: tuple[FindingCode, Severity]) -> None:
    assert codes(build_checker(*HEADINGS).check(build_row({}, (flag,)))) == [expected]


def test_of_several_addresses_in_a_cell_the_first_is_the_owners_and_none_is_lost() -> None:
    checked = check(email="ana@x.org; bea@x.org")

    assert codes(checked) == []
    assert (owner_of(checked).email, owner_of(checked).custom) == ("ana@x.org", {"email_2": "bea@x.org"})


def test_characters_that_nobody_sees_are_no_part_of_a_cell() -> None:
    checked = check(name="\u200fAna\u200e Ruiz\ufeff", email="ana@example.org\u200b", notes="\u200fhi")

    assert codes(checked) == []
    assert (owner_of(checked).full_name, owner_of(checked).email) == ("Ana Ruiz", "ana@example.org")
    assert case_of(checked).notes == "\u200fhi"


def test_format_errors_may_be_warnings_that_keep_the_text_as_given() -> None:
    lenient = CheckSettings(keep_invalid_optional=True)
    checked = check(settings=lenient, phone="12345", email="n/a")
    owner = owner_of(checked)
    assert codes(checked) == [(C.PHONE_INVALID, Severity.WARNING), (C.EMAIL_INVALID, Severity.WARNING)]
    assert (owner.phone, owner.phone_given, owner.email) == ("", "12345", "")
    assert owner.custom == {"email_given": "n/a"}


def test_the_limits_of_dates_are_settings() -> None:
    wide = CheckSettings(max_age_days=50 * 365, future_days=30)
    assert check(settings=wide, created="1990-01-01").findings == ()
    assert check(settings=wide, created="2026-12-20").findings == ()


def test_a_number_without_country_code_belongs_to_the_settings_region() -> None:
    assert owner_of(check(settings=CheckSettings(region="ES"), phone="612 345 678")).phone == "+34612345678"


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="Mars/Base"):
        build_checker("id", "state", settings=CheckSettings(time_zone="Mars/Base"))


def test_an_appointment_may_lie_in_the_future() -> None:
    checker = build_checker("id", "name", "phone", "service", "state", "date", "created")
    cells = ["1", "Ana", "4155552671", "Food", "BOOKED", "2027-01-01T09:00", "2026-11-01"]
    checked = checker.check(SourceRow(2, cells))
    assert checked.findings == ()
    assert case_of(checked).scheduled_at == "2027-01-01T09:00:00+00:00"


def test_the_opening_time_is_created_else_the_wait_else_a_past_appointment() -> None:
    checker = build_checker("id", "name", "phone", "service", "state", "date", "waitlistTime", "created")
    start = ["1", "Ana", "4155552671", "Food", "WAITING"]
    days = ["2026-03-01", "2026-02-01", "2026-01-01"]
    opened = [
        case_of(checker.check(SourceRow(2, start + cells))).opened_at[:10]
        for cells in (days, [*days[:2], ""], [days[0], "", ""])
    ]
    assert opened == ["2026-01-01", "2026-02-01", "2026-03-01"]


def test_one_service_for_the_import_fills_only_what_a_row_leaves_open() -> None:
    checker = build_checker("id", "name", "phone", "state", "service", constants={"case.services": "medical"})
    services = [
        case_of(checker.check(SourceRow(2, ["1", "Ana", "4155552671", "WAITING", given]))).services
        for given in ("", "Food")
    ]
    assert services == [("medical",), ("food",)]


def test_a_case_without_id_gets_one_from_its_facts_but_not_from_its_status() -> None:
    checker = build_checker(*HEADINGS)
    changes: list[dict[str, str]] = [{}, {"state": "COMPLETE"}, {"notes": "x"}]
    ids = [checker.check(build_row({"id": ""} | changed)).record.case_external_id for changed in changes]
    assert ids[0].startswith("row:")
    assert len(ids[0]) == 20
    assert ids[0] == ids[1] != ids[2]


def test_the_word_of_an_unknown_service_and_species_is_kept() -> None:
    checked = check(service="Tarot", species="doge")
    assert (case_of(checked).services, case_of(checked).service_given) == (("other",), "Tarot")
    assert [(pet.species, pet.species_given) for pet in checked.record.pets] == [("other", "doge")]


CELL = st.one_of(
    st.text(max_size=30), st.sampled_from(["+1", "00", "a@b", "1E9", "Notes", "true", "31/12/26", ",;/|"])
)


@settings(max_examples=300, deadline=None)
@given(
    cells=st.lists(CELL, max_size=len(HEADINGS) + 2), flags=st.lists(st.sampled_from(["wide", "narrow", "?"]))
)
def test_checking_never_raises_whatever_the_cells_hold(cells: list[str], flags: list[str]) -> None:
    lists = build_checker(*HEADINGS, settings=CheckSettings(region="CO", time_zone="America/Bogota"))
    checked = lists.check(SourceRow(2, cells, tuple(flags)))
    assert all(finding_sentence(finding) for finding in checked.findings)
    assert checked.record.case_external_id
