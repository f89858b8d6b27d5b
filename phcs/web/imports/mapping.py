"""Which column feeds what."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.mapping.corrections import SEPARATORS
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.unknown_values import unknown_values
from phcs.core.mapping.value_words import CODES
from phcs.core.permissions import Permission
from phcs.queries.imports import ImportDetails, ImportTable
from phcs.services.mapping_columns import OPEN, confirm_mapping, keep_mapping, left_open
from phcs.services.mapping_templates import save_template
from phcs.web.access import current_actor, may
from phcs.web.imports.looking import details_of, gone_on
from phcs.web.imports.mapping_page import (
    CHOICES,
    answers_of,
    columns_of,
    joins_of,
    required_count,
    targets_of,
)

bp = Blueprint("mapping", __name__)
TAKEN = "The mapping is kept. Every row is being checked with it."


@bp.get("/<uuid:import_id>/mapping")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the mapping, with choices where it can still be changed."""
    found = details_of(import_id)
    return _page(found, found.tables[0].mapping if found.tables else None)


@bp.post("/<uuid:import_id>/mapping/confirm")
@requires(Permission.MAP_COLUMNS)
def confirm(import_id: UUID) -> ResponseReturnValue:
    """Take the mapping; every row is then checked anew, unless values wait for an answer first."""
    found, form = details_of(import_id), request.form
    if not found.tables:
        return _page(found, None), 422
    table, mapping = found.tables[0], found.tables[0].mapping
    try:
        answers = answers_of(form)
        mapping = answers.applied(mapping, table.reading)
        if left := left_open(mapping):
            raise InvalidInputError(left)
        return _taken(found, table, mapping, answers)
    except InvalidInputError as problem:
        return _page(found, mapping, sent=form, problem=problem.sentence), 422


@bp.post("/<uuid:import_id>/mapping/save")
@requires(Permission.MAP_COLUMNS)
def save(import_id: UUID) -> ResponseReturnValue:
    """Save the mapping as it is under a name, whatever became of the import."""
    found = details_of(import_id)
    try:
        said = saved(import_id, request.form.get("save_as", ""))
    except InvalidInputError as problem:
        return _page(found, found.tables[0].mapping if found.tables else None, problem=problem.sentence), 422
    flash(said, category="success")
    return redirect(url_for("imports.mapping.show", import_id=import_id))


def saved(import_id: UUID, name: str) -> str:
    """Save the import's mapping under this name; gives what is said about it."""
    version = save_template(actor=current_actor(), now=datetime.now(UTC), import_id=import_id, name=name)
    as_what = f", as version {version}" if version > 1 else ""
    return f"The mapping is saved under this name{as_what}: files with the same headings need no click."


def _taken(
    found: ImportDetails, table: ImportTable, mapping: TableMapping, answers: MappingAnswers
) -> ResponseReturnValue:
    """Go on to the values that wait for an answer, or to the check; save the mapping where a name is given."""
    import_id, name = found.row.id, request.form.get("save_as", "").strip()
    waiting = [one for one in unknown_values(mapping, table.reading.facts) if not one.answer]
    use_case = keep_mapping if waiting else confirm_mapping
    use_case(actor=current_actor(), now=datetime.now(UTC), import_id=import_id, answers=answers)
    if name:
        flash(saved(import_id, name), category="success")
    if waiting:
        return redirect(url_for("imports.values.show", import_id=import_id))
    return gone_on(import_id, said=TAKEN)


def _page(
    found: ImportDetails,
    mapping: TableMapping | None,
    *,
    sent: Mapping[str, str] | None = None,
    problem: str = "",
) -> str:
    table = found.tables[0] if found.tables else None
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
        groups=CHOICES,
        sent=sent or {},
        problem=problem,
        may_change=found.row.state in OPEN and may(Permission.MAP_COLUMNS),
    )
