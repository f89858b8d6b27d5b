"""What holds for any calendar, any card, any archive, and whatever is chosen: all is read, or refused."""

import io
import zipfile
from collections.abc import Callable

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadingChoices, ReadLimits, SourceRow, TableReading, inspect_table, read_rows
from phcs.core.reading.cells import is_storable
from phcs.core.reading.choices import DELIMITERS, ENCODINGS
from phcs.core.reading.content_lines import split_value, unescaped

LIMITS = ReadLimits()
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

VALUES = st.text(alphabet=st.sampled_from('ab1ñ ,;:\\"=\n\t^T-Z%\ud800\udc81'), max_size=30)
NAMES = st.sampled_from(
    [
        *(
            "SUMMARY",
            "DTSTART",
            "DTEND",
            "DURATION",
            "RRULE",
            "EXDATE",
            "ATTENDEE",
            "CATEGORIES",
            "X-A",
            "TZID",
        ),
        *("FN", "N", "TEL", "ADR", "EMAIL", "ORG", "NOTE", "BDAY", "PHOTO", "item1.TEL", "item1.X-ABLABEL"),
        *("VERSION", "BEGIN", "END", "AGENT", "X-LIC-LOCATION", ""),
    ]
)
PARAMETERS = st.sampled_from(
    [
        *("", "", ";TYPE=home,cell", ';CN="a:b;c"', ";TZID=Europe/Berlin", ";TZID=America", ";VALUE=DATE"),
        *(";ENCODING=QUOTED-PRINTABLE", ";QUOTED-PRINTABLE;CHARSET=ISO-8859-1", ";ENCODING=BASE64"),
        *(";CHARSET=UTF-16", ";CHARSET=hex", ";PREF=1", ';A="', ";;="),
    ]
)
KNOWN_VALUES = st.sampled_from(
    [
        *(
            "VEVENT",
            "VALARM",
            "VTIMEZONE",
            "VCARD",
            "VCALENDAR",
            "20240102T030405Z",
            "00010101",
            "99991231T235959",
        ),
        *("PT1H", "P99999W", "2.1", "4.0", "=C3=", "=ZZ", "a;b;c;d;e;f;g;h", "\\", "tel:1"),
    ]
)
LINES = st.lists(st.tuples(NAMES, PARAMETERS, KNOWN_VALUES | VALUES), max_size=12)


Found = tuple[TableReading, list[SourceRow]]


def accounted(data: bytes, choices: ReadingChoices, name: str) -> Found | UnreadableFileError:
    """The reading and its rows, all of them as they must be, or the refusal with its sentence."""
    stream = io.BytesIO(data)
    try:
        reading = inspect_table(stream, name=name, limits=LIMITS, split_rows=3, choices=choices)
        rows = list(read_rows(stream, TableReading.from_json(reading.as_json()), limits=LIMITS))
    except UnreadableFileError as refusal:
        return refusal
    assert len(rows) == reading.rows
    assert all(len(row.cells) == len(reading.columns) for row in rows)
    assert is_storable("".join(cell for row in rows for cell in row.cells))
    assert orjson.loads(orjson.dumps(reading.as_json())) == reading.as_json()
    return reading, rows


def agree(first: Found | UnreadableFileError, second: Found | UnreadableFileError) -> bool:
    """Whether both are the same reading, or the same refusal with a sentence that can be sent."""
    if isinstance(first, UnreadableFileError) and isinstance(second, UnreadableFileError):
        is_told = (
            first.reason.startswith("file.") and first.sentence.endswith(".") and is_storable(first.sentence)
        )
        return is_told and (first.reason, first.sentence) == (second.reason, second.sentence)
    return first == second


def written(lines: list[tuple[str, str, str]], outer: list[str]) -> bytes:
    inner = "".join(f"{name}{parameters}:{value}\n" for name, parameters, value in lines)
    begins = "".join(f"BEGIN:{name}\n" for name in outer)
    ends = "".join(f"END:{name}\n" for name in reversed(outer))
    return (begins + inner + ends).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("outer", [["VCALENDAR", "VEVENT"], ["VCARD"]], ids=["calendar", "card"])
@settings(QUICK, max_examples=400)
@given(lines=LINES)
def test_any_content_lines_are_read_the_same_each_time_or_refused(
    lines: list[tuple[str, str, str]], outer: list[str]
) -> None:
    data = written(lines, outer)

    first, second = (accounted(data, ReadingChoices(), "export.ics") for _ in range(2))

    assert agree(first, second)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_every_event_and_every_card_is_a_row(count: int) -> None:
    events = [
        written([("BEGIN", "", "VALARM"), ("END", "", "VALARM"), ("SUMMARY", "", "x")], ["VEVENT"])
    ] * count
    cards = [written([("X-NO", "", "1"), ("FN", "", "x")], ["VCARD"])] * count

    for data in (b"BEGIN:VCALENDAR\n" + b"".join(events) + b"END:VCALENDAR\n", b"".join(cards)):
        found = accounted(data, ReadingChoices(), "export")
        assert not isinstance(found, UnreadableFileError)
        assert [row.row_no for row in found[1]] == list(range(1, count + 1))


CHOICES = st.builds(
    ReadingChoices,
    encoding=st.sampled_from(["", *(name for name, _ in ENCODINGS)]),
    delimiter=st.sampled_from(["", *(mark for mark, _ in DELIMITERS)]),
    header_row=st.none() | st.integers(-1, 5),
    part=st.sampled_from(["", "a.csv", "b.json", "S"]),
)
TEXTS = st.text(alphabet='ab1 ,;"\n\r\t|\0{}[]:\\u\ufeffñ', max_size=120)
BYTES = st.binary(max_size=120) | TEXTS.map(str.encode) | TEXTS.map(lambda text: text.encode("utf-16"))


@settings(QUICK, max_examples=400)
@given(data=BYTES, choices=CHOICES)
def test_whatever_is_chosen_any_bytes_are_read_the_same_each_time_or_refused(
    data: bytes, choices: ReadingChoices
) -> None:
    first, second = (accounted(data, choices, "export.csv") for _ in range(2))

    assert agree(first, second)


def packed(members: list[tuple[str, bytes]]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(zipfile.ZipInfo(name), data)
    return archive.getvalue()


MEMBER_NAMES = st.sampled_from(
    ["a.csv", "b.json", "c.ics", "d/e.vcf", "ñ.csv", "x.zip", "__MACOSX/x", ".DS_Store"]
)
MEMBERS = st.lists(st.tuples(MEMBER_NAMES, BYTES), max_size=4, unique_by=lambda member: member[0])


@settings(QUICK, max_examples=200)
@given(
    members=MEMBERS, choices=CHOICES, damage=st.none() | st.tuples(st.integers(0, 400), st.integers(0, 255))
)
def test_any_archive_is_read_the_same_each_time_or_refused(
    members: list[tuple[str, bytes]], choices: ReadingChoices, damage: tuple[int, int] | None
) -> None:
    data = bytearray(packed(members))
    if damage:
        data[damage[0] % len(data)] = damage[1]

    first, second = (accounted(bytes(data), choices, "export.zip") for _ in range(2))

    assert agree(first, second)


@pytest.mark.parametrize(
    "parts_of", [lambda text: split_value(text, ";"), lambda text: split_value(text, ",")]
)
@QUICK
@given(text=VALUES)
def test_components_lose_nothing(text: str, parts_of: Callable[[str], list[str]]) -> None:
    separator = ";" if len(parts_of(";")) == 2 else ","

    assert separator.join(parts_of(text)) == text
    assert unescaped(text.replace("\\", "\\\\")) == text
