"""From a received file to the reading and the mapping of its tables, with saved mappings where they fit."""

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
from phcs.core.mapping.templates import ALIKE, UsedTemplate, applied, likeness, new_and_gone
from phcs.core.options import NO_TEMPLATE, AskedReading, AskedTable, ImportOptions
from phcs.core.reading.choices import READER_DECIDES, FileChoices
from phcs.core.reading.tables import FileReading, TableReading
from phcs.core.records import RecordKind
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
from phcs.services.limited_reading import inspect_tables
from phcs.services.working import Workshop

PLAIN = "plain"
TRIED = 3
"""So many saved mappings that read files in their own way are tried before the reader's way is kept."""


NOT_RECOGNISED = "Nothing in its headings says what it holds."
_SURE = 60
"""A table that a source's own headings made is at least so sure; the others only look like one of its."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table as it was read and mapped, and the saved mapping that was applied, if one was."""

    reading: TableReading
    mapping: TableMapping
    saved: SavedMapping | None
    template: UsedTemplate | None
    stops: bool = False
    """Whether somebody wants to see the mapping first, however sure it is."""
    left_out: str = ""
    """Why it is not taken, a sentence; '' for a table that is."""

    @property
    def may_go_on(self) -> bool:
        """Whether rows can be checked without asking a person first."""
        is_changed = self.template is not None and self.template.is_changed
        return self.mapping.is_complete and not (self.mapping.open_dates or is_changed or self.stops)

    @property
    def is_recognised(self) -> bool:
        """Whether something tells what it holds: a saved mapping, a source's headings, or all that is required."""
        is_its_own = self.mapping.source != PLAIN and self.mapping.confidence >= _SURE
        return self.saved is not None or is_its_own or self.mapping.is_complete


def recognise_file(path: Path, *, found: Import, workshop: Workshop) -> list[Recognised]:
    """Read the file as a person asked, or else as it asks for itself, and find the mapping of each of its tables.

    A saved mapping is applied that was asked for by name, or whose headings are those of the table; one whose
    headings are nearly those is applied too, but a person then looks at it. Of several tables those that nothing
    recognises are left out, but for the largest where nothing recognises any. Raises UnreadableFileError.
    """
    asked = AskedReading.from_json(found.asked, source=found.source, kind=found.kind)
    options = ImportOptions.from_json(found.options)
    file = _File(path, found, workshop)
    read, named = _asked_for(file, asked)
    if len(read.tables) > 1:
        tables = _several(file, asked, read, named, options)
    else:
        tables = [_only_one(file, asked, read, named, options)]
    return [_with_suggestions(replace(table, stops=asked.stops), workshop) for table in tables]


def headings_of(reading: TableReading) -> list[str]:
    """The headings by which saved mappings are found."""
    return [column.heading_given or column.heading for column in reading.columns]


@dataclass(frozen=True, slots=True)
class _File:
    """The file with its import; the database is let go of before the file is read."""

    path: Path
    found: Import
    workshop: Workshop

    def read(self, choices: FileChoices) -> FileReading:
        db.session.rollback()
        return inspect_tables(
            self.path,
            name=self.found.file_name,
            limits=self.workshop.limits,
            child=self.workshop.child,
            split_rows=self.workshop.split_rows,
            asked=choices,
        )

    def saved(self, question: "_Question", reading: TableReading) -> SavedMapping | None:
        return question(
            db.session(), organisation_id=self.found.organisation_id, headings=headings_of(reading)
        )

    def named(self, name: str) -> SavedMapping | None:
        if name in {"", NO_TEMPLATE}:
            return None
        return template_named(db.session(), organisation_id=self.found.organisation_id, name=name)


def _only_one(
    file: _File, asked: AskedReading, read: FileReading, named: SavedMapping | None, options: ImportOptions
) -> Recognised:
    """The only table of the file; its reading names the file's other parts."""
    wishes = asked.of(read.tables[0].part)
    saved = file.named(wishes.template) or named
    if saved is None and not wishes.template:
        read, saved = _fitting(file, asked, read)
    reading = replace(read.tables[0], parts=read.parts)
    return _recognised(reading, saved, wishes, options)


