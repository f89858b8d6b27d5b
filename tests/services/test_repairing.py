"""Repairs of staged cells: checked at once, planned anew, audited, taken back, and kept when it is mapped anew."""

import json
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError, WrongStateError
from phcs.core.findings import FindingCode
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.options import AskedReading
from phcs.core.permissions import Role
from phcs.core.planning.fingerprint import action_from_stored
from phcs.core.reading.choices import ReadingChoices
from phcs.core.repairing import CellRepair
from phcs.core.row_places import RowPlace
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.finding_causes import FindingCause, FindingValue
from phcs.models.imports import Import, StagedFinding, StagedRow
from phcs.models.plans import PlanAction, PlanRow
from phcs.models.repairs import Repair, RepairBatch
from phcs.queries.finding_causes import Cause, finding_causes, to_do
from phcs.queries.repaired_cells import misfits
from phcs.services.approval import abort_import
from phcs.services.confirming import confirm_findings, withdraw_confirmation
from phcs.services.mapping_columns import confirm_mapping
from phcs.services.repair_recipes import follow_recipe, save_recipe, take_in_recipe
from phcs.services.repairing import repair_alike, repair_cells, take_back_repairs
from phcs.services.rereading import reread_import
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, approve, build_review, count, export_csv, seen, visit

PHONE, SPECIES = 3, 6
Db = scoped_session[Session]
GOOD = [visit(number) for number in range(1, 9)]


def messy() -> list[dict[str, str]]:
    """The good rows, two of them with a slip in the phone number, four with one in the species."""
    slips = {2: {"client_phone": "12"}, 3: {"client_phone": "0-0"}} | {
        at: {"species": "Dogg"} for at in range(4, 8)
    }
    return [{**row, **slips.get(at, {})} for at, row in enumerate(GOOD)]


@pytest.fixture
def actor(session: Db) -> Actor:
    return actor_of(build_person())


@pytest.fixture
def import_id(actor: Actor) -> UUID:
    return build_review(actor=actor, content=messy())


def fix(import_id: UUID, actor: Actor, row_no: int, position: int, value: str) -> Any:
    return repair_cells(
        actor=actor, now=NOW, import_id=import_id, repairs=[CellRepair(row_no, position, value)]
    )


def staged(session: Db, table: Any, import_id: UUID, *but: str) -> list[tuple[Any, ...]]:
    """All rows of a table about an import, without the columns that differ between any two imports."""
    session.rollback()
    left_out = {"import_id", "organisation_id", "row_digest", *but}
    columns = [column for column in table.__table__.c if column.name not in left_out]
    rows = session.execute(sa.select(*columns).where(table.import_id == import_id))
    return sorted((tuple(row) for row in rows), key=repr)


def test_repaired_cells_give_what_a_file_that_had_them_right_gives(
    session: Db, actor: Actor, import_id: UUID
) -> None:
    for row_no in (4, 5):
        fix(import_id, actor, row_no, PHONE, GOOD[row_no - 2]["client_phone"])
    done = repair_alike(
        actor=actor, now=NOW, import_id=import_id, position=SPECIES, former=" Dogg ", value="dog"
    )
    assert (done.batch_no, done.rows, done.statuses) == (3, 4, {"valid": 4})
    assert advance(import_id) is ImportState.REVIEW

    right = build_review(actor=actor_of(build_person()), content=GOOD)
    for table, but in (
        (StagedRow, ()),
        (StagedFinding, ()),
        (FindingCause, ()),
        (FindingValue, ()),
        (PlanRow, ("record_id", "owner_id", "plan_digest")),
    ):
        assert staged(session, table, import_id, *but) == staged(session, table, right, *but)
    assert stated(session, import_id) == stated(session, right)
    assert seen(import_id).row_counts == {"valid": 8}


def stated(session: Db, import_id: UUID) -> list[Any]:
    """What the plan's actions state, without the keys that every import gives its own."""
    rows = session.scalars(sa.select(PlanAction).where(PlanAction.import_id == import_id)).all()
    actions = [
        action_from_stored(
            (one.kind.value, one.action, one.record_id.hex, None, one.base_version, one.external_id, text)
        )
        for one in rows
        for text in [json.dumps(one.body)]
    ]
    return sorted(repr((one.kind, one.action, one.facts, one.changes, one.imported)) for one in actions)


def test_a_repair_taken_back_gives_the_former_plan(session: Db, actor: Actor, import_id: UUID) -> None:
    before = {
        table: staged(session, table, import_id)
        for table in (StagedRow, StagedFinding, PlanRow, FindingCause)
    }
    fingerprint = seen(import_id).plan_fingerprint

    fix(import_id, actor, 4, PHONE, "+14155559999")
    repair_alike(actor=actor, now=NOW, import_id=import_id, position=SPECIES, former="Dogg", value="cat")
    advance(import_id)
    assert seen(import_id).plan_fingerprint != fingerprint
    for batch_no in (1, 2):
        take_back_repairs(actor=actor, now=NOW, import_id=import_id, batch_no=batch_no)
    advance(import_id)

    assert seen(import_id).plan_fingerprint == fingerprint
    assert {table: staged(session, table, import_id) for table in before} == before


