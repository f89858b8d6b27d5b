"""VetData (Covetrus): conversion files of American practice programs, one for clients, one for patients.

Facts: the vendor's help pages on Client.csv and Patient.csv and the newer iClient and iPatient. Three phones
"as recorded"; a second person stands in the spouse columns; only the last name is required; a microchip is
typed as a number and loses its zeros.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known VetData column that PHCS does not need; kept with the row"

_CLIENTS = {
    "owner.external_id": "AccountId|PmsID",
    "owner.given_name": "FirstName",
    "owner.family_name": "LastName",
    "owner.address": "Address1",
    "owner.city": "City",
    "owner.region": "State",
    "owner.postal_code": "Zip",
    "owner.country": "Country",
    "owner.email": "Email|EmailAddress|E-mail",
    "owner.phone": "Phone1AsIs",
    "owner.phone2": "Phone2AsIs",
    "owner.notes": "Alert|Comments",
    "owner.custom.phone_3": "Phone3AsIs",
    "owner.custom.address_2": "Address2",
    "owner.custom.spouse_given_name": "SpouseNameFirst",
    "owner.custom.spouse_family_name": "SpouseNameLast",
    "owner.custom.client_type": "ClientTypeCode",
}
_PATIENTS = {
    "owner.external_id": "ClientAccountId|ClientPmsID",
    "pet.external_id": "AccountId|PmsID",
    "pet.name": "Name",
    "pet.species": "Species|SpeciesDescription",
    "pet.breed": "Breed|Breed1Description",
    "pet.sex": "GenderVal|Gender",
    "pet.birth_date": "DOB|DateOfBirth",
    "pet.weight": "Weight",
    "row.weight_unit": "WeightUnitVal|WeightUnit",
    "pet.colour": "Color",
    "pet.microchip": "Microchip",
    "pet.sterilised": "IsSpayedOrNeutered",
    "pet.deceased": "flgDeceased|IsDeceased",
    "pet.notes": "Alert|Allergy|Markings|Tatoo|Comments",
}
_PASSED_OVER = {
    _NOT_NEEDED: "FileNumber|Salutation|MiddleName|County|Language|PhoneType1|PhoneType2|PhoneType3|Employer"
    "|Key|SiteID|flgInactive|SpeciesCode|BreedCode|ColorCode|DOD|RabiesTagNum|RabiesTagGivenDate"
    "|Breed2Description|IsMixedBreed",
}

VETDATA = Source(
    key="vetdata",
    label="VetData",
    exports=(
        Export(
            name="clients",
            kind=RecordKind.OWNER,
            headings=headings(_CLIENTS),
            signatures=heading_sets(
                "AccountId|LastName|ClientTypeCode",
                "AccountId|LastName|Phone1AsIs",
                "AccountId|LastName|SpouseNameFirst",
                "PmsID|SiteID|LastName",
            ),
        ),
        Export(
            name="patients",
            kind=RecordKind.PET,
            headings=headings(_PATIENTS),
            signatures=heading_sets(
                "ClientAccountId|SpeciesCode",
                "ClientAccountId|Species|Breed",
                "PmsID|Breed1Description",
                "PmsID|IsSpayedOrNeutered",
            ),
            labelled=frozenset(headings({"-": "Alert|Allergy|Markings|Tatoo"})),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
    value_words={
        "pet.sex": {**dict.fromkeys(("fs", "sf"), "female"), **dict.fromkeys(("mn", "nm", "mc"), "male")}
    },
)