def _several(
    file: _File, asked: AskedReading, read: FileReading, named: SavedMapping | None, options: ImportOptions
) -> list[Recognised]:
    tables = [_one_of_several(file, asked.of(one.part), one, named, options) for one in read.tables]
    if all(table.left_out for table in tables):
        largest = max(tables, key=lambda one: (len(one.reading.columns) > 1, one.reading.rows))
        tables[tables.index(largest)] = replace(largest, left_out="")
    return [replace(tables[0], reading=replace(tables[0].reading, parts=read.parts)), *tables[1:]]


def _one_of_several(
    file: _File,
    wishes: AskedTable,
    reading: TableReading,
    named: SavedMapping | None,
    options: ImportOptions,
) -> Recognised:
    saved = named if named and likeness(headings_of(reading), named.headings) >= ALIKE else None
    if wishes.template not in {"", NO_TEMPLATE} and named is None:
        saved = file.named(wishes.template)
    if saved is None and wishes.template != NO_TEMPLATE:
        saved = _agreeing(
            file.saved(fitting_template, reading) or file.saved(resembling_template, reading), wishes
        )
    try:
        table = _recognised(reading, saved, wishes, options)
        if wishes.source != AUTO and not table.is_recognised:
            table = _recognised(reading, saved, replace(wishes, source=AUTO), options)
    except UnreadableFileError as refusal:
        plain = replace(wishes, source=PLAIN, kind=RecordKind.OWNER.value)
        return replace(_recognised(reading, saved, plain, options), left_out=refusal.sentence)
    return table if table.is_recognised else replace(table, left_out=NOT_RECOGNISED)


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


def _asked_for(file: _File, asked: AskedReading) -> tuple[FileReading, SavedMapping | None]:
    """The file as a person asked for it, and the saved mapping that they named; it also says how to read."""
    saved = file.named(asked.template)
    if saved and asked.choices == READER_DECIDES:
        with suppress(
            UnreadableFileError
        ):  # it has no such sheet or row, so it is read as it asks for itself
            return file.read(replace(asked.file_choices, usual=saved.reading)), saved
    return file.read(asked.file_choices), saved


def _fitting(file: _File, asked: AskedReading, read: FileReading) -> tuple[FileReading, SavedMapping | None]:
    """The file with the saved mapping that fits it best, if one does; it may also say how the file is read."""
    wishes = asked.of(read.tables[0].part)
    saved = _agreeing(file.saved(fitting_template, read.tables[0]), wishes)
    if saved is None and wishes.choices == READER_DECIDES:
        read, saved = _tried_otherwise(file, wishes, read)
    return read, saved or _agreeing(file.saved(resembling_template, read.tables[0]), wishes)


def _agreeing(saved: SavedMapping | None, asked: AskedTable) -> SavedMapping | None:
    """The saved mapping, unless a person said that the file is something else."""
    if saved is None or asked.source not in {AUTO, saved.mapping.source}:
        return None
    return saved if asked.kind in {AUTO, saved.mapping.kind.value} else None


def _tried_otherwise(
    file: _File, asked: AskedTable, read: FileReading
) -> tuple[FileReading, SavedMapping | None]:
    """The file read as one of those that were not read as the reader would, where its headings then fit."""
    for saved in templates_with_choices(
        db.session(), organisation_id=file.found.organisation_id, limit=TRIED
    ):
        with suppress(UnreadableFileError):  # it has no such sheet or row
            otherwise = file.read(FileChoices(saved.reading))
            if not any(new_and_gone(headings_of(otherwise.tables[0]), saved.headings)):
                return otherwise, _agreeing(saved, asked)
    return read, None


def _recognised(
    reading: TableReading, saved: SavedMapping | None, asked: AskedTable, options: ImportOptions
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
