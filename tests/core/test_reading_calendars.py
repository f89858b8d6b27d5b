"""Calendars (ICS): one row for each event, times with their offset, nothing expanded."""

import io

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits, TableReading, inspect_table, read_rows

LIMITS = ReadLimits()

ZONES = """BEGIN:VTIMEZONE
TZID:Clinic
X-LIC-LOCATION:America/Bogota
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:-0500
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
"""


def calendar(*events: str, head: str = "") -> bytes:
    written = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-CALNAME:Clinic\n{head}{written}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(data: bytes) -> tuple[TableReading, list[dict[str, str]]]:
    """The reading, and each row's filled cells by heading."""
    stream = io.BytesIO(data)
    reading = inspect_table(stream, name="clinic.ics", limits=LIMITS)
    headings = [column.heading for column in reading.columns]
    rows = [
        {heading: cell for heading, cell in zip(headings, row.cells, strict=True) if cell}
        for row in read_rows(stream, TableReading.from_json(reading.as_json()), limits=LIMITS)
    ]
    assert len(rows) == reading.rows
    return reading, rows


def event(text: str, head: str = "") -> dict[str, str]:
    return read(calendar(text, head=head))[1][0]


def test_an_event_has_the_columns_that_people_know() -> None:
    reading, rows = read(
        calendar(
            "UID:1@x\nDTSTART:20240102T030405Z\nDTEND:20240102T040000Z\nSUMMARY:Spay\\, neuter\n"
            "DESCRIPTION:Bring\\nthe card\nLOCATION:Room 1\\; back\nSTATUS:CONFIRMED\nCATEGORIES:a,b\\,c\n"
            'ORGANIZER;CN="Doe, Jane":mailto:j@x.org\nATTENDEE;CN=Ana:MAILTO:a@x.org\n'
            "ATTENDEE:mailto:b@x.org\nX-ROOM:7",
            "SUMMARY:Second",
        )
    )

    assert (reading.format, reading.rows, reading.notes) == ("calendar", 2, ())
    assert rows == [
        {
            "Summary": "Spay, neuter",
            "Start": "2024-01-02T03:04:05+00:00",
            "End": "2024-01-02T04:00:00+00:00",
            "Description": "Bring\nthe card",
            "Location": "Room 1; back",
            "Status": "CONFIRMED",
            "Organizer": "Doe, Jane <j@x.org>",
            "Attendees": "Ana <a@x.org>; b@x.org",
            "Categories": "a; b,c",
            "UID": "1@x",
            "X-ROOM": "7",
        },
        {"Summary": "Second"},
    ]


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("DTSTART;VALUE=DATE:20240105", "2024-01-05"),
        ("DTSTART:20240105T101500", "2024-01-05T10:15:00"),
        ("DTSTART;TZID=America/New_York:20240705T101500", "2024-07-05T10:15:00-04:00"),
        ("DTSTART;TZID=Clinic:20240705T101500", "2024-07-05T10:15:00-05:00"),
        ("DTSTART;TZID=SA Pacific Standard Time:20240705T101500", "2024-07-05T10:15:00-05:00"),
        ("DTSTART;TZID=/maker.example/2020/Europe/Berlin:20240105T101500", "2024-01-05T10:15:00+01:00"),
        ("DTSTART;TZID=Moon/Base:20240105T101500", "2024-01-05T10:15:00"),
        ("DTSTART;TZID=../../etc/passwd:20240105T101500", "2024-01-05T10:15:00"),
        ("DTSTART;TZID=America:20240105T101500", "2024-01-05T10:15:00"),
        ("DTSTART:20241305T101500", "20241305T101500"),
        ("DTSTART:next week", "next week"),
    ],
)
def test_times_have_an_offset_where_the_zone_is_known_and_are_never_guessed(line: str, start: str) -> None:
    assert event(line, head=ZONES)["Start"] == start


def test_a_zone_that_nobody_knows_is_told() -> None:
    reading, _ = read(calendar("DTSTART;TZID=Moon/Base:20240105T101500", head=ZONES))

    assert reading.notes == ("Not known as time zones: “Moon/Base”. Their times are read as local times.",)


@pytest.mark.parametrize(
    ("duration", "end"),
    [
        ("PT1H30M", "2024-01-05T11:30:00-05:00"),
        ("P1D", "2024-01-06T10:00:00-05:00"),
        ("P1W", "2024-01-12T10:00:00-05:00"),
        ("-PT30M", "2024-01-05T09:30:00-05:00"),
        ("an hour", ""),
        ("P1Y", ""),
    ],
)
def test_the_end_is_computed_where_only_the_duration_is_told(duration: str, end: str) -> None:
    told = event(f"DTSTART;TZID=America/Bogota:20240105T100000\nDURATION:{duration}")

    assert (told.get("End", ""), told["Duration"]) == (end, duration)


def test_a_repeating_event_is_one_row_with_its_rule() -> None:
    reading, rows = read(
        calendar(
            "SUMMARY:Clinic\nDTSTART:20240105T100000\nRRULE:FREQ=SECONDLY;INTERVAL=0\n"
            "EXDATE:20240106T100000,20240107T100000"
        )
    )

    assert rows[0]["Recurrence"] == "FREQ=SECONDLY;INTERVAL=0"
    assert rows[0]["Exception Dates"] == "2024-01-06T10:00:00; 2024-01-07T10:00:00"
    assert reading.notes[0].startswith("1 event repeats. It is one row with its first date")


def test_lines_are_unfolded_however_they_were_folded() -> None:
    assert event("SUMMARY:Spay \n and\n\t neuter")["Summary"] == "Spay and neuter"


def test_alarms_and_to_dos_are_no_events_and_files_are_left_out_with_a_note() -> None:
    reading, rows = read(
        calendar(
            "SUMMARY:Visit\nBEGIN:VALARM\nDESCRIPTION:alarm\nEND:VALARM\n"
            "ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA\nnot a line at all",
            head="BEGIN:VTODO\nSUMMARY:To do\nEND:VTODO\n",
        )
    )

    assert rows == [{"Summary": "Visit"}]
    assert reading.notes == (
        "Left out: 1 to-do(s).",
        "Left out: 1 file(s) inside the calendar.",
        "Lines that could not be understood were passed over: 1, the first is line 13 of the file.",
    )


@pytest.mark.parametrize(
    ("data", "reason", "told"),
    [
        (
            calendar("SUMMARY:x")[:-15],
            "file.bad_nesting",
            "“VCALENDAR”, which begins in line 1, does not end",
        ),
        (calendar("END:VCALENDAR"), "file.bad_nesting", "Line 5 ends “VCALENDAR”"),
        (calendar("BEGIN:VALARM\n" * 40), "file.too_deep", "limit of 32 levels"),
        (calendar("SUMMARY:" + "x" * 40_000), "file.cell_too_long", "in the column “Summary”"),
        (calendar(), "file.no_rows", "no rows of data"),
    ],
)
def test_a_broken_calendar_is_refused_with_its_place(data: bytes, reason: str, told: str) -> None:
    with pytest.raises(UnreadableFileError, match=told) as refused:
        read(data)

    assert refused.value.reason == reason
