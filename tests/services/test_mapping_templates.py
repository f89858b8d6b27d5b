"""A mapping saved under a name: the next file of the same shape needs no click."""

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.mapping_templates import MappingTemplate
from phcs.models.organisations import Organisation
from phcs.models.records import Case
from phcs.queries.mapping_templates import saved_templates, template_file, template_named
from phcs.services.mapping_columns import confirm_mapping
from phcs.services.mapping_templates import (
    delete_template,
    rename_template,
    save_template,
    take_in_template,
)
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import advance, approve, build_import, seen

Db = scoped_session[Session]
ROW = {
    "Kunde": "Ana Silva",
    "client_phone": "+14155550101",
    "Wofür": "Boarding",
    "Farbe der Tür": "green",
}


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


@pytest.fixture
def admin(organisation: Organisation) -> Actor:
    return actor_of(build_person(organisation=organisation))


def save_mapping(admin: Actor, *, name: str = "Clinic list", target: str = "case.services") -> None:
    """Map a file by hand, as far as it must be, and save that."""
    import_id = build_import(actor=admin, content=[ROW], kind="case", template="-")
    assert advance(import_id) is ImportState.MAPPING
    confirm_mapping(
        actor=admin,
        now=NOW,
        import_id=import_id,
        answers=MappingAnswers(
            targets={0: "owner.full_name", 2: target, 3: ""},
            constants={"case.services": "" if target == "case.services" else "food"},
        ),
    )
    save_template(actor=admin, now=NOW, import_id=import_id, name=name)


def test_the_next_file_of_the_same_shape_needs_no_click(session: Db, admin: Actor) -> None:
    save_mapping(admin)
    turned = dict(reversed(ROW.items())) | {"Kunde": "Omar Haddad"}

    import_id = build_import(actor=admin, content=[turned])
    assert advance(import_id) is ImportState.REVIEW
    approve(import_id, actor=admin)
    advance(import_id)

    assert session.scalars(sa.select(Case)).one().services == ["boarding"]
    table = seen(import_id).tables[0]
    assert table.template is not None
    assert (table.template.name, table.template.version, table.template.is_changed) == (
        "Clinic list",
        1,
        False,
    )
    reasons = {column.heading: column.reason for column in table.mapping.columns}
    assert reasons["Kunde"] == "as saved in “Clinic list”"
    assert reasons["Farbe der Tür"] == "not imported, as saved in “Clinic list”"


def test_a_changed_file_says_what_is_new_and_gone_and_waits_for_a_person(session: Db, admin: Actor) -> None:
    save_mapping(admin)
    changed = {name: value for name, value in ROW.items() if name != "Farbe der Tür"} | {
        "client_city": "Rome"
    }

    import_id = build_import(actor=admin, content=[changed])

    assert advance(import_id) is ImportState.MAPPING
    table = seen(import_id).tables[0]
    assert table.template is not None
    assert (table.template.new, table.template.gone) == (("client_city",), ("Farbe der Tür",))
    assert [column.target for column in table.mapping.columns] == [
        "owner.full_name",
        "owner.phone",
        "case.services",
        "owner.city",
    ]


def test_saving_under_the_same_name_makes_the_next_version_and_offers_only_that(
    session: Db, admin: Actor
) -> None:
    save_mapping(admin)
    delete_all_but_name = template_named(session(), organisation_id=admin.organisation_id, name="clinic LIST")
    assert delete_all_but_name is not None
    assert delete_all_but_name.version == 1

    import_id = build_import(actor=admin, content=[ROW])
    advance(import_id)
    confirm_mapping(
        actor=admin,
        now=NOW,
        import_id=import_id,
        answers=MappingAnswers(targets={3: "case.notes"}, constants={}),
    )
    assert save_template(actor=admin, now=NOW, import_id=import_id, name=" Clinic  list ") == 2

    rows = saved_templates(session(), organisation_id=admin.organisation_id)
    assert [(row.name, row.version) for row in rows] == [("Clinic list", 2)]
    later = build_import(actor=admin, content=[ROW])
    advance(later)
    assert seen(later).tables[0].mapping.columns[3].target == "case.notes"