def test_a_cell_keeps_what_a_later_repair_says_when_an_earlier_one_is_taken_back(
    session: Db, actor: Actor, import_id: UUID
) -> None:
    fix(import_id, actor, 4, PHONE, "13")
    fix(import_id, actor, 4, PHONE, "+14155559999")
    take_back_repairs(actor=actor, now=NOW, import_id=import_id, batch_no=1)
    assert cell(session, import_id, 4, PHONE) == "+14155559999"

    take_back_repairs(
        actor=actor, now=NOW, import_id=import_id, batch_no=2, row=RowPlace(1, 4), position=PHONE
    )
    assert cell(session, import_id, 4, PHONE) == "12"
    with pytest.raises(NotFoundError):
        take_back_repairs(actor=actor, now=NOW, import_id=import_id, batch_no=2)


def cell(session: Db, import_id: UUID, row_no: int, position: int) -> str:
    session.rollback()
    row = session.get_one(StagedRow, (import_id, 1, row_no))
    return str(row.cells[position])


def test_sums_are_kept_in_step_with_every_repair(session: Db, actor: Actor, import_id: UUID) -> None:
    fix(import_id, actor, 4, PHONE, "0-0")
    repair_alike(actor=actor, now=NOW, import_id=import_id, position=SPECIES, former="Dogg", value="Catt")

    in_step = causes_of(session, import_id, actor)
    advance(import_id)
    assert [(one.code, one.column, one.number, one.samples) for one in in_step] == [
        (one.code, one.column, one.number, one.samples) for one in causes_of(session, import_id, actor)
    ]
    assert [(one.column, one.number, one.samples) for one in in_step] == [
        ("client_phone", 2, ("0-0",)),
        ("species", 4, ("Catt",)),
    ]


def causes_of(session: Db, import_id: UUID, actor: Actor) -> tuple[Cause, ...]:
    session.rollback()
    return finding_causes(session(), organisation_id=actor.organisation_id, import_id=import_id)


def test_repairs_outlive_a_new_mapping_and_say_when_they_fit_no_more(
    session: Db, actor: Actor, import_id: UUID
) -> None:
    fix(import_id, actor, 4, PHONE, "+14155559999")
    fix(import_id, actor, 6, SPECIES, "cat")
    advance(import_id)
    confirm_mapping(actor=actor, now=NOW, import_id=import_id, answers=MappingAnswers(targets={10: ""}))
    advance(import_id)
    assert (cell(session, import_id, 4, PHONE), cell(session, import_id, 6, SPECIES)) == (
        "+14155559999",
        "cat",
    )
    assert seen(import_id).finding_counts == {"phone.invalid": 1, "species.unknown": 3}

    asked = AskedReading(choices=ReadingChoices(header_row=3), kind="case")
    reread_import(actor=actor, now=NOW, import_id=import_id, asked=asked)
    advance(import_id)
    session.rollback()
    left = misfits(session(), organisation_id=actor.organisation_id, import_id=import_id)
    assert [(one.row_no, one.heading) for one in left] == [(4, "client_phone"), (6, "species")]


def test_a_repair_is_audited_and_counts_as_an_edit(session: Db, actor: Actor, import_id: UUID) -> None:
    repair_alike(actor=actor, now=NOW, import_id=import_id, position=SPECIES, former="Dogg", value="dog")

    session.rollback()
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.repaired")).one()
    assert event.values == {"changes": {"species": ["Dogg", "dog"]}, "rows": "6-9"}
    assert event.detail == {"batch": 1, "way": "alike", "rows": 4, "cells": 4}
    assert (event.actor_id, "Dogg" in str(event.detail)) == (str(actor.id), False)
    assert str(actor.id) in session.get_one(Import, import_id).edited_by


@pytest.mark.parametrize(
    ("repair", "error"),
    [
        (CellRepair(99, PHONE, "1"), NotFoundError),
        (CellRepair(4, 99, "1"), InvalidInputError),
        (CellRepair(4, PHONE, "a\x00"), InvalidInputError),
        (CellRepair(4, PHONE, "1", former="somebody else's"), InvalidInputError),
    ],
)
def test_what_cannot_be_repaired_changes_nothing(
    session: Db, actor: Actor, import_id: UUID, repair: CellRepair, error: type[Exception]
) -> None:
    with pytest.raises(error):
        repair_cells(
            actor=actor, now=NOW, import_id=import_id, repairs=[CellRepair(5, PHONE, "+14155550000"), repair]
        )
    assert (count(Repair), count(RepairBatch), seen(import_id).row.state) == (0, 0, ImportState.REVIEW)


