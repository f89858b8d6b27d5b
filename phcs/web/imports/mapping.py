"""Which column of a table feeds what."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.mapping.corrections import SEPARATORS
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.unknown_values import unknown_values
from phcs.core.mapping.value_words import CODES
from phcs.core.permissions import Permission
from phcs.queries.import_tables import ImportTable
from phcs.queries.imports import ImportDetails
from phcs.services.mapping_columns import OPEN, confirm_mapping, keep_mapping, left_open
from phcs.services.mapping_templates import save_template
from phcs.web.access import current_actor, may
from phcs.web.imports.forms import KIND_CHOICES, SOURCE_CHOICES
from phcs.web.imports.looking import details_of, gone_on
from phcs.web.imports.mapping_page import (
    answers_of,
    choices_for,
    columns_of,
    joins_of,
    required_count,
    targets_of,
)
from phcs.web.imports.tables import address_of_table, next_waiting, table_looked_at

bp = Blueprint("mapping", __name__)
TAKEN = "The mapping is kept. Every row is being checked with it."


@bp.get("/<uuid:import_id>/mapping")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the mapping of a table, with choices where it can still be changed."""
    found = details_of(import_id)
    table = table_looked_at(found)
    return _page(found, table, table.mapping if table else None)


@bp.post("/<uuid:import_id>/mapping/confirm")
@requires(Permission.MAP_COLUMNS)
def confirm(import_id: UUID) -> ResponseReturnValue:
    """Take the mapping; every row is then checked anew, unless values or other tables wait for an answer first."""
    found, form = details_of(import_id), request.form
    table = table_looked_at(found)
    if table is None:
        return _page(found, None, None), 422
    mapping = table.mapping
    try:
        answers = answers_of(form)
        mapping = answers.applied(mapping, table.reading)
        if left := left_open(mapping):
            raise InvalidInputError(left)
        return _taken(found, table, mapping, answers)
    except InvalidInputError as problem:
        return _page(found, table, mapping, sent=form, problem=problem.sentence), 422


@bp.post("/<uuid:import_id>/mapping/save")
@requires(Permission.MAP_COLUMNS)
def save(import_id: UUID) -> ResponseReturnValue:
    """Save the mapping as it is under a name, whatever became of the import."""
    found = details_of(import_id)
    table = table_looked_at(found)
    table_no = table.table_no if table else 1
    try:
        said = saved(import_id, request.form.get("save_as", ""), table_no=table_no)
    except InvalidInputError as problem:
        return _page(found, table, table.mapping if table else None, problem=problem.sentence), 422
    flash(said, category="success")
    return redirect(address_of_table(found, "mapping", table_no))


def saved(import_id: UUID, name: str, *, table_no: int) -> str:
    """Save the mapping of a table under this name; gives what is said about it."""
    version = save_template(
        actor=current_actor(), now=datetime.now(UTC), import_id=import_id, name=name, table_no=table_no
    )
    as_what = f", as version {version}" if version > 1 else ""
    return f"The mapping is saved under this name{as_what}: files with the same headings need no click."


def gone_on_after(import_id: UUID, table: ImportTable) -> ResponseReturnValue:
    """Go on to the next table that waits for a person, or let all rows be checked."""
    found = details_of(import_id)
    waiting = next_waiting(found)
    if waiting is None:
        return gone_on(import_id, said=TAKEN)
    flash(f"The mapping of “{table.name}” is kept. “{waiting.name}” still waits for you.", category="success")
    return redirect(address_of_table(found, "mapping", waiting.table_no))


def _taken(
    found: ImportDetails, table: ImportTable, mapping: TableMapping, answers: MappingAnswers
) -> ResponseReturnValue:
    """Go on to the values that wait for an answer, or to the check; save the mapping where a name is given."""
    import_id, name = found.row.id, request.form.get("save_as", "").strip()
    waiting = [one for one in unknown_values(mapping, table.reading.facts) if not one.answer]
    said: Any = {
        "actor": current_actor(),
        "now": datetime.now(UTC),
        "import_id": import_id,
        "answers": answers,
        "table_no": table.table_no,
    }
    number = keep_mapping(**said) if waiting else table.table_no
    if not waiting:
        confirm_mapping(**said)
    if name:
        flash(saved(import_id, name, table_no=_number_now(import_id, table)), category="success")
    if waiting:
        return redirect(address_of_table(found, "values", number))
    return gone_on_after(import_id, table)


def _number_now(import_id: UUID, table: ImportTable) -> int:
    """The table's number after a change: tables are numbered by their kinds."""
    part = table.reading.part
    return next(one.table_no for one in details_of(import_id).tables if one.reading.part == part)


def _page(
    found: ImportDetails,
    table: ImportTable | None,
    mapping: TableMapping | None,
    *,
    sent: Mapping[str, str] | None = None,
    problem: str = "",
) -> str:
    return render_template(
        "imports/mapping.html",
        found=found,
        table=table,
        mapping=mapping,
        columns=columns_of(table.reading, mapping, targets_of(sent or {})) if table and mapping else (),
        joins=joins_of(mapping) if mapping else (),
        required=required_count(mapping) if mapping else 0,
        constants=dict(mapping.constants) if mapping else {},
        statuses=CODES["case.status"],
        separators=list(SEPARATORS.values()),
        groups=choices_for(mapping.kind) if mapping else (),
        kinds=KIND_CHOICES,
        sources=SOURCE_CHOICES,
        sent=sent or {},
        problem=problem,
        may_change=found.row.state in OPEN and may(Permission.MAP_COLUMNS),
    )
