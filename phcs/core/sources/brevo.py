"""Brevo and its like: contacts of a newsletter, apart by semicolons, the phone in a column called `SMS`.

Facts: public code that reads the exports. Attribute names follow the account's language.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known Brevo column that PHCS does not need; kept with the row"

_CONTACTS = {
    "owner.external_id": "CONTACT ID|EXT_ID",
    "owner.email": "EMAIL",
    "owner.given_name": "FIRSTNAME|NOMBRE|PRENOM",
    "owner.family_name": "LASTNAME|APELLIDOS|NOM",
    "owner.phone": "SMS",
    "owner.phone2": "WHATSAPP|LANDLINE_NUMBER",
}
_PASSED_OVER = {
    _NOT_NEEDED: "OPT_IN|DOUBLE_OPT-IN|BLOCKLISTED|BLACKLIST|ADDED_TIME|MODIFIED_TIME|LAST_CHANGED"
    "|EMAIL_BLACKLISTED|SMS_BLACKLISTED|CONTACT_TIMEZONE|JOB_TITLE|LINKEDIN|STORED_ID|LISTID|LISTS",
}

BREVO = Source(
    key="brevo",
    label="Brevo",
    exports=(
        Export(
            name="contacts",
            kind=RecordKind.OWNER,
            headings=headings(_CONTACTS),
            signatures=heading_sets(
                "EMAIL|LASTNAME|SMS",
                "EMAIL|FIRSTNAME|SMS",
                "EMAIL|APELLIDOS|SMS",
                "EMAIL|PRENOM|SMS",
                "CONTACT ID|EMAIL|SMS",
                "EMAIL|DOUBLE_OPT-IN",
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
)
