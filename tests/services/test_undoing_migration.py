"""A clinic's whole migration of many tables: rehearsed, promoted, undone, redone, undone, imported again."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.okvet_data import made_up_migration, write_zip
from phcs.core.actors import Actor
from phcs.core.rehearsing import RehearsalState
from phcs.core.states import ImportState
from phcs.core.undoing import Bucket, Direction
from phcs.models.history import HISTORY_TABLES, Vaccination
from phcs.services.rehearsal_working import rehearse_import
from phcs.services.rehearsing import request_rehearsal
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import advance, approve, build_import, count, workshop
from tests.undo_builders import Snapshot, carry_out, live_facts

Db = scoped_session[Session]
TABLES = ("facturas", "clientes", "vacunas", "pacientes")
CHANGING = frozenset({"created_at", "import_id"})


@pytest.fixture
def admin() -> Actor:
    return actor_of(build_person(organisation=build_organisation(region="CO")))


def contents(snapshot: Snapshot) -> dict[str, list[str]]:
    """What the records say, whatever their ids, times and imports are."""
    return {
        table: sorted(
            repr({name: value for name, value in row.items() if name not in CHANGING and not _is_id(name)})
            for row in rows.values()
        )
        for table, rows in snapshot.items()
        if table not in {"external_ids", "former_external_ids", "match_keys", "case_pets"}
    }


def _is_id(name: str) -> bool:
    return name.endswith("_id")


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_a_migration_of_many_tables_goes_and_comes_back_whole(
    session: Db, admin: Actor, tmp_path: Path
) -> None:
    write_zip(made_up_migration(clients=6), tmp_path / "okvet.zip", order=TABLES)
    content = (tmp_path / "okvet.zip").read_bytes()
    empty = live_facts(admin.organisation_id)
    import_id = build_import(actor=admin, content=content, file_name="okvet.zip")
    assert advance(import_id) is ImportState.REVIEW
    asked = request_rehearsal(actor=admin, now=NOW, import_id=import_id)
    assert rehearse_import(rehearsal_id=asked, workshop=workshop()) is RehearsalState.FITS
    assert sum(count(table) for table in HISTORY_TABLES.values()) == 0

    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED
    full = live_facts(admin.organisation_id)
    undone = carry_out(import_id, actor=admin)
    assert live_facts(admin.organisation_id) == empty
    carry_out(import_id, actor=admin, direction=Direction.REDO)
    assert live_facts(admin.organisation_id) == full
    carry_out(import_id, actor=admin)
    again = build_import(actor=admin, content=content, file_name="okvet.zip")
    assert advance(again) is ImportState.REVIEW
    approve(again, actor=admin, confirmations={"same_file": "After the undo."})
    assert advance(again) is ImportState.COMPLETED

    assert contents(live_facts(admin.organisation_id)) == contents(full)
    assert count(Vaccination) == len(full["vaccinations"]) > 0
    assert undone.counts[Bucket.REVERSED] == undone.records
