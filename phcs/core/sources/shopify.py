"""Shopify: customers of a shop, today's export and the older one that is also the import template.

Facts: public code that reads the exports. Ids, phones and postal codes may begin with an apostrophe;
yes and no are words; tags stand in one cell, apart by commas; shops add columns such as
`Pet (customer.metafields.custom.pet)`.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known Shopify column that PHCS does not need; kept with the row"

_CUSTOMERS = {
    "owner.external_id": "Customer ID",
    "owner.given_name": "First Name",
    "owner.family_name": "Last Name",
    "owner.email": "Email",
    "owner.phone": "Phone",
    "owner.phone2": "Default Address Phone",
    "owner.address": "Default Address Address1|Address1",
    "owner.city": "Default Address City|City",
    "owner.region": "Default Address Province Code|Province",
    "owner.postal_code": "Default Address Zip|Zip",
    "owner.country": "Default Address Country Code|Country",
    "owner.tags": "Tags",
    "owner.notes": "Note",
    "owner.custom.organisation": "Default Address Company|Company",
    "owner.custom.address_2": "Default Address Address2|Address2",
}
_PASSED_OVER = {
    _NOT_NEEDED: "Accepts Email Marketing|Accepts Marketing|Accepts SMS Marketing|Total Spent|Total Orders"
    "|Tax Exempt|Province Code|Country Code|Default Address Province|Default Address Country",
}

SHOPIFY = Source(
    key="shopify",
    label="Shopify",
    exports=(
        Export(
            name="customers",
            kind=RecordKind.OWNER,
            headings=headings(_CUSTOMERS),
            signatures=heading_sets(
                "Email|Accepts Email Marketing",
                "Email|Accepts Marketing|Total Spent",
                "First Name|Total Spent|Total Orders",
                "Customer ID|Default Address Address1",
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
)
