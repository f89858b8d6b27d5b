"""The short ways through phones, e-mails and dates say what the libraries behind them say, or nothing."""

import csv
import re
from datetime import UTC, datetime

import phonenumbers
import pytest
from dateutil import parser as dateutil
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from phcs.core.values.dates import parse_moment
from phcs.core.values.emails import EmailFailure, is_plain_email, library_email, parse_email
from phcs.core.values.phones import PhoneFailure, PhoneValue, fast_e164, parse_one, parse_phone
from phcs.services.sample_export import write_sample_export

MANY = settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
REGIONS = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LOCAL_PARTS = st.lists(st.text("abz019_+-", min_size=1, max_size=20), min_size=1, max_size=4).map(".".join)
LABELS = st.lists(st.text("anx019", min_size=1, max_size=12), min_size=1, max_size=4).map("-".join)
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
ENDS = st.text(LETTERS, min_size=2, max_size=24) | st.sampled_from(
    ["com", "es", "test", "local", "arpa", "onion"]
)
ADDRESSES = st.builds("{}@{}.{}".format, LOCAL_PARTS, DOMAINS, ENDS)
"""What the short way may take for an address, and a few ends that it must leave to the library."""
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - dates as written have no zone
MOMENTS = st.datetimes(min_value=EPOCH, max_value=EPOCH.replace(year=2068)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
ISO_FORMS = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S+05:30",
)
DAY_FIRST = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d.%m.%Y", "%d %b %Y %H:%M", "%d %B %Y")
MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%Y %I:%M %p", "%m-%d-%Y %H:%M", "%b %d, %Y", "%B %d, %Y %H:%M")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    path = tmp_path_factory.mktemp("sample") / "visits.csv"
    write_sample_export(path, rows=4_000, until=datetime(2026, 11, 1, tzinfo=UTC))
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_two_noughts_apart_are_left_to_the_library() -> None:
    text = " ".join("003210000000")
    assert fast_e164(text, "CO") in ("", parse_one(text, "CO"))


@MANY
@given(region=REGIONS, digits=st.text("0123456789", min_size=3, max_size=15), data=st.data())
def test_digits_between_any_punctuation_are_the_librarys_number_or_left_to_it(
    region: str, digits: str, data: st.DataObject
) -> None:
    code = data.draw(st.sampled_from(["", "+", "00", "tel:", "tel:+"]))
    text = code + data.draw(st.sampled_from(["", " ", "(", "."])).join(digits)

    assert fast_e164(text, region) in ("", parse_one(text, region))


@MANY
@given(region=REGIONS, home=REGIONS, style=st.sampled_from([0, 1, 2, 3]))
def test_every_countrys_own_spelling_of_a_number_reads_as_the_library_reads_it(
    region: str, home: str, style: int
) -> None:
    example = phonenumbers.example_number(region)
    assume(example is not None)
    assert example is not None
    text = phonenumbers.format_number(example, style)

    found = parse_phone(text, home)

    expected = parse_one(text.lstrip("'").strip(), home)
    assert found == (expected if isinstance(expected, PhoneFailure) else PhoneValue(expected))


@MANY
@given(text=ADDRESSES)
@example(text=f"{'a' * 65}@b.es")
@example(text=f"a@{'b' * 64}.es")
def test_every_address_of_the_short_way_is_one_for_the_library(text: str) -> None:
    assume(is_plain_email(text))

    assert library_email(text) == text


@MANY
@given(text=st.text("abcxyz0189.-_+@ '<>ñ\"", max_size=40))
def test_any_text_is_the_address_that_the_library_finds(text: str) -> None:
    found = parse_email(text)

    bare = text.strip().lower()
    if bare.startswith("<") and bare.endswith(">"):
        bare = bare[1:-1].strip()
    expected = library_email(bare) if "@" in bare else EmailFailure.NO_AT_SIGN
    assert found == expected


@MANY
@given(moment=MOMENTS, form=st.sampled_from(ISO_FORMS), day_first=st.booleans())
def test_iso_dates_are_read_as_dateutil_reads_them(moment: datetime, form: str, *, day_first: bool) -> None:
    text = moment.strftime(form)

    expected = dateutil.isoparse(text)
    expected = expected if expected.tzinfo else expected.replace(tzinfo=UTC)
    assert parse_moment(text, zone=UTC, day_first=day_first) == expected


@MANY
@given(moment=MOMENTS, form=st.sampled_from([*DAY_FIRST, *MONTH_FIRST]))
def test_written_dates_are_read_as_dateutil_reads_them(moment: datetime, form: str) -> None:
    text, day_first = moment.strftime(form), form in DAY_FIRST

    expected = dateutil.parse(text, dayfirst=day_first, default=EPOCH).replace(tzinfo=UTC)
    assert parse_moment(text, zone=UTC, day_first=day_first) == expected


@MANY
@given(
    text=st.from_regex(
        re.compile(r"\A\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?\Z", re.ASCII)
    )
)
def test_what_looks_like_iso_is_a_moment_exactly_when_dateutil_says_so(text: str) -> None:
    try:
        expected = dateutil.isoparse(text)
        expected = (expected if expected.tzinfo else expected.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        expected = None
    assume("24:0" not in text)

    assert parse_moment(text, zone=UTC, day_first=True) == expected


def test_a_whole_export_reads_the_same_by_way_of_the_libraries_alone(sample: list[dict[str, str]]) -> None:
    phones = {row["PHONE"].strip() for row in sample} - {""}
    emails = {row["EMAIL"].strip() for row in sample} - {""}

    by_phone = {text: parse_phone(text, "US") for text in phones}
    by_email = {text: parse_email(text) for text in emails}

    plain = [text for text, found in by_phone.items() if isinstance(found, PhoneValue) and not found.second]
    assert {text: by_phone[text] for text in plain} == {
        text: PhoneValue(str(parse_one(text, "US"))) for text in plain
    }
    assert by_email == {
        text: library_email(text.lower()) if "@" in text else EmailFailure.NO_AT_SIGN for text in emails
    }
    assert len(plain) > 500
