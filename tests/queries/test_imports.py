"""What is asked about imports: their history, one in full, how far it is."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.queries.import_report import history_entry_as_json, import_as_json
from phcs.queries.imports import (
    HistoryFilter,
    earlier_imports_of,
    import_details,
    imports_waiting_for_person,
    recent_imports,
)
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, seen, visit, visits
from tests.record_builders import NOON, build_import, counted_queries

Db = scoped_session[Session]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (HistoryFilter(), {"a.csv", "b.csv", "c.csv"}),
        (HistoryFilter(state="failed"), {"b.csv"}),
        (HistoryFilter(state="no such state"), {"a.csv", "b.csv", "c.csv"}),
        (HistoryFilter(source="plain"), {"a.csv"}),
        (HistoryFilter(text="B.CS"), {"b.csv"}),
        (HistoryFilter(text="%"), set()),
        (HistoryFilter(since=NOON + timedelta(days=1)), {"b.csv", "c.csv"}),
        (HistoryFilter(until=NOON + timedelta(days=1)), {"a.csv"}),
        (HistoryFilter(state="failed", source="plain"), set()),
    ],
)
def test_the_history_can_be_narrowed(session: Db, wanted: HistoryFilter, names: set[str]) -> None:
    organisation_id = build_organisation().id
    day = timedelta(days=1)
    build_import(session, organisation_id, "a.csv", source="plain", created_at=NOON)
    build_import(session, organisation_id, "b.csv", state=ImportState.FAILED, created_at=NOON + day)
    build_import(session, organisation_id, "c.csv", created_at=NOON + 2 * day)

    page = recent_imports(session(), organisation_id=organisation_id, wanted=wanted)

    assert {row.file_name for row in page.rows} == names


def test_the_history_is_read_page_by_page_newest_first_with_one_query_a_page(session: Db) -> None:
    organisation_id = build_organisation().id
    ids = [build_import(session, organisation_id).id for _ in range(7)]
    read: list[UUID] = []
    sizes: list[int] = []
    cursor: str | None = None
    for _ in range(3):
        with counted_queries(db.engine) as sent:
            page = recent_imports(
                session(), organisation_id=organisation_id, wanted=HistoryFilter(), cursor=cursor, size=3
            )
        read += [row.id for row in page.rows]
        sizes.append(len(sent))
        cursor = page.next

    assert read == sorted(ids, reverse=True)
    assert cursor is None
    assert set(sizes) == {1}


def test_what_waits_for_a_person_comes_oldest_first(session: Db) -> None:
    organisation_id = build_organisation().id
    built = {state: build_import(session, organisation_id, state=state).id for state in ImportState}

    waiting = imports_waiting_for_person(session(), organisation_id=organisation_id)

    assert [row.id for row in waiting] == sorted(
        built[state] for state in (ImportState.MAPPING, ImportState.REVIEW, ImportState.FAILED)
    )


def test_earlier_imports_of_the_same_contents_are_named_newest_first(session: Db) -> None:
    organisation_id = build_organisation().id
    same = [
        build_import(session, organisation_id, f"{each}.csv", file_sha256="a" * 64).id for each in range(3)
    ]
    build_import(session, organisation_id, file_sha256="b" * 64)

    found = earlier_imports_of(session(), organisation_id=organisation_id, sha256="a" * 64, but=same[2])

    assert [row.id for row in found] == sorted(same[:2], reverse=True)


def test_an_import_that_does_not_exist_is_none(session: Db) -> None:
    organisation_id = build_organisation().id

    assert import_details(session(), organisation_id=organisation_id, import_id=uuid4(), now=NOW) is None


def test_the_numbers_of_a_reviewed_import_add_up(session: Db) -> None:
    admin = actor_of(build_person())
    rows = [*visits(3), visit(1, waitwhile_id="again"), visit(2), visit(9, client_name="", client_phone="")]

    report = import_as_json(seen(build_review(actor=admin, content=rows)))

    assert report["rows"] == {"total": 6, "valid": 5, "warning": 0, "error": 1}
    assert report["plan"]["owner"] == {"create": 3, "update": 0, "link": 1, "unchanged": 0}
    assert report["plan"]["case"] == {
        "create": 4,
        "update": 0,
        "link": 0,
        "unchanged": 0,
        "skip": 1,
        "reject": 1,
    }
    assert report["duplicates_in_file"] == 1
    assert report["findings"]["name.missing"] == 1
    assert report["tables"] == [{"name": "visits.csv", "kind": "case", "rows": 6}]


def test_a_history_entry_names_who_decided_and_when(session: Db) -> None:
    admin = actor_of(build_person(name="Ada Admin"))
    import_id = build_promotion(actor=admin, content=visits(1))

    entry = history_entry_as_json(seen(import_id).row)

    assert entry == {
        "import": str(import_id),
        "state": "completed",
        "file_name": "visits.csv",
        "source": "waitwhile",
        "kind": "case",
        "rows": {"total": 1, "valid": 1, "warning": 0, "error": 0},
        "uploaded_by": "Ada Admin",
        "uploaded_at": NOW.isoformat(),
        "decided_by": "Ada Admin",
        "decided_at": NOW.isoformat(),
        "finished_at": NOW.isoformat(),
    }


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"state": ImportState.RECEIVED}, ("", 0, 0, None)),
        ({"state": ImportState.READING, "stage": ""}, ("reading", 0, 0, None)),
        ({"state": ImportState.STAGING, "stage": "checking", "rows_done": 500}, ("checking", 30, 50, 11)),
        (
            {"state": ImportState.STAGING, "stage": "matching", "rows_done": 1_000},
            ("matching", 95, 100, None),
        ),
        ({"state": ImportState.REVIEW, "stage": ""}, ("", 100, 0, None)),
        ({"state": ImportState.UNDONE, "stage": ""}, ("", 100, 0, None)),
        ({"state": ImportState.PROMOTING, "stage": "promoting"}, ("promoting", 0, 0, None)),
    ],
)
def test_progress_is_what_was_measured(
    session: Db, columns: dict[str, Any], expected: tuple[str, int, int, int | None]
) -> None:
    organisation_id = build_organisation().id
    started = {"rows_total": 1_000, "stage_started_at": NOW - timedelta(seconds=10)}
    found = build_import(session, organisation_id, **{**started, **columns})

    details = import_details(session(), organisation_id=organisation_id, import_id=found.id, now=NOW)

    assert details is not None
    progress = details.progress
    assert (progress.stage, progress.percent, progress.rate, progress.seconds_left) == expected


def test_an_import_in_review_has_read_all_its_rows(session: Db) -> None:
    organisation_id = build_organisation().id
    found = build_import(session, organisation_id, state=ImportState.REVIEW, rows_total=7, rows_done=0)

    details = import_details(session(), organisation_id=organisation_id, import_id=found.id, now=NOW)

    assert details is not None
    assert (details.progress.rows_done, details.progress.rows_total) == (7, 7)
