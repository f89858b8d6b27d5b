"""What a row says survives its way through the staging table, whatever it says."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.records import (
    CaseFacts,
    OwnerFacts,
    PetFacts,
    RowRecord,
    record_as_json,
    record_from_json,
    record_in_full,
)

TEXTS = st.text(max_size=6)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
CUSTOM = st.dictionaries(TEXTS, TEXTS, max_size=2)
SEVERAL: dict[str, st.SearchStrategy[Any]] = {"tags": LISTS, "services": LISTS, "custom": CUSTOM}


def facts(of: type[Any]) -> st.SearchStrategy[Any]:
    """Any facts of this kind; a status is never empty."""
    names = of.__dataclass_fields__
    return st.builds(
        of, **{name: SEVERAL.get(name, TEXTS.filter(bool) if name == "status" else TEXTS) for name in names}
    )


RECORDS = st.builds(
    RowRecord,
    owner=st.none() | facts(OwnerFacts),
    owner_external_id=TEXTS,
    pets=st.lists(facts(PetFacts), max_size=2).map(tuple),
    case=st.none() | facts(CaseFacts),
    case_external_id=TEXTS,
    skip=TEXTS,
)


@given(record=RECORDS)
def test_a_record_comes_back_as_it_was(record: RowRecord) -> None:
    assert record_from_json(orjson.loads(orjson.dumps(record_as_json(record)))) == record


@given(record=RECORDS)
def test_a_record_that_was_stored_with_its_empty_facts_still_reads(record: RowRecord) -> None:
    assert record_from_json(orjson.loads(orjson.dumps(record))) == record


@given(record=RECORDS)
def test_people_and_programs_see_every_fact(record: RowRecord) -> None:
    stored = orjson.loads(orjson.dumps(record_as_json(record)))

    assert orjson.dumps(record_in_full(stored)) == orjson.dumps(record)


def test_a_person_of_whom_nothing_is_known_is_still_a_person() -> None:
    assert record_from_json(record_as_json(RowRecord(owner=OwnerFacts()))).owner == OwnerFacts()


def test_facts_that_say_nothing_are_not_stored() -> None:
    stored = record_as_json(RowRecord(owner=OwnerFacts(full_name="Ana Silva"), pets=(PetFacts(),)))

    assert (stored["owner"], stored["pets"]) == ({"full_name": "Ana Silva"}, [{}])
