"""What a row says of one record of a pet's or an owner's history: every fact by its type, as `core.history` has it.

Compiled once for each table. A needed fact that cannot be read is an error, any other a warning and blank.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from phcs.core.findings import FindingCode, Severity
from phcs.core.history import HISTORY, FactSpec, FactType, HistoryFacts, fact_specs
from phcs.core.mapping.mapped_row import MappedRow
from phcs.core.mapping.moments import moment_with_clock
from phcs.core.mapping.rules import CheckRules
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.targets import LONG_TEXT, SHORTEST_LIMIT
from phcs.core.records import RecordKind
from phcs.core.values.amounts import amount_units
from phcs.core.values.coded_words import read_code
from phcs.core.values.currencies import read_currency
from phcs.core.values.durations import read_minutes, unit_of_heading
from phcs.core.values.money import MoneyValue, read_money
from phcs.core.values.texts import is_blank_word, tidy

FIRST_YEAR = 1970
"""Dates of a history before it are looked at twice."""

COUNTED = frozenset({"quantity", "stock"})
"""Amounts that are no money: what stands beside the number is a unit."""

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_NO_DATES = frozenset(
    "0000-00-00|00/00/0000|00-00-0000|0/0/0000|0001-01-01|0000-00-00 00:00:00|0001-01-01 00:00:00"
    "|0001-01-01T00:00:00|01/01/0001|1/1/0001 12:00:00 AM".split("|")
)
"""What programs write where no date was filled in."""

_WHOLE_MOST = 18


@dataclass(slots=True)
class _Told:
    """What was read of one row so far: facts, those that could not be read, amounts of money by target."""

    facts: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    amounts: dict[str, MoneyValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Column:
    """A fact that the table feeds; `mark` is the decimal mark that its whole column proves."""

    fact: str
    target: str
    spec: FactSpec
    severity: Severity
    mark: str


class HistoryReader:
    """Reads the facts of the rows of one table of a kind of history."""

    def __init__(self, mapping: TableMapping, rules: CheckRules, *, decimal_mark: str = "") -> None:
        """Prepare the reading; `decimal_mark` is what the source always writes, where it does."""
        self.kind = mapping.kind
        self._of_kind = HISTORY[mapping.kind.value]
        self._rules = rules
        marks = {column.target: column.decimal for column in reversed(mapping.columns) if column.decimal}
        self._specs = fact_specs(mapping.kind.value)
        self._columns = tuple(
            _Column(
                fact,
                f"{self.kind}.{fact}",
                spec,
                self._severity(fact),
                marks.get(f"{self.kind}.{fact}") or decimal_mark,
            )
            for fact, spec in self._specs.items()
            if spec.type is not FactType.LINK and fact != "currency"
        )
        self._readers: dict[FactType, Callable[[MappedRow, _Column, str, _Told], str]] = {
            FactType.TEXT: _read_text,
            FactType.DAY: self._read_day,
            FactType.MOMENT: self._read_moment,
            FactType.WHOLE: _read_whole,
            FactType.AMOUNT: self._read_amount,
            FactType.CHOICE: _read_choice,
        }

    def read(self, row: MappedRow) -> HistoryFacts:
        """Return the facts of this row with blank links; findings about single facts are noted in the row."""
        told, values = _Told(), row.values
        for column in self._columns:
            text = values.get(column.target)
            if text is not None:
                value = self._readers[column.spec.type](row, column, text, told)
                if value:
                    told.facts[column.fact] = value
        if "currency" in self._specs:
            self._add_currency(row, told)
        elif told.amounts:
            _note_currencies(row, told, "", usual="that of the invoice")
        facts = self._of_kind.facts(**told.facts)
        self._note_missing(row, facts, told.failed)
        return facts

    def _severity(self, fact: str) -> Severity:
        return _ERROR if fact in self._of_kind.needs else _WARNING

    def _note_missing(self, row: MappedRow, facts: HistoryFacts, failed: set[str]) -> None:
        for need in self._of_kind.needs:
            target = f"{self.kind}.{need}"
            if not getattr(facts, need) and need not in failed:
                row.add(FindingCode.FACT_MISSING, _ERROR, target, detail=self._specs[need].label)

    def _read_day(self, row: MappedRow, column: _Column, text: str, told: _Told) -> str:
        if _says_no_date(text):
            return ""
        day = self._rules.day(text)
        if day is None:
            return _failed(row, column, told, FindingCode.DATE_INVALID)
        self._note_odd_day(row, column, day)
        return day.isoformat()

    def _read_moment(self, row: MappedRow, column: _Column, text: str, told: _Told) -> str:
        if _says_no_date(text):
            return ""
        moment = self._moment(row, text)
        if moment is None:
            return _failed(row, column, told, FindingCode.DATE_INVALID)
        self._note_odd_day(row, column, moment.date(), moment)
        return moment.isoformat()

    def _moment(self, row: MappedRow, text: str) -> datetime | None:
        """Return the moment; a time of day in a column of its own counts more than the one beside the date."""
        return moment_with_clock(row, self._rules, text)

    def _note_odd_day(
        self, row: MappedRow, column: _Column, day: date, moment: datetime | None = None
    ) -> None:
        """Note a day long ago, and one to come of what must lie behind."""
        if day.year < FIRST_YEAR:
            row.add(FindingCode.DATE_IMPLAUSIBLE, _WARNING, column.target, detail=str(FIRST_YEAR))
        elif self.kind is not RecordKind.APPOINTMENT and column.fact == self._of_kind.when:
            is_to_come = moment > self._rules.latest if moment else day > self._rules.latest.date()
            if is_to_come:
                row.add(FindingCode.DATE_FUTURE, _WARNING, column.target)

    def _read_amount(self, row: MappedRow, column: _Column, text: str, told: _Told) -> str:
        if is_blank_word(text):
            return ""
        usual = self._rules.usual_mark
        is_counted = column.fact in COUNTED
        mark = column.mark or (usual if is_counted else "")
        found = read_money(text, mark=mark, usual_mark=usual, currency=self._rules.currency)
        if found is None:
            return _failed(row, column, told, FindingCode.AMOUNT_INVALID, "it cannot be read")
        if found.is_ambiguous:
            row.add(FindingCode.AMOUNT_AMBIGUOUS, _WARNING, column.target, detail=found.text)
        if found.is_rounded:
            row.add(FindingCode.AMOUNT_ROUNDED, _WARNING, column.target, detail=found.text)
        if not is_counted:
            told.amounts[column.target] = found
            if amount_units(found.text) < 0 and (column.fact, self.kind) in _NOT_BELOW_ZERO:
                row.add(FindingCode.AMOUNT_NEGATIVE, _WARNING, column.target)
        return found.text

    def _add_currency(self, row: MappedRow, told: _Told) -> None:
        """Say in which currency the row's amounts are: its own column, else their cells, else the organisation's."""
        target, usual = f"{self.kind}.currency", self._rules.currency
        text = row.values.get(target, "")
        code = read_currency(text, usual) if text else ""
        if text and not code and not is_blank_word(text):
            row.add(FindingCode.CURRENCY_UNKNOWN, _WARNING, target, detail=usual)
        of_cells = next((found.currency for found in told.amounts.values() if found.currency), "")
        if told.amounts or code:
            told.facts["currency"] = code or of_cells or usual
            _note_currencies(row, told, told.facts["currency"], usual=usual)


_NOT_BELOW_ZERO = frozenset(
    {
        *((fact, RecordKind.INVOICE) for fact in ("subtotal", "tax", "total", "paid")),
        ("amount", RecordKind.PAYMENT),
        ("price", RecordKind.PRODUCT),
    }
)
"""Amounts that are below zero in a refund at most; a line's discount may be."""


