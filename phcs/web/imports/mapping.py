"""Which column feeds what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.tables import ColumnMapping
from phcs.core.mapping.targets import TARGETS
from phcs.core.permissions import Permission
from phcs.core.reading.tables import ColumnReading
from phcs.queries.imports import ImportDetails, ImportTable
from phcs.services.mapping_columns import OPEN, confirm_mapping
from phcs.web.access import current_actor, may
from phcs.web.imports.looking import details_of, gone_on
from phcs.web.imports.words import target_label

bp = Blueprint("mapping", __name__)
SERVICE = "case.services"
FIELD = "target-"


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of the file beside what it feeds, or what a person has just chosen for it."""

    reading: ColumnReading
    mapping: ColumnMapping
    chosen: str
    choices: tuple[tuple[str, str], ...]


@bp.get("/<uuid:import_id>/mapping")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the mapping, with choices where it can still be changed."""
    return _page(details_of(import_id))


@bp.post("/<uuid:import_id>/mapping/confirm")
@requires(Permission.MAP_COLUMNS)
def confirm(import_id: UUID) -> ResponseReturnValue:
    """Take the mapping; every row is then checked anew."""
    found, form = details_of(import_id), request.form
    try:
        confirm_mapping(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            targets=_targets(form),
            constants={SERVICE: form.get("service", "")},
        )
    except InvalidInputError as problem:
        return _page(found, sent=form, problem=problem.sentence), 422
    return gone_on(import_id, said="The mapping is kept. Every row is being checked with it.")


def _page(found: ImportDetails, *, sent: Mapping[str, str] | None = None, problem: str = "") -> str:
    table = found.tables[0] if found.tables else None
    sent = sent or {}
    return render_template(
        "imports/mapping.html",
        found=found,
        table=table,
        columns=_columns(table, _targets(sent)) if table else (),
        service=sent.get("service", dict(table.mapping.constants).get(SERVICE, "") if table else ""),
        problem=problem,
        may_change=found.row.state in OPEN and may(Permission.MAP_COLUMNS),
    )


def _columns(table: ImportTable, sent: Mapping[int, str]) -> tuple[MappedColumn, ...]:
    mapped = {column.position: column for column in table.mapping.columns}
    return tuple(
        MappedColumn(
            column,
            mapped[column.position],
            sent.get(column.position, mapped[column.position].target),
            _choices(mapped[column.position].target),
        )
        for column in table.reading.columns
    )


def _choices(target: str) -> tuple[tuple[str, str], ...]:
    """What the column may feed; an own field that it feeds already stays among the choices."""
    known = {one for one, _ in TARGETS}
    own = ((target, target_label(target)),) if target and target not in known else ()
    return (*TARGETS, *own)


def _targets(form: Mapping[str, str]) -> dict[int, str]:
    """The chosen targets by column position; other fields of the form are none."""
    numbers = {name.removeprefix(FIELD): value for name, value in form.items() if name.startswith(FIELD)}
    return {int(number): value for number, value in numbers.items() if number.isdecimal()}
