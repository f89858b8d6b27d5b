"""Calendars (ICS) → a table of events. Repeating events are one row with their rule; nothing is expanded.

The columns have the names that calendar programs show, and stand where an event first has one. To-dos, journals
and alarms are left out, as are file(s) inside the calendar, and a note says so.
"""

from collections.abc import Iterator
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.calendar_times import Zones, end_after, parse_time
from phcs.core.reading.cells import NumberedRow, is_storable, mended
from phcs.core.reading.choices import READER_DECIDES, ReadingChoices
from phcs.core.reading.content_lines import (
    ContentLine,
    PassedOver,
    content_lines,
    split_value,
    unescaped,
)
from phcs.core.reading.encodings import FoundEncoding, opened_text
from phcs.core.reading.entry_table import FlatRow, counted_entries, entry_rows
from phcs.core.reading.tables import ReadLimits, RowRange, TableReading

HEADINGS = {
    "SUMMARY": "Summary",
    "DTSTART": "Start",
    "DTEND": "End",
    "DURATION": "Duration",
    "DESCRIPTION": "Description",
    "LOCATION": "Location",
    "STATUS": "Status",
    "ORGANIZER": "Organizer",
    "ATTENDEE": "Attendees",
    "CATEGORIES": "Categories",
    "UID": "UID",
    "RRULE": "Recurrence",
    "RDATE": "Recurrence Dates",
    "EXDATE": "Exception Dates",
    "EXRULE": "Exception Rule",
    "RECURRENCE-ID": "Recurrence ID",
    "CREATED": "Created",
    "LAST-MODIFIED": "Last Modified",
    "DTSTAMP": "Stamp",
    "SEQUENCE": "Sequence",
    "CLASS": "Visibility",
    "TRANSP": "Show As",
    "PRIORITY": "Priority",
    "URL": "URL",
    "GEO": "Coordinates",
    "COMMENT": "Comment",
    "CONTACT": "Contact",
    "RESOURCES": "Resources",
    "RELATED-TO": "Related To",
    "ATTACH": "Attachments",
}
"""The heading of each property of an event; any other property keeps its own name."""

TIME_ZONE = "Time Zone"

_TIMES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "CREATED", "LAST-MODIFIED", "DTSTAMP"})
_TIME_LISTS = frozenset({"RDATE", "EXDATE"})
_PEOPLE = frozenset({"ORGANIZER", "ATTENDEE"})
_LISTS = frozenset({"CATEGORIES", "RESOURCES"})
_RULES = frozenset({"RRULE", "EXRULE", "GEO", "URL", "DURATION"})
_OTHER_ENTRIES = {
    "VTODO": "to-do(s)",
    "VJOURNAL": "journal entry(ies)",
    "VFREEBUSY": "list(s) of free and busy times",
}
_JOINT = "; "


def inspect_calendar(
    stream: BinaryIO,
    *,
    name: str,
    found: FoundEncoding,
    limits: ReadLimits,
    choices: ReadingChoices = READER_DECIDES,
) -> TableReading:
    """Count every event once; raises UnreadableFileError."""
    passed, zones = PassedOver(), Zones()
    events = _events(stream, found, limits.nesting, passed, zones)
    counted = counted_entries(events, found=found, limits=limits)
    repeating = sum(column.filled for column in counted.columns if column.heading == HEADINGS["RRULE"])
    return counted.as_reading(
        name=name,
        file_format="calendar",
        found=found,
        choices=choices,
        notes=(*_repeating_notes(repeating), *(mended(note) for note in zones.notes()), *passed.notes()),
    )


def event_rows(
    stream: BinaryIO, reading: TableReading, limits: ReadLimits, of: RowRange
) -> Iterator[NumberedRow]:
    """The events of a calendar that was inspected before."""
    found = FoundEncoding(reading.encoding, reading.bad_bytes)
    events = _events(stream, found, limits.nesting, PassedOver(), Zones())
    return entry_rows(events, reading.columns, of)


def _repeating_notes(count: int) -> Iterator[str]:
    if count:
        what = "1 event repeats. It is one row" if count == 1 else f"{count:,} events repeat. Each is one row"
        yield (
            f"{what} with its first date; the rule stands in the column "
            f"“{HEADINGS['RRULE']}” and is not expanded."
        )


def _events(
    stream: BinaryIO, found: FoundEncoding, nesting: int, passed: PassedOver, zones: Zones
) -> Iterator[FlatRow]:
    """Every event as cells; raises UnreadableFileError (`file.bad_nesting`, `file.too_deep`)."""
    with opened_text(stream, found.name) as text:
        for _, component, lines in components(content_lines(text, passed), nesting=nesting, passed=passed):
            if component == "VTIMEZONE":
                named = {line.name: line.value for line in lines}
                zones.learn(named.get("TZID", ""), named.get("X-LIC-LOCATION", ""))
            elif component == "VEVENT":
                yield storable(_Event(zones, passed).cells(lines))
            elif component in _OTHER_ENTRIES:
                passed.what[_OTHER_ENTRIES[component]] += 1


