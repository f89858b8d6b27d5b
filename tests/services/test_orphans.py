"""Several tables planned on a real database: references across chunks, orphans, and what a person decides."""

import io
import zipfile
from collections.abc import Mapping
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session as Db

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.planning import OrphanChoice
from phcs.core.row_places import RowPlace
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.history import Vaccination
from phcs.models.imports import Import
from phcs.models.plans import PlanAction, PlanRow
from phcs.models.records import Owner, Pet
from phcs.queries.orphans import OrphanGroup, orphan_groups
from phcs.services.approval import send_back_import
from phcs.services.orphans import GivenDecision, decide_orphans
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, approve, build_promotion, build_review, seen

CLIENTS = (
    "id,nombre,telefono,celular,email\n1,Ana Ruiz,,3101234567,ana@example.org\n"
    "2,Luis Gil,,3107654321,luis@example.org\n"
)
PATIENTS = (
    "id,id_cliente,nombre,especie,raza,sexo,microchip\n"
    "1,1,Luna,Canino,Criollo,H,985112003456789\n2,2,Michi,Felino,,M,\n3,99,Toby,Canino,,M,\n"
)
SHOTS = (
    "id,id_paciente,vacuna,fecha_aplicacion,fecha_proxima,lote,laboratorio,id_veterinario\n"
    "1,1,Rabia,2024-05-01,,L1,Lab,7\n2,2,Rabia,2024-05-02,,L1,Lab,7\n3,3,Rabia,2024-05-03,,L1,Lab,7\n"
)
ON_SQLITE = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
EXPORT = {"vacunas.csv": SHOTS, "pacientes.csv": PATIENTS, "clientes.csv": CLIENTS}


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def zipped(members: Mapping[str, str] = EXPORT) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


def reviewed(actor: Actor, members: Mapping[str, str] = EXPORT) -> UUID:
    return build_review(actor=actor, content=zipped(members), file_name="okvet.zip")


def groups(actor: Actor, import_id: UUID) -> tuple[OrphanGroup, ...]:
    db.session.rollback()
    return orphan_groups(db.session(), organisation_id=actor.organisation_id, import_id=import_id)


def decide(actor: Actor, import_id: UUID, *decisions: GivenDecision) -> None:
    decide_orphans(actor=actor, now=NOW, import_id=import_id, decisions=decisions)
    assert advance(import_id) is ImportState.REVIEW


def outcomes(import_id: UUID) -> dict[tuple[int, int], str]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(PlanRow.table_no, PlanRow.row_no, PlanRow.outcome).where(PlanRow.import_id == import_id)
    )
    return {(table_no, row_no): outcome for table_no, row_no, outcome in rows}


def test_a_pet_without_its_owner_waits_with_its_history_until_a_person_gives_it_one(
    session: Db, admin: Actor
) -> None:
    import_id = reviewed(admin)

    orphans, waiting = groups(admin, import_id)
    assert (orphans.table_no, orphans.code, orphans.rows, orphans.held_back) == (2, "parent.missing", 1, 1)
    assert orphans.first[0].belongs_to == "the owner 99"
    assert (waiting.table_no, waiting.code, waiting.first[0].row_no) == (3, "parent.waiting", 4)
    assert {place for place, outcome in outcomes(import_id).items() if outcome == "skip"} == {(2, 4), (3, 4)}

    decide(admin, import_id, GivenDecision(2, "parent.missing", OrphanChoice.PLACEHOLDER))
    assert set(outcomes(import_id).values()) == {"create"}
    (decided,) = groups(admin, import_id)
    assert (decided.choice, decided.held_back) == (OrphanChoice.PLACEHOLDER, 0)

    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED
    stand_in = session.scalars(sa.select(Owner).where(Owner.full_name.like("Unknown owner%"))).one()
    toby = session.scalars(sa.select(Pet).where(Pet.name == "Toby")).one()
    shot = session.scalars(sa.select(Vaccination).where(Vaccination.__table__.c.pet_id == toby.id)).one()
    assert toby.owner_id == shot.owner_id == stand_in.id
    assert stand_in.tags == ["placeholder"]


@ON_SQLITE
def test_orphans_go_to_the_owner_whom_a_person_chose_and_to_no_other_organisations(
    session: Db, admin: Actor
) -> None:
    build_promotion(actor=admin, content=zipped({"clientes.csv": CLIENTS}), file_name="clients.zip")
    ana = session.scalars(sa.select(Owner.id).where(Owner.full_name == "Ana Ruiz")).one()
    import_id = reviewed(admin, {"pacientes.csv": PATIENTS})

    with pytest.raises(InvalidInputError):
        decide(admin, import_id, GivenDecision(1, "parent.missing", OrphanChoice.OWNER, UUID(int=4)))
    decide(admin, import_id, GivenDecision(1, "parent.missing", OrphanChoice.OWNER, ana))

    parents = session.scalars(
        sa.select(PlanAction.parent_id).where(PlanAction.import_id == import_id, PlanAction.row_no == 4)
    ).all()
    assert parents == [ana]
    edited_by = session.scalar(sa.select(Import.edited_by).where(Import.id == import_id))
    assert edited_by == [str(admin.id)]


@ON_SQLITE
def test_what_cannot_be_said_about_rows_names_their_table_as_the_file_does(session: Db, admin: Actor) -> None:
    import_id = reviewed(admin)

    with pytest.raises(InvalidInputError, match=r"^No rows of “clientes\.csv” ask"):
        decide(admin, import_id, GivenDecision(1, "parent.missing", OrphanChoice.PLACEHOLDER))
    with pytest.raises(InvalidInputError, match=r"^This file has no row 99 of “pacientes\.csv”\."):
        send_back_import(
            actor=admin, now=NOW, import_id=import_id, reason="Look.", rows=[RowPlace(2, 4), RowPlace(2, 99)]
        )


def test_a_plan_of_several_tables_is_the_same_in_how_many_chunks_it_is_made(
    session: Db, admin: Actor
) -> None:
    import_id = reviewed(admin, {**EXPORT, "pacientes.csv": f"{PATIENTS}4,98,Rex,Canino,,M,\n"})
    one = GivenDecision(2, "parent.missing", OrphanChoice.PLACEHOLDER)
    decide(admin, import_id, one)
    whole = seen(import_id).plan_fingerprint

    decide_orphans(actor=admin, now=NOW, import_id=import_id, decisions=[one])
    assert advance(import_id, chunk_rows=1) is ImportState.REVIEW

    assert seen(import_id).plan_fingerprint == whole
    assert set(outcomes(import_id).values()) == {"create"}