def _note_currencies(row: MappedRow, told: _Told, code: str, *, usual: str) -> None:
    """Note amounts whose cells name a currency that is not known, or not the row's `code` ('' for any)."""
    for target, found in told.amounts.items():
        if found.unknown:
            row.add(FindingCode.CURRENCY_UNKNOWN, _WARNING, target, value=found.unknown, detail=code or usual)
        elif code and found.currency and found.currency != code:
            row.add(FindingCode.CURRENCY_DIFFERS, _WARNING, target, detail=code)


def _failed(row: MappedRow, column: _Column, told: _Told, code: FindingCode, detail: str = "") -> str:
    """Note that a cell cannot be read, and say nothing."""
    row.add(code, column.severity, column.target, detail=detail)
    told.failed.add(column.fact)
    return ""


def _says_no_date(text: str) -> bool:
    return is_blank_word(text) or text in _NO_DATES


def _read_text(row: MappedRow, column: _Column, text: str, _told: _Told) -> str:
    limit = column.spec.limit
    text = text if limit >= LONG_TEXT else tidy(text)
    if is_blank_word(text):
        return ""
    if len(text) > limit:
        row.add(FindingCode.VALUE_TOO_LONG, _ERROR, column.target, detail=str(limit))
    return text[:limit]


def _read_whole(row: MappedRow, column: _Column, text: str, told: _Told) -> str:
    if is_blank_word(text):
        return ""
    if column.fact == "duration_minutes":
        return _read_duration(row, column, text)
    whole, _, rest = text.partition(".")
    if not (whole.isascii() and whole.isdigit()) or rest.strip("0") or len(whole) > _WHOLE_MOST:
        return _failed(row, column, told, FindingCode.AMOUNT_INVALID, "it is no whole number")
    return str(int(whole))


def _read_duration(row: MappedRow, column: _Column, text: str) -> str:
    minutes = read_minutes(text, unit_of_heading(row.heading_of(column.target)))
    return checked_minutes(row, column.target, minutes)


def checked_minutes(row: MappedRow, target: str, minutes: int | None) -> str:
    """Return a duration as text; '' for none at all. What is odd is noted under the target that tells it."""
    if not minutes:
        told = "it cannot be read" if minutes is None else "it takes no time at all"
        row.add(FindingCode.DURATION_INVALID, _WARNING, target, detail=told)
        return ""
    if minutes > 24 * 60:
        row.add(FindingCode.DURATION_INVALID, _WARNING, target, detail="it is longer than a day")
    return str(minutes)


def _read_choice(row: MappedRow, column: _Column, text: str, told: _Told) -> str:
    """Return the code of a word, and keep the word itself as given."""
    given = tidy(row.given.get(column.target, text))
    told.facts[f"{column.fact}_given"] = "" if is_blank_word(given) else given[:SHORTEST_LIMIT]
    if column.target in row.kept or is_blank_word(text):
        return ""
    code = read_code(column.target, text)
    if not code:
        row.add(FindingCode.WORD_UNKNOWN, _WARNING, column.target, detail=column.spec.label)
    return code
