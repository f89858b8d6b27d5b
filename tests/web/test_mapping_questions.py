"""What the mapping page asks of a column: the decimal mark of amounts that may be read in two ways."""

from phcs.core.mapping.tables import TableMapping
from phcs.core.reading.column_facts import ColumnFacts, Proof
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import RecordKind
from phcs.core.sources import recognise
from phcs.web.imports.mapping_page import DecimalQuestion, answers_of, choices_for, columns_of


def build(*amounts: str, facts: ColumnFacts | None = None) -> tuple[TableReading, TableMapping]:
    headings = ("Invoice No", "Client ID", "Invoice date", "Tax", "Total")
    columns = tuple(ColumnReading(at, text, text, 2, ("1",)) for at, text in enumerate(headings[:-1]))
    total = ColumnReading(4, "Total", "Total", 2, amounts, facts=facts or ColumnFacts())
    reading = TableReading("list.csv", "delimited", "utf-8", ",", 1, (*columns, total), 0, 2, 0, ())
    return reading, recognise(reading)


def question_of(reading: TableReading, mapping: TableMapping) -> DecimalQuestion | None:
    return columns_of(reading, mapping, {})[4].decimals


def test_an_amount_with_two_readings_is_asked_about_and_the_answer_is_kept() -> None:
    reading, mapping = build("$ 45.000", "7")
    assert question_of(reading, mapping) == DecimalQuestion("$ 45.000", "45000.00", "45.00", "")
    answered = answers_of({"target-4": "invoice.total", "decimal-4": "point"}).applied(mapping, reading)
    assert answered.columns[4].decimal == "point"
    assert question_of(reading, answered) == DecimalQuestion("$ 45.000", "45000.00", "45.00", "point")


def test_a_column_that_proves_its_mark_or_holds_none_is_not_asked_about() -> None:
    assert question_of(*build("45.000", "7,5", facts=ColumnFacts(comma=Proof(3, "7,5")))) is None
    assert question_of(*build("45000", "7")) is None


def test_a_table_is_offered_what_its_rows_may_say() -> None:
    offered = {value for _, choices in choices_for(RecordKind.VACCINATION) for value, _ in choices}
    assert {"vaccination.lot", "pet.external_id", "owner.full_name"} <= offered
    assert not {"case.services", "invoice.total", "row.ends_at"} & offered
    assert "owner.custom." in {value for _, choices in choices_for(RecordKind.CASE) for value, _ in choices}
