"""Conditions for search boxes, alike on both databases."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.models.audit import AuditEvent

SHORTEST_PHONE = 3
LONGEST_SEARCH = 100


class Shown(StrEnum):
    """Whether archived records are wanted too."""

    LIVE = "live"
    ARCHIVED = "archived"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What every list of records can be narrowed by.

    `source` is as records carry it, or BY_HAND. `import_id` wants whatever that import created, updated or
    linked.
    """

    text: str = ""
    source: str = ""
    import_id: UUID | None = None
    shown: Shown = Shown.LIVE


BY_HAND = "by-hand"
"""Stands for the source '' of records that a person entered."""


def holds_text(column: Any, text: str) -> sa.ColumnElement[bool]:
    """The column contains the text, whatever its case.

    SQLite folds the case of ASCII letters only, so a text with others is tried in four spellings.
    """
    if text.isascii():
        return column.icontains(text, autoescape=True)  # type: ignore[no-any-return]
    spellings = sorted({text, text.lower(), text.upper(), text.title()})
    return sa.or_(*[column.icontains(spelling, autoescape=True) for spelling in spellings])


def holds_digits(column: Any, text: str) -> sa.ColumnElement[bool]:
    """The column (a phone in E.164) contains the digits of the text; false for fewer than three digits."""
    digits = "".join(character for character in text if character in "0123456789")
    if len(digits) < SHORTEST_PHONE:
        return sa.false()
    return column.contains(digits)  # type: ignore[no-any-return]


def cleaned_search(text: str) -> str:
    """What somebody typed, as it may go to a database: no NUL, single spaces, at most 100 characters."""
    return " ".join(text.replace("\x00", " ").split())[:LONGEST_SEARCH]


def sources_of(session: Session, table: Any, *, organisation_id: UUID) -> tuple[str, ...]:
    """The sources that the organisation's records of a table came from, in order; '' for those entered by hand."""
    asked = sa.select(table.source).where(table.organisation_id == organisation_id).distinct()
    return tuple(sorted(session.scalars(asked)))


def is_shown(record: Any, organisation_id: UUID, wanted: RecordFilter) -> list[sa.ColumnElement[bool]]:
    """The conditions of a `RecordFilter` but for its text, which each list searches in its own columns."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.source:
        found.append(record.source == ("" if wanted.source == BY_HAND else wanted.source))
    if wanted.import_id:
        found.append(_touched_by(record, organisation_id, wanted.import_id))
    if wanted.shown is Shown.LIVE:
        found.append(record.archived_at.is_(None))
    elif wanted.shown is Shown.ARCHIVED:
        found.append(record.archived_at.is_not(None))
    return found


def _touched_by(record: Any, organisation_id: UUID, import_id: UUID) -> sa.ColumnElement[bool]:
    subjects = sa.select(AuditEvent.subject_id).where(
        AuditEvent.organisation_id == organisation_id,
        AuditEvent.import_id == import_id,
        AuditEvent.subject_id.is_not(None),
    )
    return sa.or_(record.import_id == import_id, record.id.in_(subjects))
