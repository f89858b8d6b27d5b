"""Salesforce: contacts and leads, under the names of the data loader or of a report.

Facts: field names of the standard objects in public test data; no export of a customer was seen, so people
should look at what is proposed. Two ids of fifteen characters may differ only by case.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known Salesforce column that PHCS does not need; kept with the row"

_PEOPLE = {
    "owner.given_name": "FirstName|First Name",
    "owner.family_name": "LastName|Last Name",
    "owner.email": "Email",
    "owner.phone": "MobilePhone|Mobile",
    "owner.phone2": "Phone",
    "owner.notes": "Description|Contact Description",
    "owner.custom.lead_source": "LeadSource|Lead Source",
}
_CONTACTS = _PEOPLE | {
    "owner.full_name": "Name|Full Name",
    "owner.external_id": "Id|Contact ID|ContactId|Contact 18 Digit ID",
    "owner.address": "MailingStreet|Mailing Street|Mailing Address Line 1",
    "owner.city": "MailingCity|Mailing City",
    "owner.region": "MailingState|Mailing State|Mailing State/Province|MailingStateCode",
    "owner.postal_code": "MailingPostalCode|Mailing Zip/Postal Code|Mailing Postal Code",
    "owner.country": "MailingCountry|Mailing Country|MailingCountryCode",
    "owner.birth_date": "Birthdate",
    "owner.custom.home_phone": "HomePhone|Home Phone",
    "owner.custom.organisation": "Account Name|Account.Name",
}
_LEADS = _PEOPLE | {
    "owner.full_name": "Name|Full Name",
    "owner.external_id": "Id|Lead ID|LeadId",
    "owner.address": "Street",
    "owner.city": "City",
    "owner.region": "State|State/Province",
    "owner.postal_code": "PostalCode|Zip/Postal Code",
    "owner.country": "Country",
    "owner.custom.organisation": "Company|Company / Account",
    "owner.custom.lead_status": "Status|Lead Status",
}
_PASSED_OVER = {
    _NOT_NEEDED: "AccountId|Account ID|OwnerId|Owner ID|Contact Owner|Lead Owner|IsDeleted|MasterRecordId"
    "|CreatedDate|Created Date|CreatedById|LastModifiedDate|Last Modified Date|LastModifiedById"
    "|SystemModstamp|LastActivityDate|Last Activity|Salutation|Title|Department|Fax|ReportsToId"
    "|AssistantName|AssistantPhone|OtherStreet|OtherCity|OtherState|OtherPostalCode|OtherCountry|OtherPhone"
    "|HasOptedOutOfEmail|Email Opt Out|DoNotCall|Do Not Call|IsConverted|Converted|ConvertedDate"
    "|ConvertedAccountId|ConvertedContactId|ConvertedOpportunityId|IsUnreadByOwner|Unread By Owner|Rating"
    "|Industry|AnnualRevenue|NumberOfEmployees|RecordTypeId|MailingLatitude|MailingLongitude|PhotoUrl"
    "|Website|Jigsaw|IsEmailBounced|EmailBouncedDate|EmailBouncedReason|LastViewedDate|LastReferencedDate",
}

SALESFORCE = Source(
    key="salesforce",
    label="Salesforce",
    exports=(
        Export(
            name="leads",
            kind=RecordKind.OWNER,
            headings=headings(_LEADS),
            signatures=heading_sets(
                "LastName|IsConverted",
                "LastName|LeadSource|Company",
                "Last Name|Lead ID",
                "Last Name|Lead Owner",
                "Last Name|Company / Account",
            ),
        ),
        Export(
            name="contacts",
            kind=RecordKind.OWNER,
            headings=headings(_CONTACTS),
            signatures=heading_sets(
                "LastName|MailingStreet",
                "LastName|MailingCity",
                "LastName|MailingPostalCode",
                "LastName|LeadSource",
                "Id|LastName|SystemModstamp",
                "Last Name|Mailing Street",
                "Last Name|Mailing City",
                "Last Name|Contact ID|Account Name",
                "Last Name|Account Name|Contact Owner",
            ),
        ),
    ),
    passed_over=headings(_PASSED_OVER),
    remark="to be confirmed with a real export",
)
