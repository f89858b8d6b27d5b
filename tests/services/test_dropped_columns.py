"""National numbers and the like are not even staged, unless a person chooses what they feed."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.mapping.dropping import SENSITIVE
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import SourceTable, StagedFinding, StagedRow
from phcs.models.mapping_templates import MappingTemplate
from phcs.models.plans import PlanAction, PlanRow
from phcs.services.mapping_columns import confirm_mapping
from phcs.services.mapping_templates import save_template
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, build_review, seen

Db = scoped_session[Session]
NUMBER = "999001111"
PATIENTS = (
    "PatNum,LName,FName,PatStatus,Gender,Birthdate,SSN,WirelessPhone,Guarantor,Email\n"
    f"1,Quist,Nora,Patient,Female,1980-03-22,{NUMBER},(415)555-2671,1,nora.quist@example.org\n"
    "2,Short,Ian,Patient,Male,1975-01-02\n"
)
TABLES = (StagedRow, StagedFinding, SourceTable, PlanRow, PlanAction, MappingTemplate, AuditEvent)
SSN = 6


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def kept() -> str:
    """All that the tables of imports hold, as one text."""
    db.session.rollback()
    rows: list[Any] = []
    for table in TABLES:
        rows += db.session.execute(sa.select(*table.__table__.columns)).all()
    return "\n".join(map(str, rows))


def reason_of(import_id: UUID) -> str:
    return seen(import_id).tables[0].mapping.columns[SSN].reason


def test_a_number_that_nobody_asked_for_is_kept_nowhere(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=PATIENTS)

    assert reason_of(import_id) == SENSITIVE
    assert "Quist" in kept()
    assert NUMBER not in kept()


def test_a_number_that_a_person_chose_a_field_for_is_imported(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=PATIENTS)

    choice = MappingAnswers(targets={SSN: "owner.custom.national_number"})
    confirm_mapping(actor=admin, now=NOW, import_id=import_id, answers=choice)

    assert advance(import_id) is ImportState.REVIEW
    assert f'"national_number":"{NUMBER}"' in "".join(kept().split(" ")).replace("'", '"')


def test_a_saved_mapping_that_leaves_the_number_out_drops_it_too(session: Db, admin: Actor) -> None:
    first = build_review(actor=admin, content=PATIENTS)
    save_template(actor=admin, now=NOW, import_id=first, name="Patients")

    second = build_review(actor=admin, content=PATIENTS.replace("Nora", "Vera"))

    assert seen(second).tables[0].template is not None
    assert reason_of(second) == SENSITIVE
    assert "Vera" in kept()
    assert NUMBER not in kept()


def test_a_short_row_keeps_its_width(session: Db, admin: Actor) -> None:
    build_review(actor=admin, content=PATIENTS)
    cells = session.scalars(sa.select(StagedRow.cells).order_by(StagedRow.row_no)).all()
    assert [len(row) for row in cells] == [10, 10]
    assert [row[SSN] for row in cells] == ["", ""]
