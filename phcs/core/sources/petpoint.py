"""PetPoint: reports of a shelter, of at most two years each, so that header and blank rows repeat.

Facts: public code that reads the reports. An intake row holds the animal, the person who brought it (a whole
name) and what became of it. Leftovers of the report program (`textbox20`) stand among the headings.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings, not_yet

_NOT_NEEDED = "known PetPoint column that PHCS does not need; kept with the row"

_INTAKES = {
    "owner.full_name": "Admitter",
    "owner.phone": "Admitter's Cell Phone",
    "owner.phone2": "Admitter's Home Phone",
    "owner.email": "Admitter's Email",
    "owner.address": "Street Address",
    "owner.city": "City",
    "owner.region": "Province|State",
    "owner.postal_code": "Postal Code|Zip Code",
    "pet.name": "Animal Name",
    "pet.species": "Species",
    "pet.breed": "Primary Breed",
    "pet.sex": "Gender",
    "pet.sterilised": "Altered",
    "pet.birth_date": "Date Of Birth",
    "pet.microchip": "Microchip Number",
    "pet.colour": "Primary Colour|Primary Color",
    "case.opened_at": "Intake Date",
    "case.services": "Intake Type",
    "case.notes": "Reason",
    "case.outcome": "Outcome Type",
    "case.closed_at": "Outcome Date",
    "case.custom.animal_id": "Animal #",
    "case.custom.outcome_person": "Outcome Person Name",
    "case.custom.outcome_phone": "Out Cell Phone|Out Home Phone",
    "case.custom.outcome_email": "Out Email",
    "case.custom.outcome_address": "Out Street Address",
    "case.custom.outcome_city": "Out City",
    "case.custom.outcome_province": "Out Province",
    "case.custom.outcome_postal_code": "Out Postal Code",
    "case.custom.intake_subtype": "Intake Subtype",
    "case.custom.intake_condition": "Intake Condition",
    "case.custom.second_breed": "Secondary Breed",
}
_OUTCOMES = {
    "owner.full_name": "Outcome Person Name",
    "owner.phone": "Out Cell Phone",
    "owner.phone2": "Out Home Phone",
    "owner.email": "Out Email",
    "owner.address": "Out Street Address",
    "owner.city": "Out City",
    "owner.region": "Out Province",
    "owner.postal_code": "Out Postal Code",
    "pet.external_id": "Animal #",
    "pet.name": "Animal Name",
    "pet.species": "Species",
    "pet.breed": "Primary Breed",
    "pet.sex": "Gender",
    "pet.sterilised": "Altered",
    "pet.birth_date": "Date Of Birth",
    "pet.microchip": "Microchip Number",
    "pet.colour": "Primary Colour|Primary Color",
}
_PERSONS = {
    "owner.external_id": "Person ID",
    "owner.given_name": "Name First",
    "owner.family_name": "Name Last",
    "owner.phone": "Phone Number",
    "owner.email": "Email",
    "owner.address": "Street Address",
    "owner.city": "City",
    "owner.region": "Province|State",
    "owner.postal_code": "Postal Code|Zip Code",
    "owner.tags": "Association",
}
_CASES = {
    "case.external_id": "Case ID",
    "case.services": "Case Type",
    "case.opened_at": "Case Date/Time",
    "case.status": "Case Status",
    "case.pet_count": "Number Of Animals",
    "owner.full_name": "Person Reporting Info",
}
_PASSED_OVER = {
    _NOT_NEEDED: "ARN|Age Group|Microchip Issue Date|Microchip Provider|Outcome Subtype"
    "|Releasing Agent|Received By|Location|Stage|Site Name|" + "|".join(f"textbox{n}" for n in range(1, 200)),
}

PETPOINT = Source(
    key="petpoint",
    label="PetPoint",
    exports=(
        Export(
            name="cases",
            kind=RecordKind.CASE,
            headings=headings(_CASES),
            signatures=heading_sets("Case ID|Case Type|Case Date/Time", "Case ID|Person Reporting Info"),
        ),
        Export(
            name="intakes",
            kind=RecordKind.CASE,
            headings=headings(_INTAKES),
            signatures=heading_sets("Animal #|Admitter", "Animal Name|Admitter|Intake Date"),
        ),
        Export(
            name="persons",
            kind=RecordKind.OWNER,
            headings=headings(_PERSONS),
            signatures=heading_sets("Person ID|Name First|Name Last", "Person ID|Association"),
        ),
        Export(
            name="outcomes",
            kind=RecordKind.PET,
            headings=headings(_OUTCOMES),
            signatures=heading_sets("Animal #|Outcome Person Name"),
        ),
        Export(
            name="animals",
            kind=RecordKind.PET,
            headings={},
            signatures=heading_sets("Animal #|ARN", "Animal #|Intake Type", "Animal #|Outcome Type"),
            not_yet=not_yet(
                "PetPoint", "animals without the person", instead="Upload a report that names the admitter."
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
)
