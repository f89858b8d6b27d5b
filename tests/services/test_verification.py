"""Verification: an import whose records are as the file says adds up; whatever was changed behind its back is named."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import AlreadyDecidedError, FourEyesError, InvalidInputError
from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.core.repairing import CellRepair
from phcs.core.retention import KeepDays
from phcs.core.verifying.report import Judgement
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.plans import LedgerRow
from phcs.models.records import Case, ExternalId, Owner
from phcs.models.verifications import Verification
from phcs.queries.verification_reports import open_report, report_numbered
from phcs.services import repairing
from phcs.services.purging import purge_due
from phcs.services.record_editing import edit_record
from phcs.services.transactions import transaction
from phcs.services.verification import request_verification, sign_verification
from phcs.services.verification_counting import FILE_DELETED, PLAN_DELETED
from phcs.services.verification_working import LEASE_SECONDS, make_verification
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    Clock,
    advance,
    approve,
    build_promotion,
    build_review,
    change_behind_the_back,
    folder_store,
    seen,
    visit,
    visits,
    workshop,
)
from tests.undo_builders import carry_out

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def report_of(import_id: UUID, actor: Actor, **asked: Any) -> Verification:
    """The report that is made when somebody asks for one."""
    assert request_verification(actor=actor, now=NOW, import_id=import_id, **asked)
    assert make_verification(import_id=import_id, workshop=workshop(chunk_rows=3))
    db.session.rollback()
    return db.session.scalars(sa.select(Verification).order_by(Verification.number.desc()).limit(1)).one()


def sampled(report: Verification) -> list[dict[str, Any]]:
    """The rows of the sample in full."""
    assert report.sample is not None
    rows: list[dict[str, Any]] = report.sample["sample"]
    return rows


def without_triggers(writing: Session) -> None:
    """What somebody does who owns the database."""
    if writing.get_bind().dialect.name == "postgresql":
        writing.execute(sa.text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
    else:
        writing.execute(sa.text("DROP TRIGGER audit_events_no_update"))


def failures(report: Verification) -> list[str]:
    return [one["sentence"] for one in report.body["equations"] if not one["holds"]]


def test_an_import_that_nobody_touched_adds_up(session: Db, admin: Actor) -> None:
    rows = [*visits(5), visit(6, request_date="soon"), visit(7, client_name="")]
    import_id = build_promotion(actor=admin, content=rows)

    report = report_of(import_id, admin)

    assert (failures(report), report.body["problems"]["shown"], report.result) == ([], [], "adds_up")


def codes(report: Verification) -> dict[str, int]:
    return dict(report.body["problems"]["counts"])


def sentences(report: Verification) -> str:
    return "\n".join(one["sentence"] for one in report.body["problems"]["shown"])


def record_of(import_id: UUID, kind: str, row_no: int) -> UUID:
    """The record that the import created for a row."""
    found = db.session.scalar(
        sa.select(AuditEvent.subject_id).where(
            AuditEvent.import_id == import_id,
            AuditEvent.action == f"{kind}.created",
            AuditEvent.row_no == row_no,
        )
    )
    assert found is not None
    return found


def test_records_that_were_changed_behind_our_back_are_found_and_named(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(5))
    change_behind_the_back(Owner, Owner.id == record_of(import_id, "owner", 2), phone="+14155559999")
    change_behind_the_back(Owner, Owner.id == record_of(import_id, "owner", 3), notes="never said by anybody")
    with transaction() as writing:
        writing.execute(sa.delete(ExternalId).where(ExternalId.external_id == "visit-4"))
    another = record_of(import_id, "owner", 3)
    change_behind_the_back(Case, Case.id == record_of(import_id, "case", 6), owner_id=another)

    report = report_of(import_id, admin)

    assert report.result == "does_not_add_up"
    assert codes(report) == {"external_id.lost": 1, "record.altered": 2, "value.unexplained": 3}
    assert "The owner of row 2" in sentences(report)
    assert "says something else than the audit trail says: phone." in sentences(report)
    assert "says something else than the audit trail says: notes." in sentences(report)
    assert "Row 2 of visits.csv, owner · phone: PHCS does not say what the row says." in sentences(report)
    assert "Row 5 of visits.csv, case · external id" in sentences(report)
    assert "Row 6 of visits.csv, owner · external id" in sentences(report)
    assert "The record belongs to another owner than the row says." in sentences(report)
    assert [one.partition(" does not")[0] for one in failures(report)] == [
        "Column “waitwhile_id” of visits.csv, where they went",
        "Column “customer_id” of visits.csv, where they went",
        "Column “client_phone” of visits.csv, where they went",
        "Records of the kind “owner” that the import touched",
        "Ids of the other system",
    ]
    assert "+14155559999" not in str(report.body)


def test_rows_that_the_ledger_has_lost_or_that_say_something_else_are_named(
    session: Db, admin: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=visits(6))
    with transaction() as writing:
        writing.execute(sa.delete(LedgerRow).where(LedgerRow.import_id == import_id, LedgerRow.row_no == 3))
    change_behind_the_back(LedgerRow, LedgerRow.row_no == 5, row_digest="0" * 32)
    change_behind_the_back(LedgerRow, LedgerRow.row_no == 7, row_no=8)

    report = report_of(import_id, admin)

    assert codes(report) == {"row.digest": 1, "row.missing": 2, "row.surplus": 1}
    assert "Row 3 of visits.csv is in the file and not in the row ledger." in sentences(report)
    assert "Row 5 of visits.csv does not say what it said when it was staged" in sentences(report)
    assert "Row 8 of visits.csv is in the row ledger and not in the file." in sentences(report)
    assert "Every row has exactly one outcome does not add up" in failures(report)[0]


def test_an_altered_event_of_the_trail_is_named(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    with transaction() as writing:
        without_triggers(writing)
        last = (
            sa.select(sa.func.max(AuditEvent.seq))
            .where(AuditEvent.action == "case.created")
            .scalar_subquery()
        )
        writing.execute(
            sa.update(AuditEvent)
            .where(AuditEvent.action == "case.created", AuditEvent.seq == last)
            .values(actor_name="Somebody else")
            .execution_options(synchronize_session=False)
        )

    report = report_of(import_id, admin)

    assert "In the chain of the promotion: Event 9 or the link to it was edited." in sentences(report)
    assert failures(report) == [
        (
            "Events in the chain of the promotion does not add up: 9 that it should hold, "
            "but 0 there and intact; 9 too many."
        )
    ]


def test_a_stored_file_that_is_another_by_now_is_named(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    folder_store().path(import_id.hex).write_bytes(b"something else")

    report = report_of(import_id, admin)

    assert codes(report) == {"file.changed": 1}
    assert report.result == "does_not_add_up"


def test_what_people_and_later_imports_changed_is_explained_and_named(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    owner_id = record_of(import_id, "owner", 2)
    edit_record(
        actor=admin,
        organisation_id=admin.organisation_id,
        kind=RecordKind.OWNER,
        record_id=owner_id,
        version=1,
        changes={"email": "new@example.org"},
        now=NOW + timedelta(hours=1),
    )
    build_promotion(
        actor=admin, content=[visit(2, notes="comes by bus", status="Closed")], file_name="later.csv"
    )

    report = report_of(import_id, admin, sample_size=3)

    assert (failures(report), report.body["problems"]["total"]) == ([], 0)
    told = {
        (row["row_no"], fact["name"]): fact
        for row in sampled(report)
        for record in row["records"]
        for fact in record["facts"]
    }
    assert told[2, "email"]["reason"] == f"{admin.name} changed it on 2026-11-21."
    assert told[2, "email"]["live"] == "new@example.org"
    assert told[3, "status"]["reason"] == f"{admin.name} changed it with the import later.csv on 2026-11-21."


def test_after_an_undo_the_report_says_so_and_adds_up(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(4))
    carry_out(import_id, actor=admin)

    report = report_of(import_id, admin)

    assert (failures(report), report.body["is_undone"], report.reversals) == ([], True, 1)
    verdicts = {
        one["heading"]: one["verdicts"] for one in report.body["tables"][0]["columns"] if one["filled"]
    }
    assert verdicts["client_phone"] == {"taken_back": 4}
    assert verdicts["customer_id"] == {"taken_back": 4}


def test_an_id_that_an_undo_took_from_somebody_known_before_is_explained(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1, customer_id="")], file_name="earlier.csv")
    import_id = build_promotion(actor=admin, content=[visit(1, waitwhile_id="visit-again")])
    carry_out(import_id, actor=admin)

    report = report_of(import_id, admin, sample_size=0)

    assert (failures(report), report.body["problems"]["total"]) == ([], 0)
    ids = next(one for one in report.body["tables"][0]["columns"] if one["heading"] == "customer_id")
    assert ids["verdicts"] == {"taken_back": 1}


def test_a_report_outlives_the_purge_of_its_rows_and_a_new_one_says_what_cannot_be_checked(
    session: Db, admin: Actor
) -> None:
    import_id = build_promotion(actor=admin, content=visits(3))
    report_of(import_id, admin)
    keep = KeepDays(files=7, staged=30, undo=30)
    purge_due(now=NOW + timedelta(days=61), store=workshop().store, keep=keep)

    asked = {"organisation_id": admin.organisation_id, "import_id": import_id}
    before = report_numbered(db.session(), **asked, number=1)
    again = report_of(import_id, admin)

    assert (before.sample, before.is_unaltered, before.adds_up) == (None, True, True)
    assert (again.result, again.body["notes"]) == ("adds_up", [FILE_DELETED, PLAN_DELETED])
    assert {one["code"] for one in again.body["equations"] if not one["checked"]} == {
        "table.rows",
        "table.ledger",
        "table.surplus",
        "table.digests",
        "column.filled",
        "column.arrived",
    }


def test_who_prepared_an_import_does_not_sign_where_four_eyes_are_asked_for(session: Db) -> None:
    organisation = build_organisation(four_eyes=True)
    admin, reviewer = (
        actor_of(build_person(organisation=organisation, role=role)) for role in (Role.ADMIN, Role.REVIEWER)
    )
    import_id = build_review(actor=admin, content=visits(2))
    approve(import_id, actor=reviewer)
    advance(import_id)
    report = report_of(import_id, admin)
    signing: dict[str, Any] = {
        "now": NOW,
        "import_id": import_id,
        "number": 1,
        "judgement": Judgement.CORRECT,
    }

    with pytest.raises(FourEyesError):
        sign_verification(actor=admin, digest=report.digest, **signing)
    with pytest.raises(InvalidInputError, match="not the report that you looked at"):
        sign_verification(actor=reviewer, digest="0" * 64, **signing)
    sign_verification(actor=reviewer, digest=report.digest, **signing)
    with pytest.raises(AlreadyDecidedError):
        sign_verification(actor=reviewer, digest=report.digest, **signing)


def test_a_verification_that_broke_off_is_taken_over_and_given_up_in_words(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(2))
    request_verification(actor=admin, now=NOW, import_id=import_id)
    assert not request_verification(actor=admin, now=NOW, import_id=import_id)
    clock = Clock()

    for _ in range(3):
        with pytest.raises(RuntimeError):
            make_verification(import_id=import_id, workshop=workshop(clock=clock, told=break_off))
        assert not make_verification(import_id=import_id, workshop=workshop(clock=clock))
        clock.wait(LEASE_SECONDS + 1)
    assert not make_verification(import_id=import_id, workshop=workshop(clock=clock))

    db.session.rollback()
    left = open_report(db.session(), organisation_id=admin.organisation_id, import_id=import_id)
    assert left is not None
    assert "broke off three times" in left.failure
    assert report_of(import_id, admin).number == 2


def break_off(_stage: str, _done: int, _total: int) -> None:
    raise RuntimeError


def test_repaired_cells_are_compared_as_they_were_repaired(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=[visit(1), visit(2, client_name="")])
    column = seen(import_id).tables[0].reading.columns[2]
    repairing.repair_cells(
        actor=admin,
        now=NOW,
        import_id=import_id,
        repairs=[CellRepair(3, column.position, "Wei Kim")],
    )
    advance(import_id)
    approve(import_id, actor=admin)
    advance(import_id)

    report = report_of(import_id, admin, sample_size=2)

    assert (failures(report), report.body["problems"]["total"]) == ([], 0)
    cell = next(one for one in sampled(report)[1]["cells"] if one["heading"] == column.heading)
    assert (cell["text"], cell["repaired"]) == ("", "Wei Kim")
