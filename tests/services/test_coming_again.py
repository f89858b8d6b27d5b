"""A later export of the same source: what people changed stays unless somebody says, and nothing is deleted."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session as Db

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.findings import FindingCode, Severity
from phcs.core.planning import OrphanChoice
from phcs.core.planning.conflicts import EVERY_FACT
from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.conflicts import ConflictDecided
from phcs.models.history import Vaccination
from phcs.models.imports import StagedFinding
from phcs.models.orphans import OrphansDecided
from phcs.models.records import Pet
from phcs.queries.conflicts import conflict_groups
from phcs.queries.gone_records import gone_records
from phcs.services.approval import abort_import
from phcs.services.conflicts import GivenTake, decide_conflicts
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    advance,
    approve,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    visits,
)
from tests.services.test_orphans import CLIENTS, EXPORT, ON_SQLITE, PATIENTS, SHOTS, reviewed, zipped

SHOT = Vaccination.__table__.c
EDITED_SINCE = StagedFinding.code == FindingCode.EDITED_SINCE


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def lots(session: Db) -> list[str]:
    db.session.rollback()
    return list(session.scalars(sa.select(SHOT.lot).order_by(SHOT.given_on)))


def again(admin: Actor, members: dict[str, str]) -> UUID:
    """The next export, after a person has corrected the lots of both vaccinations."""
    build_promotion(actor=admin, content=zipped({**EXPORT, "pacientes.csv": PATIENTS}), file_name="okvet.zip")
    change_behind_the_back(Vaccination, SHOT.lot == "L1", lot="corrected", version=2)
    return reviewed(admin, members)


def test_ours_stays_and_theirs_is_taken_where_a_person_says_so(session: Db, admin: Actor) -> None:
    import_id = again(admin, {**EXPORT, "vacunas.csv": SHOTS.replace("L1", "L2")})
    who = {"organisation_id": admin.organisation_id, "import_id": import_id}

    (group,) = conflict_groups(db.session(), **who)
    assert (group.kind, group.fact, group.rows, group.takes_theirs) == (
        RecordKind.VACCINATION,
        "lot",
        2,
        False,
    )
    assert (group.first[0].ours, group.first[0].theirs) == ("corrected", "L2")

    with pytest.raises(InvalidInputError):
        decide_conflicts(
            actor=admin, now=NOW, import_id=import_id, takes=[GivenTake(RecordKind.PET, "name", theirs=True)]
        )
    all_but_one = [GivenTake(RecordKind.VACCINATION, fact, theirs=not fact) for fact in (EVERY_FACT, "lot")]
    decide_conflicts(actor=admin, now=NOW, import_id=import_id, takes=all_but_one)
    assert advance(import_id) is ImportState.REVIEW
    (ours,) = conflict_groups(db.session(), **who)
    assert (ours.takes_theirs, ours.decided_by_name) == (False, admin.name)
    assert count(StagedFinding, StagedFinding.severity == Severity.WARNING, EDITED_SINCE) == 2
    takes = [GivenTake(RecordKind.VACCINATION, "lot", theirs=True)]
    decide_conflicts(actor=admin, now=NOW, import_id=import_id, takes=takes)
    assert advance(import_id) is ImportState.REVIEW
    (taken,) = conflict_groups(db.session(), **who)
    assert (taken.takes_theirs, taken.decided_by_name) == (True, admin.name)
    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED
    assert lots(session) == ["L2", "L2"]


@ON_SQLITE
def test_what_was_decided_is_forgotten_when_the_import_is_aborted(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    who = {"organisation_id": admin.organisation_id, "decided_by_name": admin.name, "decided_at": NOW}
    about = {
        "table_no": 1,
        "code": FindingCode.PARENT_MISSING,
        "table_name": "x",
        "choice": OrphanChoice.HOLD,
    }
    with transaction() as writing:
        writing.add(ConflictDecided(import_id=import_id, kind=RecordKind.PET, fact="name", **who))
        writing.add(OrphansDecided(import_id=import_id, **about, **who))

    abort_import(actor=admin, now=NOW, import_id=import_id, reason="another export")

    assert (count(ConflictDecided), count(OrphansDecided)) == (0, 0)


@ON_SQLITE
def test_records_that_a_later_export_names_no_more_are_listed_and_stay(session: Db, admin: Actor) -> None:
    fewer = "\n".join(line for line in PATIENTS.splitlines() if "Michi" not in line)
    import_id = again(admin, {"clientes.csv": CLIENTS, "pacientes.csv": fewer})

    (gone,) = gone_records(db.session(), organisation_id=admin.organisation_id, import_id=import_id)
    assert (gone.kind, gone.number, [external_id for external_id, _ in gone.first]) == (
        RecordKind.PET,
        1,
        ["2"],
    )
    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED
    assert session.scalar(sa.select(Pet.archived_at).where(Pet.name == "Michi")) is None
