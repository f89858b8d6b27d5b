"""Contact cards (vCard 2.1, 3 and 4): people of an address book, one card each.

Facts: RFC 6350 and its forerunners for the properties; reading gives them headings like those of an address
book. `Address` is the whole address; its parts stand beside it.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, headings

_NOT_NEEDED = "known contact card property that PHCS does not need; kept with the row"
_NUMBERS = range(2, 6)
_NUMBERED = ("Phone", "E-mail", "Address", "Website")

_CARDS = {
    "owner.full_name": "Name",
    "owner.given_name": "Given Name",
    "owner.family_name": "Family Name",
    "owner.phone": "Phone",
    "owner.phone2": "Phone 2",
    "owner.email": "E-mail",
    "owner.address": "Street",
    "owner.city": "City",
    "owner.region": "Region",
    "owner.postal_code": "Postal Code",
    "owner.country": "Country",
    "owner.birth_date": "Birthday",
    "owner.tags": "Categories",
    "owner.notes": "Notes",
    "owner.external_id": "UID",
    "owner.custom.name_suffix": "Name Suffix",
    "owner.custom.organisation": "Organization",
    **{f"owner.custom.phone_{n}": f"Phone {n}" for n in _NUMBERS if n > 2},
    **{f"owner.custom.email_{n}": f"E-mail {n}" for n in _NUMBERS},
}
_PASSED_OVER = {
    _NOT_NEEDED: "Additional Name|Name Prefix|Nickname|Department|Title|Role|Kind|Gender|Language"
    "|Address|Photo|Revision|Time Zone|Coordinates|X-ABADR|X-ABUID|X-ABSHOWAS|X-ABLABEL|"
    + "|".join(f"{what} Type" for what in _NUMBERED)
    + "|"
    + "|".join(f"{what} {n} Type" for what in _NUMBERED for n in _NUMBERS)
    + "|"
    + "|".join(f"Address {n}" for n in _NUMBERS),
}

CONTACT_CARDS = Source(
    key="vcard",
    label="Contact cards",
    exports=(Export(name="people", kind=RecordKind.OWNER, headings=headings(_CARDS)),),
    passed_over=headings(_PASSED_OVER),
    formats=frozenset({"cards"}),
)
