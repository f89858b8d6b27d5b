"""Google Contacts: an address book; today's headings and the older ones.

Facts: public code that reads and writes both heading sets. How many `n - …` columns there are depends on the
fullest contact. Several values in one cell stand apart by ` ::: `; a label that is marked begins with `* `.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NUMBERS = range(1, 6)
_LABEL = "says which kind of number, address or page the next column holds; kept with the row"
_NOT_NEEDED = "known Google Contacts column that PHCS does not need; kept with the row"

_SHARED = {
    "owner.phone": "Phone 1 - Value",
    "owner.phone2": "Phone 2 - Value",
    "owner.email": "E-mail 1 - Value",
    "owner.address": "Address 1 - Street",
    "owner.city": "Address 1 - City",
    "owner.region": "Address 1 - Region",
    "owner.postal_code": "Address 1 - Postal Code",
    "owner.country": "Address 1 - Country",
    "owner.birth_date": "Birthday",
    "owner.notes": "Notes",
    "owner.custom.name_suffix": "Name Suffix",
    "owner.custom.organisation": "Organization Name|Organization 1 - Name",
    **{f"owner.custom.phone_{n}": f"Phone {n} - Value" for n in _NUMBERS if n > 2},
    **{f"owner.custom.email_{n}": f"E-mail {n} - Value" for n in _NUMBERS if n > 1},
}
_TODAY = _SHARED | {
    "owner.given_name": "First Name",
    "owner.family_name": "Last Name",
    "owner.tags": "Labels",
}
_OLDER = _SHARED | {
    "owner.full_name": "Name",
    "owner.given_name": "Given Name",
    "owner.family_name": "Family Name",
    "owner.tags": "Group Membership",
}
_PASSED_OVER = {
    _LABEL: "|".join(
        f"{what} {n} - {mark}"
        for what in ("E-mail", "Phone", "Address", "Website", "Event", "Relation", "IM", "Custom Field")
        for n in _NUMBERS
        for mark in ("Label", "Type")
    ),
    _NOT_NEEDED: "Middle Name|Additional Name|Phonetic First Name|Phonetic Middle Name|Phonetic Last Name"
    "|Yomi Name|Given Name Yomi|Additional Name Yomi|Family Name Yomi|Name Prefix|Initials"
    "|Nickname|Short Name|Maiden Name|File As|Organization Title|Organization Department|Photo|Gender"
    "|Location|Language|Billing Information|Directory Server|Mileage|Occupation|Hobby|Sensitivity|Priority"
    "|Subject|"
    + "|".join(
        f"Address {n} - {part}" for n in _NUMBERS for part in ("Formatted", "PO Box", "Extended Address")
    )
    + "|"
    + "|".join(f"{what} {n} - Value" for n in _NUMBERS for what in ("Website", "Event", "Custom Field")),
}

GOOGLE_CONTACTS = Source(
    key="google_contacts",
    label="Google Contacts",
    exports=(
        Export(
            name="contacts with older headings",
            kind=RecordKind.OWNER,
            headings=headings(_OLDER),
            signatures=heading_sets(
                "Given Name|Family Name|Yomi Name",
                "Given Name|Family Name|Group Membership",
                "Given Name|Family Name|E-mail 1 - Value",
                "Given Name|Family Name|Phone 1 - Value",
                "E-mail 1 - Type|E-mail 1 - Value",
                "Phone 1 - Type|Phone 1 - Value",
            ),
        ),
        Export(
            name="contacts",
            kind=RecordKind.OWNER,
            headings=headings(_TODAY),
            signatures=heading_sets(
                "First Name|Last Name|File As",
                "First Name|Last Name|E-mail 1 - Value",
                "First Name|Last Name|Phone 1 - Value",
                "E-mail 1 - Label|E-mail 1 - Value",
                "Phone 1 - Label|Phone 1 - Value",
                "Phonetic First Name|Organization Name",
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
    value_separator=" ::: ",
)
