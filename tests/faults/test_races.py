"""What two people or workers do at the same moment has the effect of some order of the two; nobody sees a deadlock."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.config import Settings
from phcs.core.actors import Actor
from phcs.core.errors import AlreadyDecidedError, UseCaseError
from phcs.core.records import RecordKind
from phcs.core.states import ENDS, ImportState
from phcs.extensions import current_settings, db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, StagedRow
from phcs.models.plans import LedgerRow, PlanRow
from phcs.models.records import Case, Owner
from phcs.queries.audit_chains import verify_trail
from phcs.services.approval import abort_import, approve_import, retry_import
from phcs.services.purging import purge_due
from phcs.services.record_editing import edit_record
from phcs.services.undoing import approve_reversal
from phcs.services.working import keep_days
from tests.builders import NOW, actor_of, build_person
from tests.faults.races import Race, outcome_of, together
from tests.faults.sizes import races
from tests.import_builders import (
    advance,
    approve,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    seen,
    visit,
    visits,
    workshop,
)
from tests.undo_builders import UNDO_DAYS, prepare

pytestmark = pytest.mark.faults
Db = scoped_session[Session]
SHORT = 10
PEOPLE = 20
ROUNDS = 6


@pytest.fixture
def admin(session: Db) -> Iterator[Actor]:
    """Whose trail is whole after the race, whatever happened in it."""
    admin = actor_of(build_person())
    yield admin
    db.session.rollback()
    assert not verify_trail(db.session(), organisation_id=admin.organisation_id).problems


@pytest.fixture
def race(request: pytest.FixtureRequest, record_property: Any) -> Race:
    """The race that the test is named for."""
    return Race(request.node.originalname.removeprefix("test_").replace("_", " "), record_property)


def events(import_id: UUID, action: str) -> int:
    return count(AuditEvent, AuditEvent.import_id == import_id, AuditEvent.action == action)


def decide_again(import_id: UUID) -> None:
    """Let the same import wait for a decision once more; the product never does."""
    change_behind_the_back(
        Import, Import.id == import_id, state=ImportState.REVIEW, decided_at=None, approved_fingerprint=""
    )


def test_two_approve(app: Flask, admin: Actor, race: Race) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    fingerprint = seen(import_id).plan_fingerprint

    def approves() -> None:
        approve_import(actor=admin, now=NOW, import_id=import_id, fingerprint=fingerprint)

    for number in range(1, races(SHORT) + 1):
        found = together(app, approves, approves)
        race.ended(
            outcome_of(found),
            one_wins=found.count(None) == 1,
            the_other_told_who=any(isinstance(one, AlreadyDecidedError) for one in found),
            approved=seen(import_id).row.state is ImportState.APPROVED,
            told_once=events(import_id, "import.approved") == number,
        )
        decide_again(import_id)
    race.settle()


def test_one_approves_and_one_aborts(app: Flask, admin: Actor, race: Race) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    fingerprint = seen(import_id).plan_fingerprint

    def approves() -> None:
        approve_import(actor=admin, now=NOW, import_id=import_id, fingerprint=fingerprint)

    def aborts() -> None:
        abort_import(actor=admin, now=NOW, import_id=import_id, reason="The wrong file")

    for number in range(1, races(SHORT) + 1):
        approval, abortion = together(app, approves, aborts, spread=0.005)
        due = ImportState.APPROVED if approval is None else ImportState.ABORTED
        told = events(import_id, "import.approved") + events(import_id, "import.aborted")
        race.ended(
            "approved" if approval is None else "aborted",
            one_wins=[approval, abortion].count(None) == 1,
            the_other_refused_in_words=isinstance(approval or abortion, UseCaseError),
            in_the_winners_state=seen(import_id).row.state is due,
            told_once=told == number,
        )
        decide_again(import_id)
    race.settle()


def test_one_hint_delivered_twice(app: Flask, admin: Actor, race: Race) -> None:
    for number in range(races(SHORT)):
        import_id = build_review(actor=admin, content=visits(3, first=10 * number))
        approve(import_id, actor=admin)
        found = together(app, partial(advance, import_id), partial(advance, import_id))
        race.ended(
            " + ".join(sorted(str(one) for one in found)),
            nobody_disturbed=not any(isinstance(one, Exception) for one in found),
            completed=seen(import_id).row.state is ImportState.COMPLETED,
            all_rows_live_once=count(Case, Case.import_id == import_id) == 3,
            told_once=(events(import_id, "import.promoted"), events(import_id, "case.created")) == (1, 3),
        )
    race.settle()


def test_two_approve_an_undo_and_two_workers_carry_it_out(app: Flask, admin: Actor, race: Race) -> None:
    for number in range(races(SHORT)):
        import_id = build_promotion(actor=admin, content=visits(3, first=10 * number))
        fingerprint = prepare(import_id, actor=admin).fingerprint

        def undoes(import_id: UUID = import_id, fingerprint: str = fingerprint) -> object:
            approve_reversal(actor=admin, now=NOW, import_id=import_id, fingerprint=fingerprint)
            return advance(import_id)

        found = together(app, undoes, undoes)
        advance(import_id)
        race.ended(
            outcome_of(found),
            the_loser_refused_in_words=sum(isinstance(one, UseCaseError) for one in found) == 1,
            undone=seen(import_id).row.state is ImportState.UNDONE,
            nothing_live=count(Case, Case.import_id == import_id) == 0,
            told_once=(events(import_id, "import.undone"), events(import_id, "case.removed")) == (1, 3),
        )
    race.settle()


def test_one_edits_what_is_being_undone(app: Flask, admin: Actor, race: Race) -> None:
    for number in range(races(SHORT)):
        import_id = build_promotion(actor=admin, content=visits(2, first=10 * number))
        fingerprint = prepare(import_id, actor=admin).fingerprint
        approve_reversal(actor=admin, now=NOW, import_id=import_id, fingerprint=fingerprint)
        db.session.rollback()
        owner_id = db.session.scalars(sa.select(Owner.id).where(Owner.import_id == import_id).limit(1)).one()
        db.session.rollback()
        edits = partial(_edit, admin, owner_id, "An edited note")
        found = together(app, partial(advance, import_id), edits, spread=0.1)
        advance(import_id)
        edited = found[1] == ("notes",)
        kept = count(Owner, Owner.id == owner_id, Owner.notes == "An edited note") == 1
        state = seen(import_id).row.state
        waits = state is ImportState.COMPLETED  # the undo was worked out anew, and a person looks again
        race.ended(
            f"{'edited' if edited else 'edit refused'}, {state}",
            the_edit_kept_or_refused=kept == edited,
            refused_in_words=edited or isinstance(found[1], UseCaseError),
            undone_or_looked_at_again=waits or state is ImportState.UNDONE,
            no_worker_disturbed=not isinstance(found[0], Exception),
        )
    race.settle()


def _edit(admin: Actor, owner_id: UUID, notes: str) -> tuple[str, ...]:
    return edit_record(
        actor=admin,
        organisation_id=admin.organisation_id,
        kind=RecordKind.OWNER,
        record_id=owner_id,
        version=1,
        changes={"notes": notes},
        now=NOW,
    )


def test_two_imports_change_the_same_people_in_opposite_order(app: Flask, admin: Actor, race: Race) -> None:
    build_promotion(actor=admin, content=visits(PEOPLE))
    for number in range(races(SHORT)):
        rows = [visit(each, notes=f"Round {number}") for each in range(1, PEOPLE + 1)]
        other = [{**row, "notes": f"Other {number}"} for row in reversed(rows)]
        ids = [build_review(actor=admin, content=each, duplicates="update") for each in (rows, other)]
        troubles: list[object] = []
        for _ in range(ROUNDS):
            for import_id in ids:
                if seen(import_id).row.state is ImportState.REVIEW:
                    approve(import_id, actor=admin)
            works = [partial(advance, import_id, chunk_rows=5) for import_id in ids]
            troubles += [one for one in together(app, *works) if isinstance(one, Exception)]
        notes = set(
            db.session.scalars(sa.select(Case.notes).where(Case.organisation_id == admin.organisation_id))
        )
        race.ended(
            f"{notes.pop().split(' ')[0]} last" if len(notes) == 1 else "mixed",
            both_completed=all(seen(each).row.state is ImportState.COMPLETED for each in ids),
            no_deadlock_seen=troubles == [],
            all_of_one_import=notes == set(),
            nobody_twice=(count(Owner), count(Case)) == (PEOPLE, PEOPLE),
        )
    race.settle()


def test_the_same_file_uploaded_twice(app: Flask, admin: Actor, race: Race) -> None:
    for number in range(races(SHORT)):
        rows = visits(3, first=10 * number)

        def uploads(rows: Any = rows) -> UUID:
            return build_import(actor=admin, content=rows)

        found = together(app, uploads, uploads)
        ids = [one for one in found if isinstance(one, UUID)]
        troubles: list[object] = []
        for _ in range(ROUNDS):
            works = [partial(advance, import_id) for import_id in ids]
            troubles += [one for one in together(app, *works) if isinstance(one, Exception)]
            for import_id in ids:
                if seen(import_id).row.state is ImportState.REVIEW:
                    approve(import_id, actor=admin)
        details = db.session.scalars(
            sa.select(AuditEvent.detail).where(
                AuditEvent.import_id.in_(ids), AuditEvent.action == "import.received"
            )
        ).all()
        race.ended(
            outcome_of(found),
            two_imports=len(ids) == 2,
            the_second_names_the_first={one["same_content_as"] for one in details} <= {"", *map(str, ids)}
            and sum(bool(one["same_content_as"]) for one in details) == 1,
            both_ended=all(seen(each).row.state in ENDS for each in ids),
            nobody_disturbed=troubles == [],
            all_rows_live_once=count(Case, Case.import_id.in_(ids)) == 3,
        )
    race.settle()


def test_one_tries_again_what_is_being_purged(app: Flask, admin: Actor, race: Race) -> None:
    later = NOW + timedelta(days=UNDO_DAYS + 1)
    keep = keep_days(Settings.from_environment({"PHCS_INSTANCE": current_settings().instance}))
    for number in range(races(SHORT)):
        import_id = build_review(actor=admin, content=visits(3, first=10 * number))
        approve(import_id, actor=admin)
        change_behind_the_back(
            Import, Import.id == import_id, state=ImportState.FAILED, failed_from="approved", finished_at=NOW
        )

        def tries_again(import_id: UUID = import_id) -> object:
            retry_import(actor=admin, now=later, import_id=import_id)
            return advance(import_id)

        def purges() -> object:
            return purge_due(now=later, store=workshop().store, keep=keep)

        found = together(app, tries_again, purges, spread=0.02)
        advance(import_id)  # as the sweeper has it done, when the worker found the import held by the purge
        state = seen(import_id).row.state
        promoted = (
            count(Case, Case.import_id == import_id),
            count(LedgerRow, LedgerRow.import_id == import_id),
        )
        left = count(StagedRow, StagedRow.import_id == import_id) + count(
            PlanRow, PlanRow.import_id == import_id
        )
        race.ended(
            f"{state}",
            promoted_or_purged_as_a_whole=(state is ImportState.COMPLETED and promoted == (3, 3))
            or (promoted == (0, 0) and left == 0 and state in {ImportState.FAILED, ImportState.RECEIVED}),
            refused_in_words=not isinstance(found[0], Exception) or isinstance(found[0], UseCaseError),
            purge_undisturbed=not isinstance(found[1], Exception),
        )
    race.settle()