def components(
    lines: Iterator[ContentLine], *, nesting: int, passed: PassedOver
) -> Iterator[tuple[int, str, list[ContentLine]]]:
    """Every component, at its end, with its depth from 1 and its own lines; those inside it come before it.

    Raises UnreadableFileError (`file.bad_nesting`, `file.too_deep`).
    """
    stack: list[tuple[str, list[ContentLine], int]] = []
    for line in lines:
        if line.name == "BEGIN":
            stack.append((line.value.strip().upper(), [], line.line_no))
            if len(stack) > nesting:
                raise refusals.nested_too_deep(nesting, line.line_no)
        elif line.name == "END":
            if not stack or stack[-1][0] != line.value.strip().upper():
                raise refusals.bad_nesting(
                    f"Line {line.line_no:,} ends “{line.value[:50]}”, which does not end there"
                )
            component, its_lines, _ = stack.pop()
            yield len(stack) + 1, component, its_lines
        elif stack:
            stack[-1][1].append(line)
        else:
            passed.odd(line.line_no)
    if stack:
        component, _, began = stack[-1]
        raise refusals.bad_nesting(
            f"The file breaks off: “{component[:50]}”, which begins in line {began:,}, does not end"
        )


def storable(cells: dict[str, str]) -> FlatRow:
    """The cells as they can be stored, and whether that changed them."""
    if is_storable("".join(cells)) and is_storable("".join(cells.values())):
        return cells, False
    return {mended(heading): mended(text) for heading, text in cells.items()}, True


class _Event:
    """One event's lines, turned into cells."""

    def __init__(self, zones: Zones, passed: PassedOver) -> None:
        self._zones = zones
        self._passed = passed

    def cells(self, lines: list[ContentLine]) -> dict[str, str]:
        """Its cells by heading: the well-known ones in their order, then the others."""
        texts: dict[str, list[str]] = {}
        for line in lines:
            if self._is_left_out(line):
                continue
            text = self._text(line)
            if text:
                texts.setdefault(line.name, []).append(text)
        if "DTEND" not in texts:
            texts["DTEND"] = self._computed_end(lines)
        cells = {
            heading: _JOINT.join(texts.pop(name)) for name, heading in HEADINGS.items() if texts.get(name)
        }
        zone = next((line.parameter("TZID") for line in lines if line.name == "DTSTART"), "")
        if zone:
            cells[TIME_ZONE] = zone
        return cells | {name: _JOINT.join(values) for name, values in texts.items() if values}

    def _is_left_out(self, line: ContentLine) -> bool:
        if line.parameter("VALUE").upper() == "BINARY" or line.parameter("ENCODING").upper() == "BASE64":
            self._passed.what["file(s) inside the calendar"] += 1
            return True
        if line.name == "X-ALT-DESC":
            self._passed.what["description(s) written once more as a web page"] += 1
            return True
        return False

    def _computed_end(self, lines: list[ContentLine]) -> list[str]:
        """The end of an event that says only how long it takes."""
        starts = [line for line in lines if line.name == "DTSTART"]
        durations = [line.value for line in lines if line.name == "DURATION"]
        if not starts or not durations:
            return []
        start = parse_time(starts[0].value, zone=starts[0].parameter("TZID"), zones=self._zones)
        end = end_after(start, durations[0]) if start else None
        return [end.isoformat()] if end else []

    def _text(self, line: ContentLine) -> str:
        if line.name in _TIMES:
            return self._time(line.value, line)
        if line.name in _TIME_LISTS:
            return _JOINT.join(self._time(each, line) for each in line.value.split(","))
        if line.name in _PEOPLE:
            return _person(line)
        if line.name in _LISTS:
            return _JOINT.join(unescaped(each).strip() for each in split_value(line.value, ","))
        return line.value.strip() if line.name in _RULES else unescaped(line.value).strip()

    def _time(self, text: str, line: ContentLine) -> str:
        """The time as ISO 8601; a text that is none stays as it is, for the check of the row to tell."""
        moment = parse_time(text, zone=line.parameter("TZID"), zones=self._zones)
        return moment.isoformat() if moment else text.strip()


def _person(line: ContentLine) -> str:
    """`Name <address>`, or what there is of the two."""
    name, address = line.parameter("CN").strip(), line.value.strip()
    if address.lower().startswith("mailto:"):
        address = address[len("mailto:") :]
    if not name or name == address:
        return address
    return f"{name} <{address}>" if address else name
