"""WaitWhile: a queue service whose row is a visit, whose person has an id of its own.

Facts: the vendor's help pages and API reference for the headings; public code that reads real exports for
the groups of five columns whose label is a cell's value. Columns move between exports and are never
recognised by position or count. "Cancelled" and "did not come" are tags on a completed visit.
"""

import re

from phcs.core.records import RecordKind
from phcs.core.sources.plain import (
    PET_HEADINGS,
    PET_WORDS,
    VISIT_MARKS,
    VISIT_WORDS,
)
from phcs.core.sources.source import Export, Source, heading_sets, headings
from phcs.core.values.texts import fold_heading

_NOT_NEEDED = "known WaitWhile column that PHCS does not need; kept with the row"
_FROM_IP = "comes from the visitor's internet address, not from the owner; never used as an address"

_PERSON_WORDS = {
    "owner.full_name": "NAME|client_name",
    "owner.given_name": "FIRST_NAME",
    "owner.family_name": "LAST_NAME",
    "owner.phone": "PHONE|client_phone",
    "owner.email": "EMAIL|client_email",
    "row.anonymised": "isAnonymized|is anonymised|anonymized",
}

_VISIT_WORDS = {
    "case.external_id": "ID|waitwhile_id|VISIT_ID",
    "owner.external_id": "CUSTOMER_ID",
    "owner.custom.external_customer_id": "EXTERNAL_CUSTOMER_ID",
    "row.state": "STATE|VISIT_STATE",
    "row.tags": "TAGS",
    "row.staff_block": "isBlock|BLOCK",
    "case.notes": "NOTES",
    "case.scheduled_at": "DATE|BOOKING_DATE|BOOKING_TIME|SCHEDULED_TIME",
    "case.opened_at": "CREATED|CREATED_TIME|CREATED_AT|CREATED_DATE|request_date",
    "row.waiting_since": "WAITLIST_TIME|waitlisted|WAITLISTED_TIME|JOINED_TIME|CHECK_IN_TIME",
    "case.closed_at": "COMPLETED_TIME|COMPLETED|COMPLETED_AT|COMPLETE_TIME|COMPLETED_DATE",
    "case.services": "SERVICES|SERVICE|SERVICE_NAME|SERVICE_NAMES|request_type",
    "case.location": "LOCATION_SHORT_NAME|LOCATION_NAME|LOCATION",
    "case.custom.location_id": "LOCATION_ID",
    "case.custom.served_at": "SERVE_TIME|SERVED_TIME|SERVED|SERVED_AT|SERVING_TIME",
    "case.custom.resource": "RESOURCE|RESOURCES|RESOURCE_NAME|RESOURCE_NAMES",
    "case.custom.ticket": "TICKET",
    "case.custom.duration": "DURATION",
}

_CUSTOMER_WORDS = {
    "owner.external_id": "ID|CUSTOMER_ID",
    "owner.custom.external_customer_id": "EXTERNAL_ID|EXTERNAL_CUSTOMER_ID",
    "owner.tags": "TAGS",
    "owner.notes": "NOTES",
}

_FIELD_WORDS = {key: words for key, words in (PET_WORDS | VISIT_WORDS).items() if key.startswith("pet.")} | {
    "case.services": VISIT_WORDS["case.services"],
    "case.outcome": "outcome|resolution|disposition",
    "case.pet_count": VISIT_WORDS["case.pet_count"],
    "case.notes": "notes|comments|additional notes|staff notes",
}

_PASSED_OVER = {
    _FROM_IP: "remoteIp|city|region|country|locale",
    _NOT_NEEDED: "ACCOUNT_ID|PARTY_SIZE|POSITION|ORIGINAL_POSITION|LAST_WAITING_POSITION|EST_WAIT_DURATION"
    "|ORIGINAL_EST_WAIT_DURATION|NUM_VISITS|PUBLIC_ID|UPDATED|UPDATED_BY|CREATED_BY|SOURCE|SERVICE_IDS"
    "|RESOURCE_IDS|FIELDS|PENDING_EXPIRE_TIME|WAIT_TIME|WAIT_DURATION|SERVE_DURATION|LOCATION_IDS|METADATA",
}

_REPORT = (
    re.compile(r"NUM_[A-Z_]+\.[A-Z_]+"),
    "file.report_builder",
    (
        "This is a report of totals from WaitWhile's report builder; it holds no visits and no people. "
        "In WaitWhile, export Visits or Customers instead and upload that file."
    ),
)

_VISITS = headings(_VISIT_WORDS | _PERSON_WORDS)
_CUSTOMERS = headings(_CUSTOMER_WORDS | _PERSON_WORDS)
_LABELS = headings(_FIELD_WORDS)
_KNOWN_AWAY = headings(_PASSED_OVER)

_MARKS = (
    VISIT_MARKS
    | frozenset(PET_HEADINGS)
    | {"state", "date", "position", "partysize", "duration", "waitlisttime", "servetime"}
    | {"waitwhileid", "isblock"}
) - {"sex", "gender", "sexo"}

_SIGNATURES = heading_sets(
    "waitwhile_id",
    "id|state",
    "id|customer_id",
    "id|waitlist_time",
    "customer_id|state",
    "first_name|last_name|state",
    "location_id|account_id",
    "id|name|first_name|last_name",
    "id|name|external_id",
    "id|location_ids",
)
_ELSEWHERE = frozenset(
    map(fold_heading, "zip|zip code|postal code|postcode|street|address|record id".split("|"))
)
"""Headings of address lists, whose `state` is a part of the country: WaitWhile's exports have none of them."""

WAITWHILE = Source(
    key="waitwhile",
    label="WaitWhile",
    exports=(
        Export(
            name="visits",
            kind=RecordKind.CASE,
            headings=_LABELS | _VISITS,
            signatures=_SIGNATURES,
            marks=_MARKS,
            foreign=_ELSEWHERE,
        ),
        Export(
            name="customers",
            kind=RecordKind.OWNER,
            headings=_CUSTOMERS,
            signatures=_SIGNATURES,
            foreign=_ELSEWHERE,
        ),
    ),
    passed_over=_KNOWN_AWAY,
    field_labels=_LABELS,
    field_prefix="datafields",
    refused=(_REPORT,),
)
