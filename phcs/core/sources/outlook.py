"""Outlook: an address book of about ninety fixed columns.

Facts: public code that reads and writes the file. Empty dates are `0/0/00`, an unknown gender is
`Unspecified`, categories stand apart by `;`. Desktop versions of other languages write other headings.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known Outlook column that PHCS does not need; kept with the row"
_PLACES = ("Business", "Home", "Other")

_CONTACTS = {
    "owner.given_name": "First Name",
    "owner.family_name": "Last Name",
    "owner.phone": "Mobile Phone",
    "owner.phone2": "Home Phone",
    "owner.email": "E-mail Address",
    "owner.address": "Home Street",
    "owner.city": "Home City",
    "owner.region": "Home State",
    "owner.postal_code": "Home Postal Code",
    "owner.country": "Home Country|Home Country/Region",
    "owner.birth_date": "Birthday",
    "owner.tags": "Categories",
    "owner.notes": "Notes",
    "owner.custom.name_suffix": "Suffix",
    "owner.custom.organisation": "Company",
    "owner.custom.business_phone": "Business Phone",
    "owner.custom.primary_phone": "Primary Phone",
    "owner.custom.other_phone": "Other Phone",
    "owner.custom.email_2": "E-mail 2 Address",
    "owner.custom.email_3": "E-mail 3 Address",
    "owner.custom.spouse": "Spouse",
}
_PASSED_OVER = {
    _NOT_NEEDED: "Title|Middle Name|Department|Job Title|Assistant's Phone|Business Fax|Business Phone 2"
    "|Callback|Car Phone|Company Main Phone|Home Fax|Home Phone 2|ISDN|Other Fax|Pager|Radio Phone"
    "|TTY/TDD Phone|Telex|Account|Anniversary|Assistant's Name|Billing Information|Children"
    "|Directory Server|E-mail Type|E-mail Display Name|E-mail 2 Type|E-mail 2 Display Name|E-mail 3 Type"
    "|E-mail 3 Display Name|Gender|Hobby|Initials|Internet Free Busy|Keywords|Language|Location"
    "|Manager's Name|Mileage|Office Location|Organizational ID Number|PO Box|Priority|Private|Profession"
    "|Referred By|Sensitivity|User 1|User 2|User 3|User 4|Web Page|"
    + "|".join(f"{place} Street {n}" for place in _PLACES for n in (2, 3))
    + "|"
    + "|".join(f"{place} Address PO Box" for place in _PLACES)
    + "|"
    + "|".join(
        f"{place} {part}"
        for place in ("Business", "Other")
        for part in ("Street", "City", "State", "Postal Code", "Country", "Country/Region", "Address")
    )
    + "|Home Address",
}

OUTLOOK = Source(
    key="outlook",
    label="Outlook",
    exports=(
        Export(
            name="contacts",
            kind=RecordKind.OWNER,
            headings=headings(_CONTACTS),
            signatures=heading_sets(
                "First Name|E-mail Display Name",
                "E-mail Address|E-mail Type",
                "Last Name|Business Street|Home Street",
                "Last Name|E-mail Address|Business Phone",
                "Last Name|Business Phone|Home Phone|Mobile Phone",
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
    sensitive=frozenset(headings({"-": "Government ID Number"})),
    blank_values=frozenset({"0/0/00"}),
)
