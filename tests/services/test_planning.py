"""Planning: the same rows against the same records give the same plan, whoever makes it and in how many parts."""

import io
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.checking import CheckSettings, RowChecker
from phcs.core.checking_order import hand_over, handed_row
from phcs.core.planning import DuplicateStrategy
from phcs.core.reading.reader import inspect_table, numbered_rows
from phcs.core.reading.tables import ReadLimits
from phcs.core.sources import recognise
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable, StagedFinding, StagedRow
from phcs.models.plans import PlanAction, PlanRow
from phcs.models.records import ExternalId, MatchKey
from phcs.services.bulk import JsonText, insert_rows
from phcs.services.deciding import decide_match
from phcs.services.staged_writing import STAGED_COLUMNS
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    Clock,
    advance,
    approve,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    export_csv,
    live_hashes,
    plan_anew_behind_the_back,
    seen,
    table_hash,
    visit,
    visits,
)

Db = scoped_session[Session]

PEOPLE = ["Ana Silva", "Ana María Silva", "Silva, Ana", "Luis Silva", "Omar Haddad", "Walk-in"]
ROW = st.fixed_dictionaries(
    {
        "waitwhile_id": st.sampled_from(["", "v1", "v2", "v3", "v4", "v5", "v6"]),
        "customer_id": st.sampled_from(["", "", "c1", "c2", "c3"]),
        "client_name": st.sampled_from(PEOPLE),
        "client_phone": st.sampled_from(["", "+14155550001", "+14155550002", "+14155550003"]),
        "client_email": st.sampled_from(["", "a@example.org", "b@example.org"]),
        "pet_name": st.sampled_from(["", "Rex", "Luna", "Rex, Luna"]),
        "species": st.sampled_from(["", "dog", "cat"]),
        "status": st.sampled_from(["New", "Closed"]),
        "notes": st.sampled_from(["", "one", "two"]),
    }
)
FILES = st.lists(ROW.map(lambda cells: visit(0, **cells)), min_size=1, max_size=16)


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def build_staged(admin: Actor, rows: list[dict[str, str]], *, duplicates: str = "link") -> UUID:
    """An import with these rows staged, as reading and staging leave it, but without their processes."""
    import_id = build_import(actor=admin, content=rows, duplicates=duplicates)
    stream = io.BytesIO(export_csv(rows).encode())
    reading = inspect_table(stream, name="visits.csv", limits=ReadLimits())
    headings = tuple(column.heading_given for column in reading.columns)
    mapping = recognise(reading)
    checker = RowChecker(mapping, headings, CheckSettings(region="US", time_zone="UTC"), now=NOW)
    handed = hand_over(numbered_rows(stream, reading, limits=ReadLimits()), checker)
    staged = [
        (import_id, 1, row_no, admin.organisation_id, status, JsonText(cells), JsonText(record), digest)
        for row_no, status, digest, cells, record, _ in (handed_row(line.decode()) for line in handed)
    ]
    with transaction() as writing:
        insert_rows(writing, StagedRow, STAGED_COLUMNS, staged)
        writing.add(
            SourceTable(
                import_id=import_id,
                table_no=1,
                organisation_id=admin.organisation_id,
                name="visits.csv",
                kind="case",
                source="waitwhile",
                reading=reading.as_json(),
                mapping=mapping.as_json(),
            )
        )
    change_behind_the_back(
        Import, Import.id == import_id, source="waitwhile", kind="case", rows_total=len(staged)
    )
    return import_id


