"""From a received file to its reading and its mapping, with a saved mapping where one fits."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.errors import UnreadableFileError
from phcs.core.mapping.corrections import remap
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.templates import UsedTemplate, applied, new_and_gone
from phcs.core.options import NO_TEMPLATE, AskedReading, ImportOptions
from phcs.core.reading.choices import READER_DECIDES, ReadingChoices
from phcs.core.reading.tables import TableReading
from phcs.core.sources import AUTO, recognise
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.queries.mapping_templates import (
    SavedMapping,
    fitting_template,
    resembling_template,
    template_named,
    templates_with_choices,
)
from phcs.services.heading_suggestions import with_asked_suggestions
from phcs.services.limited_reading import inspect_file
from phcs.services.working import Workshop

TRIED = 3
"""So many saved mappings that read files in their own way are tried before the reader's way is kept."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table as it was read and mapped, and the saved mapping that was applied, if one was."""

    reading: TableReading
    mapping: TableMapping
    saved: SavedMapping | None
    template: UsedTemplate | None
    stops: bool = False
    """Whether somebody wants to see the mapping first, however sure it is."""

    @property
    def may_go_on(self) -> bool:
        """Whether rows can be checked without asking a person first."""
        is_changed = self.template is not None and self.template.is_changed
        return self.mapping.is_complete and not (self.mapping.open_dates or is_changed or self.stops)


def recognise_file(path: Path, *, found: Import, workshop: Workshop) -> Recognised:
    """Read the file as a person asked, or else as it asks for itself, and find its mapping.

    A saved mapping is applied that was asked for by name, or whose headings are those of the file; one whose
    headings are nearly those is applied too, but a person then looks at it. Raises UnreadableFileError.
    """
    asked = AskedReading.from_json(found.asked, source=found.source, kind=found.kind)
    file = _File(path, found, workshop)
    reading, saved = _asked_for(file, asked)
    if saved is None and not asked.template:
        reading, saved = _fitting(file, asked, reading)
    table = _recognised(reading, saved, asked, ImportOptions.from_json(found.options))
    return _with_suggestions(replace(table, stops=asked.stops), workshop)


def headings_of(reading: TableReading) -> list[str]:
    """The headings by which saved mappings are found."""
    return [column.heading_given or column.heading for column in reading.columns]


@dataclass(frozen=True, slots=True)
class _File:
    """The file with its import; the database is let go of before the file is read."""

    path: Path
    found: Import
    workshop: Workshop

    def read(self, choices: ReadingChoices) -> TableReading:
        db.session.rollback()
        return inspect_file(
            self.path,
            name=self.found.file_name,
            limits=self.workshop.limits,
            child=self.workshop.child,
            split_rows=self.workshop.split_rows,
            choices=choices,
        )[0]

    def saved(self, question: "_Question", headings: list[str]) -> SavedMapping | None:
        return question(db.session(), organisation_id=self.found.organisation_id, headings=headings)


def _with_suggestions(table: Recognised, workshop: Workshop) -> Recognised:
    """The table with what the endpoint of the settings suggests, if there is one; a saved mapping says it all."""
    if workshop.suggest is None or (table.template and not table.template.is_changed):
        return table
    db.session.rollback()
    mapping, note = with_asked_suggestions(table.mapping, workshop.suggest)
    notes = (*table.reading.notes, note) if note else table.reading.notes
    return replace(table, mapping=mapping, reading=replace(table.reading, notes=notes))


class _Question(Protocol):
    """A query for one saved mapping."""

    def __call__(
        self, session: Session, *, organisation_id: UUID, headings: Sequence[str]
    ) -> SavedMapping | None: ...


def _asked_for(file: _File, asked: AskedReading) -> tuple[TableReading, SavedMapping | None]:
    """The file as a person asked for it, and the saved mapping that they named; it also says how to read."""
    if asked.template in {"", NO_TEMPLATE}:
        return file.read(asked.choices), None
    saved = template_named(db.session(), organisation_id=file.found.organisation_id, name=asked.template)
    if saved and asked.choices == READER_DECIDES:
        with suppress(
            UnreadableFileError
        ):  # it has no such sheet or row, so it is read as it asks for itself
            return file.read(saved.reading), saved
    return file.read(asked.choices), saved


def _fitting(
    file: _File, asked: AskedReading, reading: TableReading
) -> tuple[TableReading, SavedMapping | None]:
    """The file with the saved mapping that fits it best, if one does; it may also say how the file is read."""
    saved = _agreeing(file.saved(fitting_template, headings_of(reading)), asked)
    if saved is None and asked.choices == READER_DECIDES:
        reading, saved = _tried_otherwise(file, asked, reading)
    return reading, saved or _agreeing(file.saved(resembling_template, headings_of(reading)), asked)


def _agreeing(saved: SavedMapping | None, asked: AskedReading) -> SavedMapping | None:
    """The saved mapping, unless a person said that the file is something else."""
    if saved is None or asked.source not in {AUTO, saved.mapping.source}:
        return None
    return saved if asked.kind in {AUTO, saved.mapping.kind.value} else None


def _tried_otherwise(
    file: _File, asked: AskedReading, reading: TableReading
) -> tuple[TableReading, SavedMapping | None]:
    """The file read as one of those that were not read as the reader would, where its headings then fit."""
    for saved in templates_with_choices(
        db.session(), organisation_id=file.found.organisation_id, limit=TRIED
    ):
        with suppress(UnreadableFileError):  # it has no such sheet or row
            otherwise = file.read(saved.reading)
            if not any(new_and_gone(headings_of(otherwise), saved.headings)):
                return otherwise, _agreeing(saved, asked)
    return reading, None


def _recognised(
    reading: TableReading, saved: SavedMapping | None, asked: AskedReading, options: ImportOptions
) -> Recognised:
    source, kind = asked.source, asked.kind
    if saved and source == AUTO and kind == AUTO:
        source, kind = saved.mapping.source, saved.mapping.kind.value
    mapping, template = recognise(reading, source=source, kind=kind), None
    if saved:
        new, gone = new_and_gone(headings_of(reading), saved.headings)
        template = UsedTemplate(saved.name, saved.version, new, gone)
        mapping = applied(saved.mapping, mapping, facts=reading.facts, called=saved.name)
    if options.service:
        mapping = remap(mapping, targets={}, constants={"case.services": options.service})
    return Recognised(reading, mapping, saved, template)
