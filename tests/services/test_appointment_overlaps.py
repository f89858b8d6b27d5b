"""Appointments at the same time are noted when an import is planned, whatever chunks its rows come in."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.findings import FindingCode, Severity
from phcs.models.imports import Import, StagedFinding
from tests.builders import actor_of, build_person
from tests.import_builders import build_review

AGENDA = """Owner,Pet,Date,Time,Duration,Vet,Reason,Status
Nora Quist,Luna,3/14/2026,09:30,30,Dr. Lee,Check,Done
Sam Tolle,Max,3/14/2026,09:45,30,dr lee,Check,Done
Ian Moor,Kira,3/14/2026,10:00,30,Dr. Gil,Check,Done
Uma Reyes,Toby,3/14/2026,09:40,30,Dr. Lee,Check,Cancelled
"""


def test_the_later_appointment_of_the_same_vet_carries_a_note(session: scoped_session[Session]) -> None:
    actor = actor_of(build_person())
    import_id = build_review(actor=actor, content=AGENDA)
    noted = session.execute(
        sa.select(StagedFinding.row_no, StagedFinding.severity, StagedFinding.detail).where(
            StagedFinding.import_id == import_id,
            StagedFinding.code == FindingCode.APPOINTMENT_OVERLAP,
        )
    ).all()
    assert [tuple(one) for one in noted] == [(3, Severity.NOTE, "that of row 2, for the vet dr lee")]
    assert session.get_one(Import, import_id).finding_counts[FindingCode.APPOINTMENT_OVERLAP] == 1
