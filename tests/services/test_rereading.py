"""A person says how the file is read; it is read anew at once, and nothing of before stays."""

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotAllowedError, WrongStateError
from phcs.core.options import AskedReading
from phcs.core.permissions import Role
from phcs.core.reading.choices import ReadingChoices
from phcs.core.states import ImportState
from phcs.models.imports import Import, StagedRow
from phcs.models.organisations import Organisation
from phcs.models.plans import PlanRow
from phcs.services.mapping_templates import save_template
from phcs.services.rereading import reread_import
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    advance,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    count,
    export_csv,
    seen,
    visits,
)

Db = scoped_session[Session]
TITLES = "Report,of,the,year\nName,Phone,Service,Notes\nAna Silva,+14155550101,food,\n"


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


@pytest.fixture
def admin(organisation: Organisation) -> Actor:
    return actor_of(build_person(organisation=organisation))


def asked(**choices: object) -> AskedReading:
    return AskedReading(choices=ReadingChoices(**choices))  # type: ignore[arg-type]


def test_another_header_row_is_read_at_once_and_what_was_staged_is_dropped(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(3))

    reread_import(actor=admin, now=NOW, import_id=import_id, asked=asked(header_row=2))

    between = seen(import_id)
    assert (between.row.state, between.plan_fingerprint) == (ImportState.RECEIVED, "")
    assert [count(table) for table in (StagedRow, PlanRow)] == [0, 0]
    assert between.edited_by == (str(admin.id),)
    advance(import_id)
    reading = seen(import_id).tables[0].reading
    assert (reading.header_row, reading.rows, reading.choices.header_row) == (2, 2, 2)


def test_the_source_and_kind_can_be_said_and_taken_back(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    before = seen(import_id).tables[0].mapping

    reread_import(actor=admin, now=NOW, import_id=import_id, asked=AskedReading(kind="owner"))
    advance(import_id)
    assert seen(import_id).tables[0].mapping.kind == "owner"

    reread_import(actor=admin, now=NOW, import_id=import_id, asked=AskedReading())
    assert advance(import_id) is ImportState.REVIEW
    after = seen(import_id).tables[0].mapping
    assert (after.source, after.kind) == (before.source, before.kind)


def test_a_choice_that_makes_the_file_unreadable_fails_in_words_and_can_be_changed(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(2))
    reread_import(actor=admin, now=NOW, import_id=import_id, asked=asked(header_row=900))

    assert advance(import_id) is ImportState.FAILED
    assert seen(import_id).failure != ""
    reread_import(actor=admin, now=NOW, import_id=import_id, asked=AskedReading())
    assert advance(import_id) is ImportState.REVIEW
    assert (seen(import_id).failure, seen(import_id).row.finished_at) == ("", None)


def test_a_saved_mapping_also_says_how_the_next_file_is_read(session: Db, admin: Actor) -> None:
    content = export_csv([{"Name": "x", "Phone": "1", "Service": "y", "Notes": "z"}]) + TITLES
    import_id = build_import(actor=admin, content=content)
    advance(import_id)
    reread_import(actor=admin, now=NOW, import_id=import_id, asked=asked(header_row=4))
    assert advance(import_id) is ImportState.REVIEW
    save_template(actor=admin, now=NOW, import_id=import_id, name="Below a report")

    later = build_import(
        actor=admin, content=content.replace("Name,", "Title of it,", 1) + "Omar Haddad,+14155550102,food,\n"
    )
    advance(later)

    table = seen(later).tables[0]
    assert table.template is not None
    assert (table.template.name, table.reading.header_row, table.reading.rows) == ("Below a report", 4, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        asked(encoding="klingon"),
        asked(delimiter="x"),
        asked(header_row=-1),
        AskedReading(source="nobody"),
        AskedReading(kind="dragon"),
        AskedReading(template="Not there"),
    ],
)
def test_what_is_not_on_offer_is_refused_and_changes_nothing(
    session: Db, admin: Actor, wrong: AskedReading
) -> None:
    import_id = build_review(actor=admin, content=visits(1))

    with pytest.raises(InvalidInputError):
        reread_import(actor=admin, now=NOW, import_id=import_id, asked=wrong)

    assert seen(import_id).row.state is ImportState.REVIEW
    assert count(StagedRow) == 1


def test_what_is_decided_or_being_worked_on_is_not_read_anew(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=visits(1))
    for state in set(ImportState) - {ImportState.MAPPING, ImportState.REVIEW}:
        change_behind_the_back(Import, Import.id == import_id, state=state, failed_from="approved")
        with pytest.raises(WrongStateError):
            reread_import(actor=admin, now=NOW, import_id=import_id, asked=AskedReading())


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_who_maps_columns_says_how_a_file_is_read(
    session: Db, organisation: Organisation, admin: Actor, role: Role
) -> None:
    import_id = build_review(actor=admin, content=visits(1))

    with pytest.raises(NotAllowedError):
        reread_import(
            actor=actor_of(build_person(organisation=organisation, role=role)),
            now=NOW,
            import_id=import_id,
            asked=AskedReading(),
        )