def test_a_template_named_at_the_upload_is_used_and_none_can_be_asked_for(session: Db, admin: Actor) -> None:
    save_mapping(admin)
    save_mapping_again = build_import(actor=admin, content=[ROW], template="-")

    assert advance(save_mapping_again) is ImportState.MAPPING
    assert seen(save_mapping_again).tables[0].template is None
    named = build_import(actor=admin, content=[ROW | {"client_city": "Rome"}], template="CLINIC list")
    advance(named)
    template = seen(named).tables[0].template
    assert template is not None
    assert template.new == ("client_city",)
    with pytest.raises(InvalidInputError, match="no saved mapping called “Other”"):
        build_import(actor=admin, content=[ROW], template="Other")


def test_another_organisations_templates_are_neither_used_nor_named_nor_deleted(
    session: Db, admin: Actor
) -> None:
    save_mapping(admin)
    other = actor_of(build_person(organisation=build_organisation(name="Other")))
    template_id = session.scalars(sa.select(MappingTemplate.id)).one()

    import_id = build_import(actor=other, content=[ROW])

    assert advance(import_id) is ImportState.MAPPING
    assert seen(import_id).tables[0].template is None
    with pytest.raises(NotFoundError):
        delete_template(actor=other, now=NOW, template_id=template_id)
    with pytest.raises(NotFoundError):
        rename_template(actor=other, now=NOW, template_id=template_id, name="Mine")


def test_a_template_goes_out_and_comes_in_again_with_the_same_meaning(session: Db, admin: Actor) -> None:
    save_mapping(admin, target="case.notes")
    saved = template_named(session(), organisation_id=admin.organisation_id, name="Clinic list")
    assert saved is not None

    content = orjson.dumps(template_file(saved).as_json())
    assert take_in_template(actor=admin, now=NOW, content=content, name="Copy") == 1

    copy = template_named(session(), organisation_id=admin.organisation_id, name="Copy")
    assert copy is not None
    assert copy.headings == saved.headings
    assert [column.target for column in copy.mapping.columns] == [
        column.target for column in saved.mapping.columns
    ]
    assert copy.mapping.constants == saved.mapping.constants == (("case.services", "food"),)


def test_names_that_cannot_be_and_names_that_are_taken_are_refused(session: Db, admin: Actor) -> None:
    save_mapping(admin)
    save_mapping(admin, name="Second")
    second = template_named(session(), organisation_id=admin.organisation_id, name="Second")
    assert second is not None

    for name in ("", "  ", "-", "x" * 101, "a\x00b"):
        with pytest.raises(InvalidInputError, match="Give the mapping a name"):
            rename_template(actor=admin, now=NOW, template_id=second.id, name=name)
    with pytest.raises(InvalidInputError, match="already"):
        rename_template(actor=admin, now=NOW, template_id=second.id, name="CLINIC LIST")

    rename_template(actor=admin, now=NOW, template_id=second.id, name="Third")
    names = [row.name for row in saved_templates(session(), organisation_id=admin.organisation_id)]
    assert names == ["Clinic list", "Third"]


def test_every_change_of_a_template_stands_in_the_trail_under_its_name(session: Db, admin: Actor) -> None:
    save_mapping(admin)
    template_id = session.scalars(sa.select(MappingTemplate.id)).one()
    rename_template(actor=admin, now=NOW, template_id=template_id, name="Door list")
    delete_template(actor=admin, now=NOW, template_id=template_id)

    events = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.subject_kind == "template").order_by(AuditEvent.seq)
    )

    assert [(event.action, event.values) for event in events] == [
        ("template.saved", {"name": "Clinic list"}),
        ("template.renamed", {"name": "Door list"}),
        ("template.deleted", {"name": "Door list"}),
    ]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_who_maps_columns_changes_templates(
    session: Db, organisation: Organisation, admin: Actor, role: Role
) -> None:
    save_mapping(admin)
    template_id = session.scalars(sa.select(MappingTemplate.id)).one()
    other = actor_of(build_person(organisation=organisation, role=role))

    with pytest.raises(NotAllowedError):
        delete_template(actor=other, now=NOW, template_id=template_id)
    with pytest.raises(NotAllowedError):
        take_in_template(actor=other, now=NOW, content=b"{}")
