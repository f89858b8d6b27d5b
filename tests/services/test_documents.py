"""Documents of a ZIP: kept at promotion, fetched afterwards, gone when nothing needs them."""

import io
import threading
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.correcting.writing import file_pieces
from phcs.core.findings import FindingCode
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.retention import KeepDays
from phcs.core.states import ImportState
from phcs.core.undoing import Direction
from phcs.extensions import db
from phcs.models.documents import DocumentFile, ImportFile
from phcs.models.history import Document
from phcs.models.imports import Import, StagedFinding
from phcs.queries.purging import names_in_use
from phcs.queries.rejected_rows import error_table
from phcs.services.choosing_tables import leave_out_table
from phcs.services.correcting import correct_rows
from phcs.services.document_keeping import purge_documents, save_documents
from phcs.services.identifiers import new_id
from phcs.services.mapping_columns import confirm_mappings
from phcs.services.purging import purge_due
from phcs.services.store import StoredFile
from phcs.services.transactions import transaction
from phcs.services.undoing import approve_reversal
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, approve, build_import, count, folder_store, seen, workshop
from tests.undo_builders import UNDO_DAYS, carry_out, prepare

Db = scoped_session[Session]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x01" * 5_000
CLIENTS = "id,nombre,telefono,celular,email\n1,Maria Gomez,,+573101234567,maria@example.org\n"
PATIENTS = "id,id_cliente,nombre,especie\n1,1,Luna,Canino\n"
FILES = "id;id_paciente;archivo;titulo;fecha\n1;1;adjuntos/rx.png;Torax;14/03/2025\n2;1;copia.png;Copia;14/03/2025\n"


@pytest.fixture
def admin() -> Actor:
    return actor_of(build_person())


