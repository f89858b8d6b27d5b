"""Which imports a worker should take up."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.states import ENDS, WAITING_FOR_PERSON, WORKING, ImportState
from phcs.queries.waiting import imports_without_worker, oldest_wait_seconds
from tests.builders import NOW, build_organisation
from tests.record_builders import build_import

Db = scoped_session[Session]
HELD = sorted(WORKING)
FREE = [ImportState.RECEIVED, ImportState.APPROVED, *HELD]


@pytest.mark.parametrize("state", FREE)
def test_an_import_that_nobody_holds_waits(session: Db, state: ImportState) -> None:
    found = build_import(session, build_organisation().id, state=state)

    assert imports_without_worker(session(), now=NOW) == [found.id]


@pytest.mark.parametrize("state", HELD)
def test_a_held_import_waits_only_after_its_lease(session: Db, state: ImportState) -> None:
    found = build_import(session, build_organisation().id, state=state, lease_until=NOW)

    assert imports_without_worker(session(), now=NOW) == []
    assert imports_without_worker(session(), now=NOW + timedelta(seconds=1)) == [found.id]


@pytest.mark.parametrize("state", sorted(WAITING_FOR_PERSON | ENDS))
def test_what_waits_for_a_person_or_has_ended_is_no_workers_business(session: Db, state: ImportState) -> None:
    build_import(session, build_organisation().id, state=state, lease_until=None)

    assert imports_without_worker(session(), now=NOW) == []


def test_imports_of_all_organisations_come_in_the_order_of_their_keys_and_not_too_many(session: Db) -> None:
    organisations = [build_organisation().id, build_organisation().id]
    waiting = [
        build_import(session, organisations[each % 2], state=ImportState.RECEIVED).id for each in range(5)
    ]

    assert imports_without_worker(session(), now=NOW) == sorted(waiting)
    assert imports_without_worker(session(), now=NOW, limit=3) == sorted(waiting)[:3]


def test_the_oldest_wait_is_told_in_seconds(session: Db) -> None:
    organisation_id = build_organisation().id
    assert oldest_wait_seconds(session(), now=NOW) == 0.0
    for minutes, state in ((9, ImportState.REVIEW), (2, ImportState.RECEIVED), (1, ImportState.APPROVED)):
        build_import(session, organisation_id, state=state, updated_at=NOW - timedelta(minutes=minutes))

    assert oldest_wait_seconds(session(), now=NOW) == 120.0


def test_an_import_whose_worker_is_gone_waits_since_its_lease_ended(session: Db) -> None:
    ended = NOW - timedelta(seconds=40)
    build_import(
        session,
        build_organisation().id,
        state=ImportState.UNDOING,
        lease_until=ended,
        updated_at=ended - timedelta(seconds=30),
    )

    assert oldest_wait_seconds(session(), now=NOW) == 40.0


def test_only_what_has_waited_for_long_enough_is_given_when_that_is_asked(session: Db) -> None:
    organisation_id = build_organisation().id
    for seconds in (5, 15):
        build_import(
            session,
            organisation_id,
            state=ImportState.RECEIVED,
            updated_at=NOW - timedelta(seconds=seconds),
        )
    build_import(session, organisation_id, state=ImportState.STAGING, lease_until=NOW - timedelta(seconds=11))

    assert len(imports_without_worker(session(), now=NOW)) == 3
    assert len(imports_without_worker(session(), now=NOW, for_seconds=10)) == 2
    assert imports_without_worker(session(), now=NOW, for_seconds=20) == []
