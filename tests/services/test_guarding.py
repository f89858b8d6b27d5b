"""Guards on whole files: raised with the plan, confirmed with a reason, asked for at the approval."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import (
    AlreadyDecidedError,
    ConfirmationNeededError,
    FourEyesError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.records import Owner
from phcs.models.reviews import ImportProfile
from phcs.queries.reviews import GuardLine, guards_of
from phcs.services.approval import approve_import
from phcs.services.guarding import confirm_guard
from phcs.services.sample_export import write_sample_export
from tests.builders import NOW, actor_of, build_actor, build_organisation, build_person
from tests.import_builders import (
    advance,
    approve,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    export_csv,
    plan_anew_behind_the_back,
    seen,
    visit,
    visits,
)

Db = scoped_session[Session]
PLACEHOLDER = "+14155550100"
SAMPLE_ENDS = NOW - timedelta(days=1)


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


@pytest.fixture
def admin(organisation: Organisation) -> Actor:
    return actor_of(build_person(organisation=organisation, name="Ada Admin"))


def guards(session: Db, import_id: UUID) -> tuple[GuardLine, ...]:
    organisation_id = session.scalar(sa.select(Import.organisation_id).where(Import.id == import_id))
    assert organisation_id is not None
    return guards_of(session(), organisation_id=organisation_id, import_id=import_id)


def with_placeholder(number: int = 60) -> list[dict[str, str]]:
    return [visit(one, client_phone=PLACEHOLDER) for one in range(1, number + 1)]


def confirm(
    import_id: UUID, actor: Actor, *, guard: str = "shared_phone", reason: str = "Our own desk."
) -> None:
    confirm_guard(actor=actor, now=NOW, import_id=import_id, guard=guard, reason=reason)


def fingerprint(import_id: UUID) -> str:
    return seen(import_id).plan_fingerprint


def test_an_unusual_file_is_not_approved_before_somebody_has_said_why_it_is_right(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=with_placeholder())

    with pytest.raises(ConfirmationNeededError, match="60 of 60 rows, with 60 different names") as refusal:
        approve(import_id, actor=admin)
    assert set(refusal.value.guards) == {"shared_phone"}
    confirm(import_id, admin)
    approve(import_id, actor=admin)

    (line,) = guards(session, import_id)
    assert (line.confirmed_by_name, line.confirmed_at, line.reason) == ("Ada Admin", NOW, "Our own desk.")
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.guard_confirmed")).one()
    assert event.detail == {"guard": "shared_phone", "rows": 60, "names": 60, "of": 60}
    assert event.values == {"reason": "Our own desk."}


def test_a_reason_may_come_along_with_the_approval(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=with_placeholder())

    approve_import(
        actor=admin,
        now=NOW,
        import_id=import_id,
        fingerprint=fingerprint(import_id),
        confirmations={"shared_phone": "Our own desk."},
    )

    assert seen(import_id).row.state is ImportState.APPROVED
    assert guards(session, import_id)[0].reason == "Our own desk."


def test_only_who_may_approve_confirms_and_with_a_reason(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=with_placeholder())

    for actor, guard, reason, refused in (
        (admin, "shared_phone", "  ", InvalidInputError),
        (admin, "same_file", "Because.", InvalidInputError),
        (
            build_actor(role=Role.AUDITOR, organisation_id=admin.organisation_id),
            "shared_phone",
            "x",
            NotAllowedError,
        ),
        (build_actor(), "shared_phone", "x", NotFoundError),
    ):
        with pytest.raises(refused):
            confirm(import_id, actor, guard=guard, reason=reason)
    confirm(import_id, admin)
    with pytest.raises(AlreadyDecidedError, match="Ada Admin confirmed this"):
        confirm(import_id, admin)


def test_where_four_eyes_are_asked_for_whoever_prepared_it_cannot_confirm_either(
    session: Db, organisation: Organisation, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=with_placeholder())
    change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)

    with pytest.raises(FourEyesError):
        confirm(import_id, admin)


def test_a_confirmation_holds_for_the_numbers_that_it_was_given_for(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=with_placeholder())
    confirm(import_id, admin)

    plan_anew(import_id)
    assert guards(session, import_id)[0].confirmed_at == NOW
    session.execute(sa.text("DELETE FROM import_staging WHERE row_no = 2"))
    session.commit()
    plan_anew(import_id)

    (line,) = guards(session, import_id)
    assert (line.detail["rows"], line.confirmed_at, line.reason) == (59, None, "")


def plan_anew(import_id: UUID) -> None:
    plan_anew_behind_the_back(import_id)
    assert advance(import_id) is ImportState.REVIEW


def test_the_same_file_again_needs_no_word_because_it_changes_nothing(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=visits(3))

    again = build_promotion(actor=admin, content=visits(3))

    assert guards(session, again) == ()
    assert seen(again).plan_counts["owner"]["unchanged"] == 3


def test_the_same_file_again_asks_where_it_would_change_something(session: Db, admin: Actor) -> None:
    first = build_promotion(actor=admin, content=visits(3))
    session.execute(sa.text("DELETE FROM external_ids"))
    session.execute(sa.text("DELETE FROM match_keys"))
    session.commit()
    resaved = [dict(reversed(row.items())) for row in visits(3)]

    same_file = build_review(actor=admin, content=visits(3))
    same_rows = build_review(actor=admin, content=export_csv(visits(3)).replace("\n", "\r\n"))
    other_order = build_review(actor=admin, content=resaved)

    assert [(one.guard, one.detail["import"]) for one in guards(session, same_file)] == [
        ("same_file", str(first))
    ]
    assert [(one.guard, one.detail["import"]) for one in guards(session, same_rows)] == [
        ("same_rows", str(first))
    ]
    assert guards(session, other_order) == ()


def test_after_an_undo_the_same_file_may_come_again(session: Db, admin: Actor) -> None:
    first = build_promotion(actor=admin, content=visits(3))
    change_behind_the_back(Import, Import.id == first, state=ImportState.UNDONE)
    session.execute(sa.text("DELETE FROM external_ids"))
    session.commit()

    assert guards(session, build_review(actor=admin, content=visits(3))) == ()


def test_the_sample_and_a_newer_export_of_it_ring_no_guard(session: Db, admin: Actor, tmp_path: Path) -> None:
    write_sample_export(tmp_path / "first.csv", rows=500, until=SAMPLE_ENDS)
    text = (tmp_path / "first.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    more = [
        {
            **row,
            "ID": f"{row['ID']}x",
            "CUSTOMER_ID": f"{row['CUSTOMER_ID']}x",
            "PHONE": f"+1415{7_000_000 + n}",
        }
        for n, row in enumerate(rows[:40])
    ]

    first = build_promotion(actor=admin, content=text)
    newer = build_promotion(actor=admin, content=export_csv([*rows[30:], *more]))

    assert [guards(session, one) for one in (first, newer)] == [(), ()]


def test_a_column_that_moved_is_noticed_by_what_it_holds(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(n, notes=f"Rings {n} times.") for n in range(1, 61)])
    moved = [visit(n, notes=f"other{n}@example.org") for n in range(61, 121)]

    (line,) = guards(session, build_review(actor=admin, content=moved))

    assert (line.guard, line.detail) == ("shifted_columns", {"columns": [["notes", "e-mails", "come"]]})


def test_what_is_kept_of_a_file_says_nothing_out_of_its_rows(session: Db, admin: Actor) -> None:
    import_id = build_review(
        actor=admin, content=[visit(n, client_name="Zebedee Quux", species="Zorse") for n in range(1, 61)]
    )

    kept = session.get_one(ImportProfile, import_id)

    assert "Zebedee" not in str(kept.profile)
    assert "orse" not in str(kept.profile)
    assert count(Owner) == 0
