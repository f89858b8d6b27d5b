"""Open Dental: patients of a dental practice. A patient is a person, so an owner, never a pet.

Facts: the vendor's API page for the field names; exports are saved queries, so headings are these where the
query names them. `0001-01-01` means no date. The guarantor is the head of the family, kept as its number.
National numbers, insurance and clinical columns are never mapped by themselves.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings, not_yet

_NOT_NEEDED = "known Open Dental column that PHCS does not need; kept with the row"
_PATIENTS_FIRST = "Upload the patients for the owners."

_PATIENTS = {
    "owner.external_id": "PatNum",
    "owner.given_name": "FName",
    "owner.family_name": "LName",
    "owner.birth_date": "Birthdate",
    "owner.address": "Address",
    "owner.city": "City",
    "owner.region": "State",
    "owner.postal_code": "Zip",
    "owner.country": "Country",
    "owner.phone": "WirelessPhone",
    "owner.phone2": "HmPhone",
    "owner.email": "Email",
    "owner.custom.address_2": "Address2",
    "owner.custom.work_phone": "WkPhone",
    "owner.custom.guarantor": "Guarantor",
    "owner.custom.preferred_name": "Preferred",
    "owner.custom.patient_status": "PatStatus",
}
_PASSED_OVER = {
    _NOT_NEEDED: "MiddleI|Gender|Position|Salutation|Title|EstBalance|BalTotal|PriProv|SecProv|FeeSched|BillingType"
    "|PreferContactMethod|PreferConfirmMethod|PreferRecallMethod|TxtMsgOk|Language|DateFirstVisit"
    "|ClinicNum|priProvAbbr|secProvAbbr|StudentStatus|SchoolName|EmployerNum|DateTStamp|SecDateEntry",
}
_SENSITIVE = (
    "SSN|MedicaidID|ChartNumber|SubscriberID|CarrierName|GroupNum|GroupName|InsPlan|PriCarrier|SecCarrier"
    "|MedUrgNote|ApptModNote|FamFinUrgNote|Premed|AddrNote|HasIns|CreditType|ICEName|ICEPhone"
)

OPEN_DENTAL = Source(
    key="open_dental",
    label="Open Dental",
    exports=(
        Export(
            name="patients",
            kind=RecordKind.OWNER,
            headings=headings(_PATIENTS),
            signatures=heading_sets("PatNum|LName|FName", "LName|FName|Guarantor", "LName|FName|PatStatus"),
            foreign=frozenset({"aptnum", "procnum", "paynum"}),
        ),
        Export(
            name="appointments",
            kind=RecordKind.CASE,
            headings={},
            signatures=heading_sets("AptNum|PatNum"),
            not_yet=not_yet("Open Dental", "dental appointments", instead=_PATIENTS_FIRST),
        ),
        Export(
            name="treatments",
            kind=RecordKind.CASE,
            headings={},
            signatures=heading_sets("ProcNum|PatNum"),
            not_yet=not_yet("Open Dental", "dental treatments", instead=_PATIENTS_FIRST),
        ),
        Export(
            name="payments",
            kind=RecordKind.CASE,
            headings={},
            signatures=heading_sets("PayNum|PatNum"),
            not_yet=not_yet("Open Dental", "payments", instead=_PATIENTS_FIRST),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
    sensitive=frozenset(headings({"-": _SENSITIVE})),
    blank_values=frozenset({"0001-01-01"}),
)