def replan(import_id: UUID, *, chunk_rows: int) -> dict[str, Any]:
    """All that a plan is made of, after it was made in chunks of this size."""
    plan_anew_behind_the_back(import_id)
    assert advance(import_id, chunk_rows=chunk_rows) is ImportState.REVIEW
    details = seen(import_id)
    keys = db.session.execute(
        sa.select(MatchKey.key, MatchKey.owner_id).where(MatchKey.import_id == import_id)
    )
    return {
        "fingerprint": details.plan_fingerprint,
        "counts": (details.plan_counts, details.row_counts, details.finding_counts),
        "rows": table_hash(PlanRow, PlanRow.import_id == import_id),
        "actions": table_hash(PlanAction, PlanAction.import_id == import_id),
        "findings": table_hash(StagedFinding, StagedFinding.import_id == import_id),
        "keys": {tuple(row) for row in keys},
    }


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes, and files are small
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(earlier=FILES, later=FILES, duplicates=st.sampled_from(DuplicateStrategy))
def test_a_plan_is_the_same_in_how_many_chunks_it_is_made(
    session: Db, earlier: list[dict[str, str]], later: list[dict[str, str]], duplicates: DuplicateStrategy
) -> None:
    admin = actor_of(build_person())
    live = build_staged(admin, earlier)
    replan(live, chunk_rows=1_000)
    approve(live, actor=admin)
    assert advance(live) is ImportState.COMPLETED
    import_id = build_staged(admin, later, duplicates=duplicates.value)

    whole = replan(import_id, chunk_rows=1_000)

    assert replan(import_id, chunk_rows=1) == whole
    assert replan(import_id, chunk_rows=5) == whole


def test_a_repeated_row_that_gives_its_owner_another_id_keeps_that_id(session: Db, admin: Actor) -> None:
    rows = [
        visit(1, customer_id="c2"),
        visit(1, customer_id="c1"),
        visit(2, customer_id="c1", client_phone="", client_email=""),
    ]
    import_id = build_staged(admin, rows)

    plans = [replan(import_id, chunk_rows=chunk_rows) for chunk_rows in (1, 1_000)]
    approve(import_id, actor=admin)
    advance(import_id)

    assert plans[0] == plans[1]
    ids = session.scalars(sa.select(ExternalId.external_id).where(ExternalId.kind == "owner"))
    assert set(ids) >= {"c1", "c2"}


def test_planning_changes_no_live_record(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(3))
    before = live_hashes(admin.organisation_id)
    import_id = build_review(actor=admin, content=[visit(1, status="Closed"), visit(9)])
    own_keys = table_hash(MatchKey, MatchKey.import_id.is_(None))

    replan(import_id, chunk_rows=1)

    after = live_hashes(admin.organisation_id)
    assert {**after, "match_keys": ""} == {**before, "match_keys": ""}
    assert table_hash(MatchKey, MatchKey.import_id.is_(None)) == own_keys


def test_a_plan_half_made_by_a_dead_worker_leaves_no_trace_in_the_next(session: Db, admin: Actor) -> None:
    rows = [*visits(12), visit(3), visit(13, client_phone="+14155000001")]
    import_id = build_import(actor=admin, content=rows)
    clock = Clock()

    def stop(at: str, done: int, total: int) -> None:
        if (at, done) == ("checking", 12):
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        advance(import_id, clock=clock, chunk_rows=4, told=stop)
    assert count(PlanRow) == 8
    clock.wait(31)
    assert advance(import_id, clock=clock, chunk_rows=4) is ImportState.REVIEW

    second = seen(import_id)
    assert count(PlanRow) == 14
    assert replan(import_id, chunk_rows=1_000)["fingerprint"] == second.plan_fingerprint
    assert seen(import_id).finding_counts == second.finding_counts


def test_a_decision_holds_in_every_later_plan(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, client_name="Ana Silva", customer_id="")])
    asks = visit(2, client_name="A. Silva", client_phone="+14155000001", customer_id="", client_email="")
    import_id = build_review(actor=admin, content=[visit(5), asks])
    waiting = session.scalars(sa.select(PlanRow).where(PlanRow.undecided.is_(True))).one()
    assert waiting.owner_id is not None
    decide_match(actor=admin, now=NOW, import_id=import_id, row_no=3, owner_id=waiting.owner_id, same=True)
    assert advance(import_id) is ImportState.REVIEW
    decided = replan(import_id, chunk_rows=1_000)

    again = replan(import_id, chunk_rows=1)

    assert again == decided
    assert again["counts"][0]["needs_decision"] == 0
    assert again["counts"][0]["owner"]["create"] == 1
