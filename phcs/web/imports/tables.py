"""Which tables of a file are imported, and what the rows of one are."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import NotAllowedError, NotFoundError, UseCaseError
from phcs.core.permissions import Permission
from phcs.core.sources import AUTO
from phcs.queries.import_tables import ImportTable
from phcs.queries.imports import ImportDetails
from phcs.services.choosing_tables import choose_table_kind, leave_out_table, take_table_in
from phcs.services.mapping_columns import left_open
from phcs.tasks import hint
from phcs.web.access import current_actor
from phcs.web.imports.looking import details_of
from phcs.wording.tables import table_words

bp = Blueprint("tables", __name__)


@bp.app_template_filter("table_words")
def _table_words(kind: str) -> str:
    return table_words(kind)


@bp.post("/<uuid:import_id>/tables/<int:table_no>/leave-out")
@requires(Permission.MAP_COLUMNS)
def leave_out(import_id: UUID, table_no: int) -> ResponseReturnValue:
    """Import nothing of a table."""
    name = details_of(import_id).table(table_no).name
    try:
        leave_out_table(actor=current_actor(), now=datetime.now(UTC), import_id=import_id, table_no=table_no)
    except UseCaseError as problem:
        return _refused(import_id, table_no, problem)
    hint(import_id)
    flash(f"“{name}” is left out. Every row of the other tables is checked anew.", category="success")
    return redirect(url_for("imports.file.show", import_id=import_id))


@bp.post("/<uuid:import_id>/tables/<int:table_no>/take-in")
@requires(Permission.MAP_COLUMNS)
def take_in(import_id: UUID, table_no: int) -> ResponseReturnValue:
    """Import a table that was left out."""
    name = details_of(import_id).table(table_no).name
    try:
        number = take_table_in(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, table_no=table_no
        )
    except UseCaseError as problem:
        return _refused(import_id, table_no, problem)
    hint(import_id)
    flash(f"“{name}” is taken in.", category="success")
    return redirect(url_for("imports.mapping.show", import_id=import_id, table=number))


@bp.post("/<uuid:import_id>/tables/<int:table_no>/kind")
@requires(Permission.MAP_COLUMNS)
def kind(import_id: UUID, table_no: int) -> ResponseReturnValue:
    """Say what a row of a table is; its columns are understood anew."""
    try:
        number = choose_table_kind(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            table_no=table_no,
            kind=request.form.get("kind", AUTO),
            source=request.form.get("source", AUTO),
        )
    except UseCaseError as problem:
        return _refused(import_id, table_no, problem)
    flash(
        "The columns are understood as you said. Look them through, then check the rows.", category="success"
    )
    return redirect(url_for("imports.mapping.show", import_id=import_id, table=number))


def table_looked_at(found: ImportDetails) -> ImportTable | None:
    """The table that `table` names, else the first that waits for a person, else the first; None before reading.

    Raises NotFoundError for a number that no table has.
    """
    given = request.values.get("table", "")
    if given:
        if not given.isdecimal() or len(given) > 4:
            raise NotFoundError("The import has no such table.")
        return found.table(int(given))
    return next((one for one in found.tables if one.waits), found.tables[0] if found.tables else None)


def address_of_table(found: ImportDetails, step: str, table_no: int) -> str:
    """The page of a step for one table; without its number where the file has no other."""
    return url_for(
        f"imports.{step}.show",
        import_id=found.row.id,
        table=table_no if len(found.file_tables.all) > 1 else None,
    )


def next_waiting(found: ImportDetails) -> ImportTable | None:
    """The first table whose mapping a person still has to see."""
    return next((one for one in found.tables if one.waits or left_open(one.mapping)), None)


def _refused(import_id: UUID, table_no: int, problem: UseCaseError) -> ResponseReturnValue:
    if isinstance(problem, NotFoundError | NotAllowedError):
        raise problem
    flash(problem.sentence, category="danger")
    return redirect(url_for("imports.mapping.show", import_id=import_id, table=table_no))
