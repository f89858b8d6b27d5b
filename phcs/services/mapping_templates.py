"""Saving a mapping under a name, naming it anew, deleting it, and taking one in from another installation."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.template_file import TemplateFile
from phcs.core.mapping.templates import UsedTemplate, heading_signature
from phcs.core.permissions import Permission
from phcs.core.reading.tables import TableReading
from phcs.models.imports import SourceTable
from phcs.models.mapping_templates import MappingTemplate
from phcs.queries.mapping_templates import name_key
from phcs.services import auditing
from phcs.services.approval import find_import
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction

LONGEST_NAME = 100
MOST_TEMPLATES = 500
"""So many saved mappings an organisation may have."""


def save_template(*, actor: Actor, now: datetime, import_id: UUID, name: str, table_no: int = 1) -> int:
    """Save how a table of an import is read and mapped under a name; gives the version, 1 for a new name.

    Tables with the same headings are then mapped like this without a click. Raises InvalidInputError for a name
    that cannot be, or while something required is missing; NotFoundError.
    """
    actor.require(Permission.MAP_COLUMNS)
    called = _plain_name(name)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        table = session.get(SourceTable, (import_id, table_no))
        if table is None or table.organisation_id != found.organisation_id:
            raise InvalidInputError("The file has not been read yet, so there is no mapping to save.")
        reading, mapping = TableReading.from_json(table.reading), TableMapping.from_json(table.mapping)
        if not mapping.is_complete:
            raise InvalidInputError(
                "Something required is still missing. Complete the mapping, then save it."
            )
        file = TemplateFile(
            name=called,
            headings=tuple(column.heading_given or column.heading for column in reading.columns),
            mapping=mapping,
            reading=reading.choices,
        )
        version = _add_version(session, actor, now, file, import_id=import_id)
        table.template = UsedTemplate(called, version).as_json()
    return version


def take_in_template(*, actor: Actor, now: datetime, content: bytes, name: str = "") -> int:
    """Save a mapping out of a file that `template_as_json` wrote; gives its version here.

    `name` replaces the one in the file. Raises InvalidInputError, with what is wrong, for any other file.
    """
    actor.require(Permission.MAP_COLUMNS)
    file = TemplateFile.from_bytes(content)
    with transaction() as session:
        called = _plain_name(name or file.name)
        return _add_version(session, actor, now, file.called(called), import_id=None)


def rename_template(*, actor: Actor, now: datetime, template_id: UUID, name: str) -> None:
    """Give a saved mapping, in all its versions, another name. Raises InvalidInputError for one that is taken."""
    actor.require(Permission.MAP_COLUMNS)
    called = _plain_name(name)
    with transaction() as session:
        found = _known(session, actor, template_id)
        key = name_key(called)
        if key != found.name_key and _versions(session, actor, key):
            raise InvalidInputError(
                f"There is a saved mapping called “{called}” already. Choose another name."
            )
        session.execute(
            sa.update(MappingTemplate)
            .where(
                MappingTemplate.organisation_id == actor.organisation_id,
                MappingTemplate.name_key == found.name_key,
            )
            .values(name=called, name_key=key)
            .execution_options(synchronize_session=False)
        )
        _record(session, actor, now, found.id, "template.renamed", called, {"called_before": found.name})


def delete_template(*, actor: Actor, now: datetime, template_id: UUID) -> None:
    """Delete a saved mapping with all its versions; imports that used it keep the mapping they have."""
    actor.require(Permission.MAP_COLUMNS)
    with transaction() as session:
        found = _known(session, actor, template_id)
        session.execute(
            sa.delete(MappingTemplate)
            .where(
                MappingTemplate.organisation_id == actor.organisation_id,
                MappingTemplate.name_key == found.name_key,
            )
            .execution_options(synchronize_session=False)
        )
        _record(session, actor, now, found.id, "template.deleted", found.name, {"version": found.version})


def _add_version(
    session: Session, actor: Actor, now: datetime, file: TemplateFile, *, import_id: UUID | None
) -> int:
    """Keep the next version of this name; earlier ones are offered no more."""
    auditing.take_turn(session, actor.organisation_id)  # of two at once one comes first
    key = name_key(file.name)
    before = _versions(session, actor, key)
    if not before and _count(session, actor) >= MOST_TEMPLATES:
        raise InvalidInputError(f"There are {MOST_TEMPLATES} saved mappings already. Delete some first.")
    session.execute(
        sa.update(MappingTemplate)
        .where(
            MappingTemplate.organisation_id == actor.organisation_id,
            MappingTemplate.name_key == key,
            MappingTemplate.is_newest,
        )
        .values(is_newest=False)
        .execution_options(synchronize_session=False)
    )
    template_id, version = new_id(), before + 1
    session.add(
        MappingTemplate(
            id=template_id,
            organisation_id=actor.organisation_id,
            name=file.name,
            name_key=key,
            version=version,
            source=file.mapping.source,
            kind=file.mapping.kind.value,
            heading_signature=heading_signature(file.headings),
            headings=list(file.headings),
            mapping=file.mapping.as_json(),
            reading=file.reading.as_json(),
            created_by=actor.id if actor.kind is ActorKind.PERSON else None,
            created_by_name=actor.name,
            created_at=now,
        )
    )
    detail = {"version": version, "headings": len(file.headings)}
    _record(session, actor, now, template_id, "template.saved", file.name, detail, import_id=import_id)
    return version


def _versions(session: Session, actor: Actor, key: str) -> int:
    """The newest version of this name, 0 where there is none."""
    return (
        session.scalar(
            sa.select(sa.func.max(MappingTemplate.version)).where(
                MappingTemplate.organisation_id == actor.organisation_id, MappingTemplate.name_key == key
            )
        )
        or 0
    )


def _count(session: Session, actor: Actor) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(MappingTemplate)
            .where(MappingTemplate.organisation_id == actor.organisation_id, MappingTemplate.is_newest)
        )
        or 0
    )


def _known(session: Session, actor: Actor, template_id: UUID) -> MappingTemplate:
    found = session.scalar(
        sa.select(MappingTemplate).where(
            MappingTemplate.organisation_id == actor.organisation_id, MappingTemplate.id == template_id
        )
    )
    if found is None:
        raise NotFoundError("There is no such saved mapping.")
    return found


def _plain_name(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable() or called.startswith("-"):
        raise InvalidInputError(
            f"Give the mapping a name of at most {LONGEST_NAME} characters, such as “WaitWhile visits”."
        )
    return called


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    template_id: UUID,
    action: str,
    name: str,
    detail: dict[str, Any],
    *,
    import_id: UUID | None = None,
) -> None:
    auditing.record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject_kind="template",
        subject_id=template_id,
        import_id=import_id,
        detail=detail,
        values={"name": name},
    )
