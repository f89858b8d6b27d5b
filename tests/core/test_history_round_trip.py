"""What a history says, written under the names of its targets as an export does, is read back as the same."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.checking import CheckSettings, RowChecker
from phcs.core.history import HISTORY, FactSpec, FactType, HistoryFacts, fact_specs
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.mapping.targets import targets_for
from phcs.core.own_records import OWN_EXPORT
from phcs.core.reading.tables import SourceRow
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.core.values.amounts import MOST, amount_text, amount_units
from phcs.core.values.currencies import CURRENCIES
from phcs.core.values.texts import is_blank_word

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WORDS = st.text("abcdefgñó XYZ#.-", min_size=1, max_size=20).map(lambda text: " ".join(text.split()))
TEXTS = WORDS.filter(lambda text: not is_blank_word(text))
DAYS = st.dates(date(1990, 1, 1), date(2026, 11, 1))


def of_spec(name: str, spec: FactSpec) -> st.SearchStrategy[str]:
    if name == "currency":
        return st.sampled_from(sorted(CURRENCIES))
    if name == "duration_minutes":
        return st.integers(1, 1_440).map(str)
    return {
        FactType.TEXT: TEXTS,
        FactType.DAY: DAYS.map(date.isoformat),
        FactType.MOMENT: st.integers(0, 10**9).map(
            lambda seconds: (datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat()
        ),
        FactType.WHOLE: st.integers(0, 10**9).map(str),
        FactType.AMOUNT: st.integers(1 - MOST, MOST - 1).map(amount_text),
        FactType.CHOICE: st.sampled_from(spec.choices or ("",)),
        FactType.LINK: st.just(""),
    }[spec.type]


@st.composite
def facts_of(draw: Any, kind: RecordKind) -> HistoryFacts:
    specs = fact_specs(kind.value)
    stated = {name: draw(of_spec(name, spec)) for name, spec in specs.items()}
    return HISTORY[kind.value].facts(**stated)


def read_back(kind: RecordKind, facts: HistoryFacts) -> HistoryFacts | None:
    stated = {f"{kind}.{one.name}": getattr(facts, one.name) for one in fields(facts)}
    cells = {target: text for target, text in stated.items() if text} | {"owner.external_id": "1"}
    columns = tuple(ColumnMapping(at, target, target, 100, "") for at, target in enumerate(cells))
    mapping = TableMapping(OWN_EXPORT, kind, "", columns)
    checker = RowChecker(mapping, tuple(cells), CheckSettings(region="CO", time_zone="America/Bogota"), NOW)
    return checker.check(SourceRow(1, list(cells.values()))).record.history


@pytest.mark.parametrize("kind", HISTORY_KINDS, ids=str)
@settings(max_examples=25)
@given(data=st.data())
def test_a_history_survives_being_written_and_read(kind: RecordKind, data: st.DataObject) -> None:
    facts = data.draw(facts_of(kind))
    assert read_back(kind, facts) == facts


CELLS = st.sampled_from(
    "|-|1|31/02/2020|14/03/2025|25:61|45.000|1,5|$|(|COP 5|99999999999999999999|\u0663|=1+1|9999-12-31|0001-01-01"
    "|1e309|-0|NaN|PT99H|//XX|\u00bd|1\u00b2|2025-03-14T10:00:00Z|no|Luna|(1)|1.2.3|12 h".split("|")
) | st.text(max_size=12)


def is_storable(text: str, spec: FactSpec) -> bool:
    if spec.type is FactType.DAY:
        return date.fromisoformat(text).isoformat() == text
    if spec.type is FactType.MOMENT:
        moment = datetime.fromisoformat(text)
        return moment.utcoffset() == timedelta() and moment.isoformat() == text
    if spec.type is FactType.WHOLE:
        return str(int(text)) == text and abs(int(text)) < 2**63
    if spec.type is FactType.AMOUNT:
        return amount_text(amount_units(text)) == text
    return text in spec.choices if spec.choices else len(text) <= spec.limit


@pytest.mark.parametrize("kind", HISTORY_KINDS, ids=str)
@settings(max_examples=25)
@given(data=st.data())
def test_whatever_cells_hold_every_fact_can_be_stored(kind: RecordKind, data: st.DataObject) -> None:
    targets = [target for target, _ in targets_for(kind) if target != "row.staff_block"]
    columns = tuple(ColumnMapping(at, target, target, 100, "") for at, target in enumerate(targets))
    checker = RowChecker(TableMapping("plain", kind, "", columns), tuple(targets), CheckSettings(), NOW)
    history = checker.check(
        SourceRow(1, data.draw(st.lists(CELLS, min_size=len(targets), max_size=len(targets))))
    ).record.history
    told = {name: getattr(history, name) for name in fact_specs(kind.value) if getattr(history, name)}
    assert [name for name, text in told.items() if not is_storable(text, fact_specs(kind.value)[name])] == []
