"""Contact records: what programs send record by record, in the field names of customer systems or in our own.

Facts: the field names that the interface for records promises; `owner.custom.<key>` holds the caller's own fields.
"""

from phcs.core.mapping.targets import TARGETS
from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings
from phcs.core.values.texts import fold_heading

_CONTACTS = headings(
    {
        "owner.external_id": "id|contact_id|external_id",
        "owner.given_name": "first_name",
        "owner.family_name": "last_name",
        "owner.email": "email",
        "owner.phone": "phone",
        "owner.phone2": "phone_2",
        "owner.address": "address_line_1",
        "owner.custom.address_line_2": "address_line_2",
        "owner.city": "city",
        "owner.region": "state",
        "owner.postal_code": "postal_code",
        "owner.country": "country",
        "owner.tags": "tags",
        "owner.notes": "notes",
        "owner.custom.organisation": "company",
        "owner.custom.title": "title",
        "owner.custom.status": "status",
    }
)
_OWN = {fold_heading(target): target for target, _ in TARGETS}

CONTACT_RECORDS = Source(
    key="contacts",
    label="Contact records",
    exports=(
        Export(
            name="cases",
            kind=RecordKind.CASE,
            headings=_OWN | _CONTACTS,
        ),
        Export(
            name="contacts",
            kind=RecordKind.OWNER,
            headings={name: target for name, target in _OWN.items() if not target.startswith("case.")}
            | _CONTACTS,
            signatures=heading_sets(
                "first_name|last_name|phone_2",
                "first_name|last_name|address_line_1|postal_code",
            ),
        ),
    ),
    headings_are_targets=True,
)
