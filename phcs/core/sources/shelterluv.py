"""Shelterluv: workbooks, one for each entity and for each kind of event.

Facts: public code that reads the exports. Persons have a whole name and no usable id; header rows and rows
repeat inside the data; optional columns come and go. The list of animals names no person: whose an animal is stands
in the outcomes, by name; who brought it in the intakes.
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
_ANIMAL = {
    "pet.species": "Species",
    "pet.breed": "Primary Breed|Breed",
    "pet.sex": "Sex|Gender",
    "pet.colour": "Primary Color",
    "pet.microchip": "Microchip Number",
    "pet.weight": "Current Weight",
}
_INTAKES = {
    **_ANIMAL,
    "owner.full_name": "Intake From Name",
    "pet.name": "Name|Animal Name",
    "case.opened_at": "Intake Date",
    "case.services": "Intake Type",
    "case.notes": "Intake Subtype",
    "case.custom.animal_id": "Animal ID",
}
_OUTCOMES = {
    **_ANIMAL,
    "owner.full_name": "Outcome To Person Name|Outcome To",
    "pet.external_id": "Animal ID",
    "pet.name": "Name|Animal Name",
}
_PASSED_OVER = {
    "known Shelterluv column that PHCS does not need; kept with the row": "Age (Months)|Outcome Type|Outcome Date"
    "|Outcome Subtype|Outcome By|Transfer To|Intake By",
}
_EVENTS_INSTEAD = "Export Entities → Persons and Events → Outcome, and upload those files."

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
            name="outcomes",
            kind=RecordKind.PET,
            headings=headings(_OUTCOMES),
            signatures=heading_sets("Animal ID|Outcome Type|Outcome To Person Name"),
        ),
        Export(
            name="intakes",
            kind=RecordKind.CASE,
            headings=headings(_INTAKES),
            signatures=heading_sets("Animal ID|Intake Type|Intake From Name"),
        ),
        Export(
            name="events",
            kind=RecordKind.CASE,
            headings={},
            signatures=heading_sets(
                "Animal ID|Outcome Type|Outcome By",
                "Animal ID|Intake Date|Intake Subtype|Age (Months)",
            ),
            not_yet=not_yet("Shelterluv", "events that name no person", instead=_EVENTS_INSTEAD),
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
            not_yet=not_yet("Shelterluv", "animals without owners", instead=_EVENTS_INSTEAD),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
)
