"""Several tables in one import: every one recognised for itself, numbered in planning order, taken or left out."""

import io
import zipfile
from collections.abc import Mapping
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, UnreadableFileError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.options import AskedTable
from phcs.core.packing import NamedFile
from phcs.core.reading.choices import ReadingChoices
from phcs.core.states import ImportState
from phcs.models.repairs import Repair
from phcs.services.choosing_tables import CHOSEN, choose_table_kind, leave_out_table, take_table_in
from phcs.services.mapping_columns import confirm_mapping, confirm_mappings
from phcs.services.mapping_templates import save_template
from phcs.services.recognising import NOT_RECOGNISED
from phcs.services.repairing import repair_alike
from phcs.services.rereading import reread_table
from phcs.services.uploading import UploadChoices, UploadLimits, receive_files
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import advance, build_import, count, export_csv, folder_store, seen, visits

Db = scoped_session[Session]
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)

OWNERS = "Name,Phone,Email\nAna Silva,+14155550101,ana@example.org\nOmar Haddad,+14155550102,\n"
VISITS = export_csv(visits(3))
STOCK = "shelf,boxes\nA1,4\nB2,7\n"


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person(organisation=build_organisation()))


def packed(members: Mapping[str, str | bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return archive.getvalue()


def test_every_table_is_recognised_and_parents_come_before_children(session: Db, admin: Actor) -> None:
    content = packed({"a visits.csv": VISITS, "owners.csv": OWNERS, "stock.csv": STOCK, "x.pdf": b"%PDF-1.4"})
    import_id = build_import(actor=admin, content=content, file_name="export.zip")

    advance(import_id)

    found = seen(import_id)
    assert [(table.table_no, table.name, table.kind, table.reading.rows) for table in found.tables] == [
        (1, "owners.csv", "owner", 2),
        (2, "a visits.csv", "case", 3),
    ]
    assert [(one.name, one.reason, one.table_no) for one in found.file_tables.left_out] == [
        ("stock.csv", NOT_RECOGNISED, 3)
    ]
    assert [part.name for part in found.file_tables.other_files] == ["x.pdf"]
    assert (found.row.kind, found.row.rows) == ("owner", 5)
    assert found.row.state is ImportState.REVIEW


def test_a_table_that_nothing_recognises_is_taken_in_and_left_out_again(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=packed({"owners.csv": OWNERS, "stock.csv": STOCK}))
    advance(import_id)

    number = take_table_in(actor=admin, now=NOW, import_id=import_id, table_no=2)

    between = seen(import_id)
    assert (number, between.row.state, between.row.rows) == (2, ImportState.MAPPING, 4)
    leave_out_table(actor=admin, now=NOW, import_id=import_id, table_no=2)
    after = seen(import_id)
    assert advance(import_id) is ImportState.REVIEW
    assert [one.reason for one in after.file_tables.left_out] == [CHOSEN]
    with pytest.raises(InvalidInputError, match="At least one table"):
        leave_out_table(actor=admin, now=NOW, import_id=import_id, table_no=1)


@on_sqlite
def test_the_import_waits_until_every_table_has_been_seen(session: Db, admin: Actor) -> None:
    content = packed({"owners.csv": OWNERS, "visits.csv": VISITS})
    import_id = build_import(actor=admin, content=content, auto_map="no")
    assert advance(import_id) is ImportState.MAPPING

    left = confirm_mapping(actor=admin, now=NOW, import_id=import_id, answers=MappingAnswers(), table_no=2)

    assert (left, seen(import_id).row.state) == ((1,), ImportState.MAPPING)
    nothing_left = confirm_mappings(actor=admin, now=NOW, import_id=import_id, answers={1: MappingAnswers()})
    assert (nothing_left, seen(import_id).row.state) == ((), ImportState.STAGING)
    assert advance(import_id) is ImportState.REVIEW


def test_another_kind_gives_a_table_another_place(session: Db, admin: Actor) -> None:
    people = OWNERS.replace("Email", "Service").replace("ana@example.org", "food")
    import_id = build_import(
        actor=admin, content=packed({"b people.csv": people, "c visits.csv": VISITS}), auto_map="no"
    )
    advance(import_id)
    before = [(table.name, table.kind) for table in seen(import_id).tables]

    number = choose_table_kind(
        actor=admin, now=NOW, import_id=import_id, table_no=2, kind="owner", source="plain"
    )

    after = [(table.name, table.kind) for table in seen(import_id).tables]
    assert before == [("b people.csv", "case"), ("c visits.csv", "case")]
    assert (number, after) == (1, [("c visits.csv", "owner"), ("b people.csv", "case")])


@on_sqlite
def test_one_table_is_read_in_another_way_and_the_others_keep_their_mapping(
    session: Db, admin: Actor
) -> None:
    titled = "A list of our people\n\n" + OWNERS
    import_id = build_import(actor=admin, content=packed({"owners.csv": titled, "visits.csv": VISITS}))
    advance(import_id)
    notes = {position: "" for position in range(12) if VISITS.split("\n")[0].split(",")[position] == "notes"}
    confirm_mapping(
        actor=admin, now=NOW, import_id=import_id, answers=MappingAnswers(targets=notes), table_no=2
    )
    advance(import_id)

    asked = AskedTable(choices=ReadingChoices(header_row=3), kind="owner")
    reread_table(actor=admin, now=NOW, import_id=import_id, part="owners.csv", asked=asked)
    advance(import_id)

    owners, others = seen(import_id).tables
    assert (owners.name, owners.reading.choices.header_row, owners.kind) == ("owners.csv", 3, "owner")
    assert [column.target for column in others.mapping.columns if column.heading == "notes"] == [""]
    with pytest.raises(InvalidInputError, match="no part called"):
        reread_table(actor=admin, now=NOW, import_id=import_id, part="cats.csv", asked=asked)


@on_sqlite
def test_a_saved_mapping_is_applied_to_the_table_whose_headings_it_has(session: Db, admin: Actor) -> None:
    first = build_import(
        actor=admin, content="shelf,who\nA1,Ana Silva\nB2,Omar Haddad\n", file_name="x.csv", kind="owner"
    )
    advance(first)
    confirm_mapping(
        actor=admin, now=NOW, import_id=first, answers=MappingAnswers(targets={1: "owner.full_name"})
    )
    save_template(actor=admin, now=NOW, import_id=first, name="Shelves")

    later = build_import(
        actor=admin, content=packed({"visits.csv": VISITS, "keys.csv": "who,shelf\nLuz Diaz,C3\n"})
    )
    advance(later)

    keys, _ = seen(later).tables
    assert (keys.name, keys.template and keys.template.name, keys.mapping.columns[0].target) == (
        "keys.csv",
        "Shelves",
        "owner.full_name",
    )


def upload(actor: Actor, files: list[tuple[str, bytes]], *, max_bytes: int = 50_000_000) -> UUID:
    return receive_files(
        actor=actor,
        now=NOW,
        files=[NamedFile(name, io.BytesIO(content)) for name, content in files],
        choices=UploadChoices(),
        store=folder_store(),
        limits=UploadLimits(max_bytes=max_bytes, max_age_days=1_827, future_days=0),
    )


@on_sqlite
def test_several_files_are_one_import_whose_bytes_do_not_tell_their_order(session: Db, admin: Actor) -> None:
    files = [("visits.csv", VISITS.encode()), ("owners.csv", OWNERS.encode()), ("stock.csv", STOCK.encode())]

    one, other = (seen(upload(admin, order)) for order in (files, files[::-1]))

    assert (one.row.file_name, one.file_sha256) == ("owners.csv and 2 more", other.file_sha256)
    advance(one.row.id)
    assert [table.name for table in seen(one.row.id).tables] == ["owners.csv", "visits.csv"]


@on_sqlite
@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "Choose an export file"),
        ([("a.csv", b"x"), ("lists/a.csv", b"y")], "Two files are called “a.csv”"),
        ([(f"{number}.csv", b"x") for number in range(501)], "At most 500 files"),
    ],
)
def test_files_that_cannot_be_one_import_are_refused(
    session: Db, admin: Actor, files: list[tuple[str, bytes]], told: str
) -> None:
    with pytest.raises(InvalidInputError, match=told):
        upload(admin, files)


@on_sqlite
def test_the_limit_on_bytes_holds_for_all_files_together(session: Db, admin: Actor) -> None:
    with pytest.raises(UnreadableFileError, match="larger than"):
        upload(admin, [("a.csv", b"x" * 600), ("b.csv", b"y" * 600)], max_bytes=1_000)


def test_what_people_have_repaired_goes_along_with_its_table(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=packed({"owners.csv": OWNERS, "a visits.csv": VISITS}))
    advance(import_id)
    pet_name = VISITS.split("\n")[0].split(",").index("pet_name")
    repair_alike(
        actor=admin,
        now=NOW,
        import_id=import_id,
        position=pet_name,
        former="Rex b",
        value="Luna",
        table_no=2,
    )
    advance(import_id)

    choose_table_kind(actor=admin, now=NOW, import_id=import_id, table_no=2, kind="owner", source="plain")

    assert [table.name for table in seen(import_id).tables] == ["a visits.csv", "owners.csv"]
    assert count(Repair, Repair.table_no == 1, Repair.value == "Luna") == 1
