"""HubSpot: contacts of a customer program, as the chosen view shows them or under the property names.

Facts: public code that reads the exports. Headings follow the chosen view and may be translated; several
values stand apart by `;`; `Create Date` reads `YYYY-MM-DD HH:mm`. Which columns a file has differs.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known HubSpot column that PHCS does not need; kept with the row"

_CONTACTS = {
    "owner.external_id": "Record ID|hs_object_id|Contact ID|Record ID - Contact",
    "owner.given_name": "First Name|firstname",
    "owner.family_name": "Last Name|lastname",
    "owner.email": "Email|email",
    "owner.phone": "Phone Number|phone",
    "owner.phone2": "Mobile Phone Number|mobilephone",
    "owner.address": "Street Address|address",
    "owner.city": "City",
    "owner.region": "State/Region|state",
    "owner.postal_code": "Postal Code|zip",
    "owner.country": "Country/Region|country",
    "owner.birth_date": "Date of birth|date_of_birth",
    "owner.notes": "Message|Notes",
    "owner.custom.lead_status": "Lead Status|hs_lead_status",
    "owner.custom.lifecycle_stage": "Lifecycle Stage|lifecyclestage",
    "owner.custom.organisation": "Company Name|company|Associated Company",
}
_PASSED_OVER = {
    _NOT_NEEDED: "Contact owner|hubspot_owner_id|Create Date|createdate|Last Modified Date|lastmodifieddate"
    "|Last Activity Date|notes_last_updated|Associated Company IDs|Associated Deal|Associated Deal IDs"
    "|Original Source|Original Traffic Source|hs_analytics_source|Became a Lead Date|Became a Customer Date"
    "|Marketing contact status|Unsubscribed from all email|Email Domain|Job Title|jobtitle|Website URL"
    "|Number of Form Submissions|Time Zone|HubSpot Team|Recent Conversion|Persona|Favorite Content Topics"
    "|Preferred channels|Content membership notes",
}

HUBSPOT = Source(
    key="hubspot",
    label="HubSpot",
    exports=(
        Export(
            name="contacts",
            kind=RecordKind.OWNER,
            headings=headings(_CONTACTS),
            signatures=heading_sets(
                "hs_object_id",
                "Record ID|Lead Status",
                "Record ID|Contact owner",
                "Record ID|Lifecycle Stage",
                "Record ID|Associated Company",
                "Record ID|First Name|Create Date",
                "Record ID|Marketing contact status",
                "Record ID - Contact",
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
)
