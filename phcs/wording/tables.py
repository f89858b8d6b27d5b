"""What the rows of a source table are, in words, and what becomes of them."""

from phcs.core.records import RecordKind

ROW_WORDS: dict[RecordKind, str] = {
    RecordKind.CASE: "A visit or request: it becomes a case",
    RecordKind.OWNER: "A person: it becomes an owner",
    RecordKind.PET: "An animal: it becomes a pet",
    RecordKind.PRODUCT: "A product or service with its price",
    RecordKind.MEDICAL_RECORD: "A medical record: a consultation, treatment or procedure",
    RecordKind.VACCINATION: "A vaccination",
    RecordKind.APPOINTMENT: "An appointment",
    RecordKind.INVOICE: "An invoice",
    RecordKind.INVOICE_LINE: "A line of an invoice",
    RecordKind.PAYMENT: "A payment",
    RecordKind.DOCUMENT: "A document: a file in the ZIP",
}

TABLE_WORDS: dict[RecordKind, str] = {
    RecordKind.CASE: "Visits and requests",
    RecordKind.OWNER: "People",
    RecordKind.PET: "Animals",
    RecordKind.PRODUCT: "Products",
    RecordKind.MEDICAL_RECORD: "Medical records",
    RecordKind.VACCINATION: "Vaccinations",
    RecordKind.APPOINTMENT: "Appointments",
    RecordKind.INVOICE: "Invoices",
    RecordKind.INVOICE_LINE: "Lines of invoices",
    RecordKind.PAYMENT: "Payments",
    RecordKind.DOCUMENT: "Documents",
}


def table_words(kind: str) -> str:
    """What a table of this kind holds; the kind itself where it has no words."""
    return {one.value: words for one, words in TABLE_WORDS.items()}.get(kind, kind)
