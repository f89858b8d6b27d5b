"""Shelterluv: workbooks, one for each entity; persons can be imported, animals and events cannot yet.

Facts: public code that reads the exports. Persons have a whole name and no usable id; header rows and rows
repeat inside the data; optional columns come and go.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings, not_yet

_PERSONS = {
    "owner.full_name": "Name",
    "owner.email": "Primary Email",
    "owner.phone": "Primary Phone",
    "owner.phone2": "Secondary Phone",
    "owner.address": "Street Address 1",
    "owner.city": "City",
    "owner.region": "State",
    "owner.postal_code": "Zip Code",
    "owner.tags": "Attributes",
    "owner.notes": "Comments|Comments1|Comments2|Comments3",
    "owner.custom.address_2": "Street Address 2",
}
_PERSONS_INSTEAD = "Export Entities → Persons, and upload that file."

SHELTERLUV = Source(
    key="shelterluv",
    label="Shelterluv",
    exports=(
        Export(
            name="persons",
            kind=RecordKind.OWNER,
            headings=headings(_PERSONS),
            signatures=heading_sets(
                "Name|Primary Email", "Name|Primary Phone|Street Address 1", "Primary Email|Primary Phone"
            ),
        ),
        Export(
            name="events",
            kind=RecordKind.CASE,
            headings={},
            signatures=heading_sets(
                "Animal ID|Intake Type|Intake From Name",
                "Animal ID|Outcome Type|Outcome To Person Name",
                "Animal ID|Outcome Type|Outcome By",
                "Animal ID|Intake Date|Intake Subtype|Age (Months)",
            ),
            not_yet=not_yet("Shelterluv", "animals' intakes and outcomes", instead=_PERSONS_INSTEAD),
        ),
        Export(
            name="animals",
            kind=RecordKind.PET,
            headings={},
            signatures=heading_sets(
                "Animal ID|Altered in Care",
                "Animal ID|Age (Y/M/D)",
                "Animal ID|Kennel Card / Web Site Memo",
                "Animal ID|Primary Breed|Created Date",
            ),
            not_yet=not_yet("Shelterluv", "animals without owners", instead=_PERSONS_INSTEAD),
        ),
    ),
)