def a_zip(rows: str = FILES, /, **more: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in (("clientes.csv", CLIENTS), ("pacientes.csv", PATIENTS), ("archivos.csv", rows)):
            made.writestr(name, text)
        for name, content in {"adjuntos/rx.png": PNG, **more}.items():
            made.writestr(name, content)
    return stream.getvalue()


def promoted(actor: Actor, content: bytes) -> UUID:
    import_id = build_import(actor=actor, content=content, file_name="okvet.zip")
    assert advance(import_id) is ImportState.REVIEW
    approve(import_id, actor=actor)
    assert advance(import_id) is ImportState.COMPLETED
    return import_id


def kept(session: Db) -> list[DocumentFile]:
    session.rollback()
    return list(session.scalars(sa.select(DocumentFile)))


def purge(days: int) -> int:
    return purge_documents(now=NOW + timedelta(days=days), store=folder_store(), undo_days=UNDO_DAYS)


def build_unneeded(actor: Actor) -> StoredFile:
    """PNG as a kept file that no document has needed since the first day."""
    stored = folder_store().save(io.BytesIO(PNG), file_id=new_id(), max_bytes=len(PNG))
    with transaction() as writing:
        writing.add(
            DocumentFile(
                organisation_id=actor.organisation_id,
                sha256=stored.sha256,
                stored_name=stored.name,
                size=stored.size,
                media_type="image/png",
                kept_at=NOW,
                unneeded_since=NOW,
            )
        )
    return stored


def test_a_documents_file_is_kept_under_its_own_name_and_found_by_its_checksum(
    session: Db, admin: Actor
) -> None:
    promoted(admin, a_zip(**{"copia.png": PNG}))

    (file,) = kept(session)
    documents = list(session.scalars(sa.select(Document)))
    assert {(one.sha256, one.size, one.media_type) for one in documents} == {  # type: ignore[attr-defined]
        (file.sha256, 5_008, "image/png")
    }
    with folder_store().fetched(file.stored_name, sha256=file.sha256) as path:
        assert path.read_bytes() == PNG


def test_a_named_file_that_is_not_in_the_zip_is_a_warning_and_the_rest_is_kept(
    session: Db, admin: Actor
) -> None:
    promoted(admin, a_zip())

    found = session.scalars(
        sa.select(StagedFinding.code).where(StagedFinding.code == FindingCode.FILE_NOT_THERE)
    )
    assert len(found.all()) == 1
    assert (count(Document), len(kept(session))) == (2, 1)


def test_the_file_outlives_the_upload_and_is_nobodys_orphan(session: Db, admin: Actor) -> None:
    import_id = promoted(admin, a_zip())
    (file,) = kept(session)

    folder_store().delete(import_id.hex)

    assert names_in_use(session(), [file.stored_name]) == {file.stored_name}
    assert folder_store().path(file.stored_name).exists()


def test_after_an_undo_the_file_waits_for_a_redo_and_is_deleted_when_its_time_is_over(
    session: Db, admin: Actor
) -> None:
    import_id = promoted(admin, a_zip())
    (file,) = kept(session)
    path = folder_store().path(file.stored_name)
    carry_out(import_id, actor=admin)

    assert (purge(1), path.exists()) == (0, True)
    carry_out(import_id, actor=admin, direction=Direction.REDO)
    assert (purge(50), path.exists()) == (0, True)
    carry_out(import_id, actor=admin)
    assert (purge(51), purge(52 + UNDO_DAYS), path.exists(), kept(session)) == (0, 1, False, [])


def test_a_redo_that_was_asked_for_in_time_finds_its_files_however_late_it_is_carried_out(
    session: Db, admin: Actor
) -> None:
    import_id = promoted(admin, a_zip())
    carry_out(import_id, actor=admin)
    assert purge(1) == 0
    last_day = NOW + timedelta(days=UNDO_DAYS)
    details = prepare(import_id, actor=admin, direction=Direction.REDO, now=last_day)

    assert purge(1 + 2 * UNDO_DAYS) == 0
    approve_reversal(actor=admin, now=last_day, import_id=import_id, fingerprint=details.fingerprint)
    assert purge(1 + 2 * UNDO_DAYS) == 0
    assert advance(import_id) is ImportState.COMPLETED

    (file,) = kept(session)
    assert folder_store().path(file.stored_name).exists()


def test_the_same_contents_are_kept_once_for_an_organisation(session: Db, admin: Actor) -> None:
    promoted(admin, a_zip())
    (first,) = kept(session)

    promoted(admin, a_zip(**{"other.txt": b"nothing"}))

    assert [one.stored_name for one in kept(session)] == [first.stored_name]


def test_a_worker_that_dies_after_saving_leaves_only_an_orphan(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=a_zip(), file_name="okvet.zip")
    assert advance(import_id) is ImportState.REVIEW
    batch = session.get_one(Import, import_id)
    session.expunge(batch)

    (saved,) = save_documents(found=batch, workshop=workshop())

    assert names_in_use(session(), [saved.stored.name]) == set()
    approve(import_id, actor=admin)
    assert advance(import_id) is ImportState.COMPLETED
    assert len(kept(session)) == 1


def test_a_store_that_fails_for_one_organisation_keeps_no_other_from_its_purge(
    session: Db, admin: Actor
) -> None:
    stuck, other = build_unneeded(admin), build_unneeded(actor_of(build_person()))
    path = folder_store().path(stuck.name)
    path.unlink()
    path.mkdir()  # no file that could be deleted

    assert purge(UNDO_DAYS + 1) == 1

    assert not folder_store().path(other.name).exists()
    assert kept(session) == []  # what is stuck is an orphan now, and no promotion takes it for kept


def test_no_purge_takes_a_file_that_a_promotion_has_begun_to_count_on(session: Db, admin: Actor) -> None:
    stored = build_unneeded(admin)
    import_id = build_import(actor=admin, content=a_zip(), file_name="okvet.zip")
    assert advance(import_id) is ImportState.REVIEW
    batch = session.get_one(Import, import_id)
    session.expunge(batch)

    assert save_documents(found=batch, workshop=workshop()) == []

    assert (purge(UNDO_DAYS + 1), folder_store().path(stored.name).exists()) == (0, True)
    assert len(kept(session)) == 1


@pytest.mark.parametrize("database_uri", ["postgresql"], indirect=True)
def test_a_purge_at_the_same_moment_waits_and_leaves_the_file(app: Flask, session: Db, admin: Actor) -> None:
    build_unneeded(admin)
    gone: list[int] = []

    def purge_now() -> None:
        with app.app_context():
            gone.append(purge(UNDO_DAYS + 1))

    purging = threading.Thread(target=purge_now)
    with transaction() as writing:
        writing.execute(sa.update(DocumentFile).values(unneeded_since=None))
        purging.start()
        purging.join(0.3)
        assert purging.is_alive()
    purging.join()

    assert (gone, len(kept(session))) == ([0], 1)


def brought_back(import_id: UUID, actor: Actor, *, named: str) -> UUID:
    """The import that follows when somebody has filled the one empty cell of the rejected rows in."""
    table = error_table(db.session(), seen(import_id), organisation_id=actor.organisation_id, form="csv")
    lines = b"".join(file_pieces(table, form="csv")).replace(b'"",', f'"{named}",'.encode())
    return correct_rows(
        actor=actor,
        now=NOW,
        import_id=import_id,
        stream=io.BytesIO(lines),
        file_name="rejected.csv",
        workshop=workshop(),
    ).import_id


NAMELESS = f"{FILES}3;1;;Otra;14/03/2025\n"
"""With a row that does not name its file."""


def test_corrected_rows_take_the_files_that_they_name_along_and_all_that_are_called_like_them(
    session: Db, admin: Actor
) -> None:
    alike = {"a/rx2.png": PNG + b"2", "b/RX2.png": PNG + b"3"}
    former = promoted(admin, a_zip(NAMELESS, **alike))

    following = brought_back(former, admin, named="a/rx2.png")

    with zipfile.ZipFile(folder_store().path(following.hex)) as packed:
        assert packed.namelist() == ["03.csv", *alike]
    assert advance(following) is ImportState.REVIEW
    approve(following, actor=admin)
    assert advance(following) is ImportState.COMPLETED
    (sha256,) = session.scalars(sa.select(Document.sha256).where(Document.import_id == following))  # type: ignore[attr-defined]
    assert sha256 in {one.sha256 for one in kept(session)}


def test_corrected_rows_come_without_their_files_once_the_upload_is_deleted(
    session: Db, admin: Actor
) -> None:
    former = promoted(admin, a_zip(NAMELESS))
    keep = KeepDays(files=7, staged=UNDO_DAYS, undo=UNDO_DAYS)
    assert purge_due(now=NOW + timedelta(days=8), store=folder_store(), keep=keep).files == 1

    following = brought_back(former, admin, named="adjuntos/rx.png")

    assert advance(following) is ImportState.REVIEW
    findings = sa.select(StagedFinding.code).where(StagedFinding.import_id == following)
    assert session.scalars(findings).all() == [FindingCode.FILE_NOT_THERE]


def test_an_archive_whose_documents_are_left_out_is_not_unpacked(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=a_zip(), file_name="okvet.zip", auto_map="no")
    assert advance(import_id) is ImportState.MAPPING
    leave_out_table(actor=admin, now=NOW, import_id=import_id, table_no=3)
    confirm_mappings(
        actor=admin, now=NOW, import_id=import_id, answers={1: MappingAnswers(), 2: MappingAnswers()}
    )

    assert advance(import_id) is ImportState.REVIEW
    assert count(ImportFile) == 0
