"""Saved mappings: all of an organisation, one by name, and the one that fits a file's headings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.template_file import TemplateFile
from phcs.core.mapping.templates import ALIKE, heading_signature, likeness
from phcs.core.options import NO_TEMPLATE
from phcs.core.reading.choices import ReadingChoices
from phcs.models.mapping_templates import MappingTemplate

MOST = 500
"""So many saved mappings of an organisation are looked through and listed."""


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """The newest version of a saved mapping as the list shows it."""

    id: UUID
    name: str
    version: int
    source: str
    kind: str
    headings: tuple[str, ...]
    created_by_name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """A saved mapping with all that applying it needs."""

    id: UUID
    name: str
    version: int
    headings: tuple[str, ...]
    mapping: TableMapping
    reading: ReadingChoices


def saved_templates(session: Session, *, organisation_id: UUID) -> tuple[TemplateRow, ...]:
    """The organisation's saved mappings in their newest versions, by name."""
    rows = session.scalars(_newest(organisation_id).order_by(MappingTemplate.name_key).limit(MOST))
    return tuple(
        TemplateRow(
            id=one.id,
            name=one.name,
            version=one.version,
            source=one.source,
            kind=one.kind,
            headings=tuple(one.headings),
            created_by_name=one.created_by_name,
            created_at=one.created_at,
            used_at=one.used_at,
        )
        for one in rows
    )


def template_named(session: Session, *, organisation_id: UUID, name: str) -> SavedMapping | None:
    """The newest version of the saved mapping of this name, in whatever case it is written."""
    found = session.scalar(_newest(organisation_id).where(MappingTemplate.name_key == name_key(name)))
    return _saved(found) if found else None


def require_template(session: Session, *, organisation_id: UUID, name: str) -> None:
    """Raise InvalidInputError for the name of no saved mapping; '' and NO_TEMPLATE name none and are fine."""
    if name in {"", NO_TEMPLATE}:
        return
    if template_named(session, organisation_id=organisation_id, name=name) is None:
        raise InvalidInputError(f"There is no saved mapping called “{name[:100]}”.")


def template_with_id(session: Session, *, organisation_id: UUID, template_id: UUID) -> SavedMapping | None:
    """The saved mapping, in whatever version the id names."""
    found = session.scalar(
        sa.select(MappingTemplate).where(
            MappingTemplate.organisation_id == organisation_id, MappingTemplate.id == template_id
        )
    )
    return _saved(found) if found else None


def known_template(session: Session, *, organisation_id: UUID, template_id: UUID) -> SavedMapping:
    """The saved mapping. Raises NotFoundError, the same for another organisation's and for none."""
    found = template_with_id(session, organisation_id=organisation_id, template_id=template_id)
    if found is None:
        raise NotFoundError("There is no such saved mapping.")
    return found


def template_file(saved: SavedMapping) -> TemplateFile:
    """The saved mapping as a file of its own."""
    return TemplateFile(saved.name, saved.headings, saved.mapping, saved.reading)


def fitting_template(
    session: Session, *, organisation_id: UUID, headings: Sequence[str]
) -> SavedMapping | None:
    """The saved mapping for exactly these headings in any order; of several the one used or saved last."""
    found = session.scalar(
        _newest(organisation_id)
        .where(MappingTemplate.heading_signature == heading_signature(headings))
        .order_by(_last_used().desc(), MappingTemplate.id.desc())
        .limit(1)
    )
    return _saved(found) if found else None


def resembling_template(
    session: Session, *, organisation_id: UUID, headings: Sequence[str]
) -> SavedMapping | None:
    """The saved mapping whose headings are most like these and alike enough; of equals the one used last."""
    rows = session.execute(
        sa.select(MappingTemplate.id, MappingTemplate.headings)
        .where(MappingTemplate.organisation_id == organisation_id, MappingTemplate.is_newest)
        .order_by(_last_used().desc(), MappingTemplate.id.desc())
        .limit(MOST)
    )
    best, best_likeness = None, 0.0
    for template_id, saved in rows:
        alike = likeness(headings, saved)
        if alike > best_likeness:
            best, best_likeness = template_id, alike
    if best is None or best_likeness < ALIKE:
        return None
    return template_with_id(session, organisation_id=organisation_id, template_id=best)


def templates_with_choices(
    session: Session, *, organisation_id: UUID, limit: int
) -> tuple[SavedMapping, ...]:
    """The saved mappings of files that were not read as the reader would, those used last first."""
    rows = session.scalars(
        _newest(organisation_id).order_by(_last_used().desc(), MappingTemplate.id.desc()).limit(MOST)
    )
    return tuple(_saved(one) for one in rows if one.reading)[:limit]


def name_key(name: str) -> str:
    """What two spellings of one name share."""
    return " ".join(name.split()).casefold()[:100]


def _newest(organisation_id: UUID) -> sa.Select[MappingTemplate]:
    return sa.select(MappingTemplate).where(
        MappingTemplate.organisation_id == organisation_id, MappingTemplate.is_newest
    )


def _last_used() -> sa.ColumnElement[Any]:
    return sa.func.coalesce(MappingTemplate.used_at, MappingTemplate.created_at)


def _saved(found: MappingTemplate) -> SavedMapping:
    return SavedMapping(
        id=found.id,
        name=found.name,
        version=found.version,
        headings=tuple(found.headings),
        mapping=TableMapping.from_json(found.mapping),
        reading=ReadingChoices.from_json(found.reading),
    )
