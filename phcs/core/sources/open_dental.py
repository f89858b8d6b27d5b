"""Open Dental: patients of a dental practice. A patient is a person, so an owner, never a pet.

Facts: the vendor's API pages for the field names; exports are saved queries, so headings are these where the
query names them. An appointment's pattern has a mark for every five minutes. `0001-01-01` means no date. The
guarantor is the head of the family, kept as its number: the same number is the same household.
National numbers, insurance and clinical columns are never mapped by themselves.
"""

from phcs.core.history import AppointmentStatus
from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known Open Dental column that PHCS does not need; kept with the row"

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
_OF_PATIENT = {"owner.external_id": "PatNum"}
_APPOINTMENTS = {
    **_OF_PATIENT,
    "appointment.external_id": "AptNum",
    "appointment.starts_at": "AptDateTime",
    "appointment.duration_minutes": "Pattern",
    "appointment.status": "AptStatus",
    "appointment.reason": "ProcDescript",
    "appointment.vet": "provAbbr|ProvAbbr|ProvNum",
    "appointment.location": "Op|OperatoryNum",
    "appointment.notes": "Note",
}
_PROCEDURES = {
    **_OF_PATIENT,
    "medical_record.external_id": "ProcNum",
    "medical_record.happened_at": "ProcDate",
    "medical_record.description": "Descript|descript|ProcCode|procCode|ToothNum|Surf",
    "medical_record.diagnosis": "Dx|dxName",
    "medical_record.vet": "provAbbr|ProvAbbr|ProvNum",
    "medical_record.notes": "ProcNote|Note|ProcStatus|ProcFee",
}
_PAYMENTS = {
    **_OF_PATIENT,
    "payment.external_id": "PayNum",
    "payment.paid_on": "PayDate",
    "payment.amount": "PayAmt",
    "payment.method": "PayType|payType",
    "payment.notes": "PayNote|CheckNum",
}
_STATUS_WORDS = {
    "1": AppointmentStatus.BOOKED.value,
    "scheduled": AppointmentStatus.BOOKED.value,
    "2": AppointmentStatus.COMPLETED.value,
    "complete": AppointmentStatus.COMPLETED.value,
    "3": AppointmentStatus.CANCELLED.value,
    "unschedlist": AppointmentStatus.CANCELLED.value,
    "4": AppointmentStatus.BOOKED.value,
    "asap": AppointmentStatus.BOOKED.value,
    "5": AppointmentStatus.NO_SHOW.value,
    "broken": AppointmentStatus.NO_SHOW.value,
    "6": AppointmentStatus.BOOKED.value,
    "planned": AppointmentStatus.BOOKED.value,
}
"""Numbers as the database keeps them, words as the API gives them; notes in the calendar (7, 8) have none."""

_PASSED_OVER = {
    _NOT_NEEDED: "MiddleI|Gender|Position|Salutation|Title|EstBalance|BalTotal|PriProv|SecProv|FeeSched|BillingType"
    "|PreferContactMethod|PreferConfirmMethod|PreferRecallMethod|TxtMsgOk|Language|DateFirstVisit"
    "|ClinicNum|priProvAbbr|secProvAbbr|StudentStatus|SchoolName|EmployerNum|DateTStamp|SecDateEntry"
    "|Confirmed|IsNewPatient|IsHygiene|NextAptNum|UnschedStatus|AppointmentTypeNum|DateTimeArrived|DateTimeSeated"
    "|DateTimeDismissed|PlannedAptNum|CodeNum|Quadrant|DateEntryC|PayAmtOrig|SplitNum|DateEntry",
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
            kind=RecordKind.APPOINTMENT,
            headings=headings(_APPOINTMENTS),
            signatures=heading_sets("AptNum|PatNum"),
            foreign=frozenset({"procnum"}),
        ),
        Export(
            name="procedures",
            kind=RecordKind.MEDICAL_RECORD,
            headings=headings(_PROCEDURES),
            signatures=heading_sets("ProcNum|PatNum"),
            constants=(("medical_record.type", "procedure"),),
            labelled=frozenset(headings({"-": "ToothNum|Surf|ProcStatus|ProcFee"})),
        ),
        Export(
            name="payments",
            kind=RecordKind.PAYMENT,
            headings=headings(_PAYMENTS),
            signatures=heading_sets("PayNum|PatNum"),
            labelled=frozenset(headings({"-": "CheckNum"})),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
    sensitive=frozenset(headings({"-": _SENSITIVE})),
    value_words={"appointment.status": _STATUS_WORDS},
    decimal_mark="point",
    blank_values=frozenset({"0001-01-01"}),
)