def test_a_cell_that_says_it_already_is_no_repair(actor: Actor, import_id: UUID) -> None:
    assert fix(import_id, actor, 4, PHONE, "12").batch_no == 0
    assert seen(import_id).row.state is ImportState.REVIEW


def test_nothing_is_repaired_after_the_approval_nor_by_strangers(actor: Actor, import_id: UUID) -> None:
    auditor = actor_of(build_person(role=Role.AUDITOR))
    for stranger, error in ((actor_of(build_person()), NotFoundError), (auditor, NotAllowedError)):
        with pytest.raises(error):
            fix(import_id, stranger, 4, PHONE, "+14155559999")
    approve(import_id, actor=actor)
    with pytest.raises(WrongStateError):
        fix(import_id, actor, 4, PHONE, "+14155559999")
    with pytest.raises(WrongStateError):
        take_back_repairs(actor=actor, now=NOW, import_id=import_id, batch_no=1)


def test_repairs_follow_each_other_while_the_plan_is_made_anew(actor: Actor, import_id: UUID) -> None:
    fix(import_id, actor, 4, PHONE, "+14155559999")
    assert seen(import_id).row.state is ImportState.STAGING
    fix(import_id, actor, 5, PHONE, "+14155559998")

    assert advance(import_id) is ImportState.REVIEW
    assert seen(import_id).row.error == 0


def test_confirmed_warnings_are_counted_apart_until_there_are_more_of_them(
    session: Db, actor: Actor, import_id: UUID
) -> None:
    unknown = {"code": FindingCode.SPECIES_UNKNOWN, "column": "species"}
    place = {"actor": actor, "now": NOW, "import_id": import_id}
    assert confirm_findings(**place, **unknown) == 4  # type: ignore[arg-type]
    todo = to_do(causes_of(session, import_id, actor))
    assert (todo.errors, todo.warnings, todo.confirmed) == (2, 0, 4)

    fix(import_id, actor, 2, SPECIES, "Catt")
    assert to_do(causes_of(session, import_id, actor)).warnings == 1
    assert confirm_findings(**place, **unknown, value="Catt") == 1  # type: ignore[arg-type]
    withdraw_confirmation(**place, confirmation_no=1)  # type: ignore[arg-type]
    assert to_do(causes_of(session, import_id, actor)).warnings == 4
    with pytest.raises(InvalidInputError):
        confirm_findings(**place, code=FindingCode.PHONE_INVALID, column="client_phone")  # type: ignore[arg-type]


def test_a_recipe_repairs_the_next_file_in_one_batch(session: Db, actor: Actor, import_id: UUID) -> None:
    repair_alike(actor=actor, now=NOW, import_id=import_id, position=SPECIES, former="Dogg", value="dog")
    fix(import_id, actor, 4, PHONE, "+14155559999")
    assert save_recipe(actor=actor, now=NOW, import_id=import_id, name="Door list") == 2

    following = build_review(actor=actor, content=[visit(n, species="Dogg") for n in range(50, 53)])
    done = follow_recipe(actor=actor, now=NOW, import_id=following, name="door LIST")
    assert (done.rows, done.cells, done.statuses) == (3, 3, {"valid": 3})
    with pytest.raises(NotFoundError):
        follow_recipe(actor=actor_of(build_person()), now=NOW, import_id=following, name="Door list")
    with pytest.raises(InvalidInputError):
        follow_recipe(actor=actor, now=NOW, import_id=following, name="Door list")
    with pytest.raises(InvalidInputError):
        take_in_recipe(actor=actor, now=NOW, content=b"{}")


def test_an_import_that_is_aborted_keeps_no_repair(actor: Actor, import_id: UUID) -> None:
    fix(import_id, actor, 4, PHONE, "+14155559999")
    advance(import_id)
    abort_import(actor=actor, now=NOW, import_id=import_id, reason="no")

    assert [count(table) for table in (Repair, RepairBatch, FindingCause, FindingValue)] == [0, 0, 0, 0]


def test_alike_cells_are_repaired_some_thousand_at_a_time(
    actor: Actor, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = build_review(
        actor=actor, content=export_csv([visit(n, species="Dogg" if n % 2 else "cat") for n in range(40)])
    )
    monkeypatch.setattr("phcs.services.repairing.ROWS_AT_ONCE", 7)

    done = repair_alike(
        actor=actor, now=NOW, import_id=import_id, position=SPECIES, former="Dogg", value="dog"
    )
    assert (done.rows, count(RepairBatch), count(Repair)) == (20, 1, 20)
    done = take_back_repairs(actor=actor, now=NOW, import_id=import_id, batch_no=1)
    assert (done.rows, done.statuses) == (20, {"warning": 20})
