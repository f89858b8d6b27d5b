"""The data-quality log: every finding with what became of it, for ever; the file's values only until their date."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import NotAllowedError, WrongStateError
from phcs.core.findings import FindingCode
from phcs.core.permissions import Role
from phcs.core.retention import KeepDays
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import StagedFinding
from phcs.models.quality import FindingCount, LoggedFinding
from phcs.queries.quality import QualityFilter, all_entries, quality_of_import, quality_of_sources
from phcs.services.approval import abort_import
from phcs.services.confirming import confirm_findings
from phcs.services.error_choice import choose_on_error
from phcs.services.purging import purge_due
from phcs.services.repairing import repair_alike
from tests.builders import NOW, actor_of, build_actor, build_person
from tests.import_builders import (
    advance,
    approve,
    build_promotion,
    build_review,
    count,
    seen,
    visit,
    visits,
    workshop,
)

Db = scoped_session[Session]
ROWS = [visit(1), visit(2, client_name=""), visit(3, species="dragon"), visit(4, client_phone="12")]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def entries(import_id: UUID) -> dict[tuple[int, str], tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(LoggedFinding).where(LoggedFinding.import_id == import_id))
    return {(one.row_no, str(one.code)): (one.resolution.value, one.resolved_by_name) for one in rows}


def test_the_log_holds_every_finding_of_the_plan_once_and_open(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=[*ROWS, visit(3, species="dragon")])

    found = session.execute(
        sa.select(StagedFinding.row_no, StagedFinding.code).where(StagedFinding.import_id == import_id)
    )
    assert set(entries(import_id)) == {(row_no, str(code)) for row_no, code in found}
    assert set(entries(import_id).values()) == {("open", "")}
    assert sum(seen(import_id).finding_counts.values()) == count(LoggedFinding)


def test_a_promotion_closes_what_is_open(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=ROWS)

    assert entries(import_id) == {
        (3, "name.missing"): ("rejected", admin.name),
        (4, "species.unknown"): ("promoted", admin.name),
        (5, "phone.invalid"): ("rejected", admin.name),
    }


def test_a_repair_is_named_with_who_made_it(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=ROWS)
    position = list(ROWS[0]).index("client_phone")
    repair_alike(
        actor=admin, now=NOW, import_id=import_id, position=position, former="12", value="+14155550144"
    )
    advance(import_id)
    approve(import_id, actor=admin)
    advance(import_id)

    assert entries(import_id)[5, "phone.invalid"] == ("repaired", admin.name)


def test_a_finding_that_a_repair_did_not_settle_is_open_with_what_the_cell_says_now(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=ROWS)
    position = list(ROWS[0]).index("client_phone")
    repair_alike(actor=admin, now=NOW, import_id=import_id, position=position, former="12", value="13")
    advance(import_id)

    assert entries(import_id)[5, "phone.invalid"] == ("open", "")
    session.rollback()
    assert session.scalar(sa.select(LoggedFinding.value).where(LoggedFinding.code == "phone.invalid")) == "13"


def test_what_a_person_confirmed_is_told_so_and_stays_so_when_it_is_promoted(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=ROWS)
    confirm_findings(
        actor=admin, now=NOW, import_id=import_id, code=FindingCode.SPECIES_UNKNOWN, column="species"
    )
    assert entries(import_id)[4, "species.unknown"] == ("confirmed", admin.name)

    approve(import_id, actor=admin)
    advance(import_id)

    assert entries(import_id)[4, "species.unknown"] == ("confirmed", admin.name)


def test_an_aborted_import_leaves_its_findings_as_declined(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=ROWS)

    abort_import(actor=admin, now=NOW, import_id=import_id, reason="")

    assert (count(StagedFinding), set(entries(import_id).values())) == (0, {("declined", admin.name)})


def test_the_counts_are_those_of_the_log(session: Db, admin: Actor) -> None:
    first = build_promotion(actor=admin, content=ROWS)
    build_review(actor=admin, content=[visit(9, client_name="")])

    causes = quality_of_import(session(), organisation_id=admin.organisation_id, import_id=first)
    sources = quality_of_sources(
        session(), organisation_id=admin.organisation_id, wanted=QualityFilter(severity="error")
    )

    assert [(one.code, one.tally.open, one.tally.resolved) for one in causes] == [
        ("name.missing", 1, 0),
        ("phone.invalid", 1, 0),
        ("species.unknown", 0, 1),
    ]
    assert {source: (tally.open, tally.resolved) for source, tally in sources.items()} == {
        "waitwhile": (3, 0)
    }
    assert session.scalar(sa.select(sa.func.sum(FindingCount.number))) == count(LoggedFinding)


def test_the_purge_empties_the_values_and_keeps_all_else(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=ROWS)
    before = entries(import_id)
    assert count(LoggedFinding, LoggedFinding.value != "") == 2

    keep = KeepDays(files=7, staged=30, undo=30)
    purge_due(now=NOW + timedelta(days=31), store=workshop().store, keep=keep, rows_at_once=1)

    assert entries(import_id) == before
    assert count(LoggedFinding, sa.or_(LoggedFinding.value != "", LoggedFinding.detail != "")) == 0
    [event] = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.rows_purged"))
    assert event.detail["quality_log_values"] == 2


def test_no_organisation_sees_the_log_of_another(session: Db, admin: Actor) -> None:
    theirs = build_review(actor=actor_of(build_person()), content=ROWS)

    own = {"organisation_id": admin.organisation_id}
    assert list(all_entries(session(), **own, wanted=QualityFilter(), import_id=theirs)) == []
    assert quality_of_sources(session(), **own, wanted=QualityFilter()) == {}


def test_closing_the_log_takes_as_many_statements_for_many_rows_as_for_few(session: Db, admin: Actor) -> None:
    numbers = []
    for rows in (2, 40):
        import_id = build_review(
            actor=admin, content=[visit(rows * 100 + one, client_name="") for one in range(rows)] + visits(1)
        )
        approve(import_id, actor=admin)
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)  # noqa: B023 - used before the next turn

        sa.event.listen(db.engine, "before_cursor_execute", note)
        advance(import_id)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        numbers.append(sum("quality_" in one for one in statements))

    assert numbers[0] == numbers[1] > 0


def test_whoever_may_approve_chooses_about_rows_with_errors_while_it_is_open(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=ROWS, on_error="stop")
    fingerprint = seen(import_id).plan_fingerprint
    auditor = build_actor(role=Role.AUDITOR, organisation_id=admin.organisation_id)

    with pytest.raises(NotAllowedError):
        choose_on_error(actor=auditor, now=NOW, import_id=import_id, on_error="skip")
    choose_on_error(actor=admin, now=NOW, import_id=import_id, on_error="skip")

    assert seen(import_id).options.on_error == "skip"
    assert seen(import_id).plan_fingerprint == fingerprint
    [event] = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.on_error_chosen"))
    assert event.detail == {"from": "stop", "to": "skip"}
    approve(import_id, actor=admin)
    advance(import_id)
    with pytest.raises(WrongStateError):
        choose_on_error(actor=admin, now=NOW, import_id=import_id, on_error="stop")
