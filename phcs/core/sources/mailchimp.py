"""Mailchimp: the readers of a newsletter; one file for each of subscribed, unsubscribed and cleaned.

Facts: public code that reads the exports. Headings may repeat in files of unsubscribed readers; `TAGS` holds
quoted tags; an account adds merge fields of its own, of which a phone is the usual one. The address of the
sign-up (`OPTIN_IP`, latitude, region) comes from the internet connection and is not the person's.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known Mailchimp column that PHCS does not need; kept with the row"
_FROM_IP = "comes from the reader's internet address, not from the person; never used as an address"

_READERS = {
    "owner.email": "Email Address",
    "owner.given_name": "First Name",
    "owner.family_name": "Last Name",
    "owner.phone": "Phone Number|Phone|SMS Phone Number",
    "owner.address": "Address",
    "owner.birth_date": "Birthday",
    "owner.external_id": "EUID",
    "owner.tags": "TAGS",
    "owner.notes": "NOTES",
}
_PASSED_OVER = {
    _FROM_IP: "LATITUDE|LONGITUDE|GMTOFF|DSTOFF|TIMEZONE|CC|REGION|OPTIN_IP|CONFIRM_IP",
    _NOT_NEEDED: "MEMBER_RATING|OPTIN_TIME|CONFIRM_TIME|LAST_CHANGED|LEID|UNSUB_TIME|UNSUB_CAMPAIGN_TITLE"
    "|UNSUB_CAMPAIGN_ID|UNSUB_REASON|UNSUB_REASON_OTHER|CLEAN_TIME|CLEAN_CAMPAIGN_TITLE|CLEAN_CAMPAIGN_ID",
}

MAILCHIMP = Source(
    key="mailchimp",
    label="Mailchimp",
    exports=(
        Export(
            name="audience",
            kind=RecordKind.OWNER,
            headings=headings(_READERS),
            signatures=heading_sets(
                "Email Address|MEMBER_RATING",
                "Email Address|LEID",
                "Email Address|EUID",
                "Email Address|OPTIN_TIME",
                "Email Address|UNSUB_TIME",
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
)
