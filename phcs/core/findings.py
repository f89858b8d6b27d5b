"""What a person should know about a row: stable codes, severities, addresses.

The sentences that people read are in `phcs/wording/findings.py`; nothing here is worded.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error keeps its row out, a warning does not, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class RowStatus(StrEnum):
    """The worst thing found in a row; notes leave it valid."""

    VALID = "valid"
    WARNING = "warning"
    ERROR = "error"


class FindingCode(StrEnum):
    """Stable names: programs, tests and saved reports rely on them."""

    NAME_MISSING = "name.missing"
    NAME_PLACEHOLDER = "name.placeholder"
    TEXT_GARBLED = "text.garbled"
    ID_DAMAGED = "id.damaged"
    SERVICE_MISSING = "service.missing"
    SERVICE_UNKNOWN = "service.unknown"
    CONTACT_MISSING = "contact.missing"
    PHONE_MISSING = "phone.missing"
    PHONE_INVALID = "phone.invalid"
    EMAIL_INVALID = "email.invalid"
    DATE_MISSING = "date.missing"
    DATE_INVALID = "date.invalid"
    DATE_FUTURE = "date.future"
    DATE_TOO_OLD = "date.too_old"
    DATE_AMBIGUOUS = "date.ambiguous"
    DATE_APPROXIMATE = "date.approximate"
    DATE_IMPLAUSIBLE = "date.implausible"
    DATE_ORDER = "date.order"
    CLOCK_INVALID = "clock.invalid"
    DURATION_INVALID = "duration.invalid"
    FACT_MISSING = "fact.missing"
    REFERENCE_MISSING = "reference.missing"
    AMOUNT_INVALID = "amount.invalid"
    AMOUNT_AMBIGUOUS = "amount.ambiguous"
    AMOUNT_ROUNDED = "amount.rounded"
    AMOUNT_NEGATIVE = "amount.negative"
    AMOUNT_SUM = "amount.sum"
    AMOUNT_OVERPAID = "amount.overpaid"
    CURRENCY_UNKNOWN = "currency.unknown"
    CURRENCY_DIFFERS = "currency.differs"
    WORD_UNKNOWN = "word.unknown"
    FILE_NOT_THERE = "file.not_there"
    APPOINTMENT_OVERLAP = "appointment.overlap"
    STATUS_MISSING = "status.missing"
    STATUS_UNKNOWN = "status.unknown"
    STATUS_UNCONFIRMED = "status.unconfirmed"
    STATUS_EXPIRED = "status.expired"
    OWNER_FLAGGED = "owner.flagged"
    SPECIES_UNKNOWN = "species.unknown"
    PET_COUNT_INVALID = "pet_count.invalid"
    NUMBER_INVALID = "number.invalid"
    VALUE_TOO_LONG = "value.too_long"
    VALUE_REJECTED = "value.rejected"
    ROW_TOO_WIDE = "row.too_wide"
    ROW_TOO_NARROW = "row.too_narrow"
    ROW_UNREADABLE_CHARACTER = "row.unreadable_character"
    ROW_HIDDEN = "row.hidden"
    ROW_MERGED = "row.merged"
    ROW_CELLS_BEYOND = "row.cells_beyond"
    CELL_ERROR = "cell.error"
    CELL_UNCALCULATED = "cell.uncalculated"
    CELL_LONG_NUMBER = "cell.long_number"
    ROW_STAFF_BLOCK = "row.staff_block"
    ROW_ANONYMISED = "row.anonymised"
    ROW_IMPORTED_BEFORE = "row.imported_before"
    ROW_REPEATED = "row.repeated"
    ROW_REPEATED_DIFFERENTLY = "row.repeated_differently"
    MATCH_UNDECIDED = "match.undecided"
    MATCH_HOUSEHOLD = "match.household"
    PARENT_MISSING = "parent.missing"
    PARENT_REJECTED = "parent.rejected"
    PARENT_WAITING = "parent.waiting"
    PARENT_INCOMPLETE = "parent.incomplete"
    REFERENCE_DIFFERS = "reference.differs"
    EDITED_SINCE = "record.edited_since"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about one row.

    `column` is the heading as the file spells it ('' when the whole row is meant), `value` the text
    as given (cut at 200 characters), `detail` whatever else the sentence needs (e.g. another row).
    """

    code: FindingCode
    severity: Severity
    column: str = ""
    value: str = ""
    detail: str = ""


def row_status(findings: tuple[Finding, ...]) -> RowStatus:
    """The status of a row with these findings."""
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return RowStatus.ERROR
    return RowStatus.WARNING if Severity.WARNING in severities else RowStatus.VALID
