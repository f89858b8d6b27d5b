"""Calendar files (ICS): every event is an appointment; whose it is stands in its title, if anywhere.

Facts: RFC 5545 for the properties. Nothing in an event is surely a person's name: a person says which column holds
it. Who chooses that a row is a visit says the service too. Recurring events are not unfolded.
"""

from phcs.core.records import CaseStatus, RecordKind
from phcs.core.sources.source import Export, Source, headings

_NOT_NEEDED = "known calendar property that PHCS does not need; kept with the row"

_APPOINTMENTS = {
    "appointment.external_id": "UID",
    "appointment.starts_at": "Start",
    "row.ends_at": "End",
    "appointment.duration_minutes": "Duration",
    "appointment.status": "Status",
    "appointment.reason": "Summary|Categories",
    "appointment.location": "Location",
    "appointment.notes": "Description|Comment|Attendees|Recurrence",
}
_EVENTS = {
    "case.external_id": "UID",
    "case.scheduled_at": "Start",
    "case.opened_at": "Created",
    "case.status": "Status",
    "case.notes": "Summary|Description|Comment",
    "case.location": "Location",
    "case.tags": "Categories",
    "case.custom.ends_at": "End",
    "case.custom.duration": "Duration",
    "case.custom.attendees": "Attendees",
    "case.custom.recurrence": "Recurrence",
}
_PASSED_OVER = {
    _NOT_NEEDED: "Organizer|Recurrence Dates|Exception Dates|Exception Rule|Recurrence ID|Last Modified|Stamp"
    "|Sequence|Visibility|Show As|Priority|URL|Coordinates|Resources|Related To|Attachments|Time Zone"
    "|X-MICROSOFT-CDO-BUSYSTATUS",
}

CALENDAR = Source(
    key="calendar",
    label="Calendar",
    exports=(
        Export(
            name="appointments",
            kind=RecordKind.APPOINTMENT,
            headings=headings(_APPOINTMENTS),
            labelled=frozenset(headings({"-": "Attendees|Recurrence"})),
        ),
        Export(name="events", kind=RecordKind.CASE, headings=headings(_EVENTS)),
    ),
    passed_over=headings(_PASSED_OVER),
    formats=frozenset({"calendar"}),
    status_words={"tentative": CaseStatus.NEW.value},
)
