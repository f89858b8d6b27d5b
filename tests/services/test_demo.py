"""Something to try the product with: founded once, and worth trying."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.organisations import Organisation, Person
from phcs.models.plans import PlanRow
from phcs.models.records import Case, CasePet, Owner, Pet
from phcs.queries.acting_people import first_admin
from phcs.queries.audit_chains import verify_trail
from phcs.services.demo import SAMPLE_ROWS, seed_demo
from phcs.services.passwords import password_matches
from tests.builders import NOW
from tests.import_builders import advance, approve, build_review, count, seen

Db = scoped_session[Session]


def test_the_demo_has_one_person_of_each_role_who_can_sign_in(session: Db, tmp_path: Path) -> None:
    people = seed_demo(now=NOW, samples=tmp_path)

    stored = {one.email: one for one in session.scalars(sa.select(Person))}
    assert [one.role for one in people] == [Role.ADMIN, Role.REVIEWER, Role.AUDITOR]
    assert all(
        password_matches(one.password, password_hash=stored[one.email].password_hash) for one in people
    )


def test_the_demo_is_founded_once(session: Db, tmp_path: Path) -> None:
    seed_demo(now=NOW, samples=tmp_path)

    assert seed_demo(now=NOW, samples=tmp_path) == ()
    assert (count(Organisation), count(Person), count(Owner)) == (1, 3, 4)


def test_the_demos_records_and_their_trail_hold(session: Db, tmp_path: Path) -> None:
    seed_demo(now=NOW, samples=tmp_path)

    organisation_id = session.scalars(sa.select(Organisation.id)).one()
    told = session.scalars(sa.select(AuditEvent.subject_id).where(AuditEvent.action.like("%.created"))).all()
    records = {one for table in (Owner, Pet, Case) for one in session.scalars(sa.select(table.id))}
    assert count(CasePet) == 4
    assert records <= set(told)
    assert verify_trail(session(), organisation_id=organisation_id).problems == ()


def test_the_demos_sample_export_goes_the_whole_way(session: Db, tmp_path: Path) -> None:
    seed_demo(now=NOW, samples=tmp_path)
    admin = first_admin(session())
    assert admin is not None

    import_id = build_review(actor=admin, content=(tmp_path / "waitwhile-sample.csv").read_bytes())
    details = seen(import_id)
    approve(import_id, actor=admin)

    assert advance(import_id) is ImportState.COMPLETED
    assert details.row.source == "waitwhile"
    assert details.row.rows == SAMPLE_ROWS
    assert min(details.row_counts[status] for status in ("valid", "warning", "error")) > 0
    assert count(Case) == 4 + details.plan_counts["case"]["create"]


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_the_sample_export_shows_somebody_known_somebody_of_the_household_and_one_question(
    session: Db, tmp_path: Path
) -> None:
    seed_demo(now=NOW, samples=tmp_path)
    admin = first_admin(session())
    assert admin is not None

    import_id = build_review(actor=admin, content=(tmp_path / "waitwhile-sample.csv").read_bytes())

    told = " ".join(session.scalars(sa.select(PlanRow.reason).where(PlanRow.import_id == import_id)))
    assert "Linked to Ana García: same phone +14155550101" in told
    assert "Not linked to Ana García, perhaps of the same household" in told
    assert "Linked to Daniel Okafor: same phone +14155550102; e-mail differs" in told
    assert "May be Ruth Cohen, a person decides" in told
    assert seen(import_id).plan_counts["needs_decision"] == 1
