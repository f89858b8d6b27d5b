"""Animal Shelter Manager (ASM): headings in capitals without blanks, of one wide file.

Facts: the product's own page of import fields and its public code. Sex is told by the first letter, flags
stand in one cell, the file begins with a byte order mark; several rows for one animal are normal.
`ANIMALNONSHELTER` marks an animal that has an owner.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings, not_yet

_NOT_NEEDED = "known Animal Shelter Manager column that PHCS does not need; kept with the row"


def _person(prefix: str) -> dict[str, str]:
    fields = {
        "owner.full_name": "NAME",
        "owner.given_name": "FIRSTNAME",
        "owner.family_name": "LASTNAME",
        "owner.address": "ADDRESS",
        "owner.city": "CITY",
        "owner.region": "STATE|COUNTY",
        "owner.postal_code": "ZIPCODE|POSTCODE",
        "owner.phone": "CELLPHONE",
        "owner.phone2": "HOMEPHONE",
        "owner.email": "EMAIL",
        "owner.birth_date": "DATEOFBIRTH",
        "owner.notes": "COMMENTS",
        "owner.tags": "FLAGS",
        "owner.custom.work_phone": "WORKPHONE",
    }
    return {
        target: "|".join(f"{prefix}{word}" for word in words.split("|")) for target, words in fields.items()
    }


_ANIMAL = {
    "pet.name": "ANIMALNAME",
    "pet.species": "ANIMALSPECIES",
    "pet.breed": "ANIMALBREED1",
    "pet.sex": "ANIMALSEX",
    "pet.birth_date": "ANIMALDOB",
    "pet.weight": "ANIMALWEIGHT",
    "pet.colour": "ANIMALCOLOR",
    "pet.microchip": "ANIMALMICROCHIP",
    "pet.sterilised": "ANIMALNEUTERED",
    "pet.notes": "ANIMALCOMMENTS|ANIMALREASONFORENTRY|ANIMALHIDDENDETAILS",
}
_PERSON = _person("PERSON")
_APPOINTMENTS = (
    _PERSON
    | _ANIMAL
    | {
        "case.scheduled_at": "CLINICAPPOINTMENTDATE",
        "case.services": "CLINICAPPOINTMENTTYPE|CLINICAPPOINTMENTREASON",
        "case.status": "CLINICAPPOINTMENTSTATUS",
        "case.notes": "CLINICAPPOINTMENTCOMMENTS",
        "case.custom.appointment_time": "CLINICAPPOINTMENTTIME",
    }
)
_INCIDENTS = (
    _PERSON
    | _ANIMAL
    | {
        "case.opened_at": "INCIDENTDATE",
        "case.services": "INCIDENTTYPE",
        "case.notes": "INCIDENTNOTES",
    }
)
_OWNED_ANIMALS = _person("ORIGINALOWNER") | _ANIMAL
_PASSED_OVER = {
    _NOT_NEEDED: "ANIMALCODE|ANIMALLITTER|ANIMALTYPE|ANIMALBREED2|ANIMALAGE|ANIMALENTRYDATE|ANIMALFLAGS"
    "|ANIMALNONSHELTER|ANIMALENTRYCATEGORY|ANIMALLOCATION|ANIMALUNIT|ANIMALIMAGE|ANIMALSIZE"
    "|ANIMALNOTFORADOPTION|PERSONTITLE|PERSONINITIALS|PERSONMEMBER|PERSONFOSTERER|PERSONDONOR"
    "|ORIGINALOWNERTITLE|ORIGINALOWNERINITIALS",
}

ANIMAL_SHELTER_MANAGER = Source(
    key="asm",
    label="Animal Shelter Manager",
    exports=(
        Export(
            name="clinic appointments",
            kind=RecordKind.CASE,
            headings=headings(_APPOINTMENTS),
            signatures=heading_sets("CLINICAPPOINTMENTDATE"),
        ),
        Export(
            name="incidents",
            kind=RecordKind.CASE,
            headings=headings(_INCIDENTS),
            signatures=heading_sets("INCIDENTDATE|INCIDENTTYPE"),
        ),
        Export(
            name="animals with their owners",
            kind=RecordKind.OWNER,
            headings=headings(_OWNED_ANIMALS),
            signatures=heading_sets("ORIGINALOWNERLASTNAME", "ORIGINALOWNERNAME"),
        ),
        Export(
            name="persons",
            kind=RecordKind.OWNER,
            headings=headings(_PERSON | _ANIMAL),
            signatures=heading_sets(
                "PERSONLASTNAME|PERSONADDRESS", "PERSONNAME|PERSONADDRESS", "PERSONFIRSTNAME|PERSONLASTNAME"
            ),
        ),
        Export(
            name="animals",
            kind=RecordKind.PET,
            headings={},
            signatures=heading_sets("ANIMALCODE|ANIMALNAME", "ANIMALNAME|ANIMALSPECIES|ANIMALSEX"),
            not_yet=not_yet(
                "Animal Shelter Manager",
                "animals without owners",
                instead="Upload a file with ORIGINALOWNER… or PERSON… columns.",
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
)
