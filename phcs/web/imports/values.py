"""What values mean that PHCS does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.mapping.unknown_values import UnknownValue, cells_left, unknown_values
from phcs.core.mapping.value_words import answers_for
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.import_tables import ImportTable
from phcs.queries.imports import ImportDetails
from phcs.queries.repaired_cells import repaired_texts
from phcs.services.mapping_columns import OPEN, confirm_mapping
from phcs.web.access import current_actor, may
from phcs.web.imports.looking import details_of
from phcs.web.imports.mapping import gone_on_after, saved
from phcs.web.imports.tables import table_looked_at

bp = Blueprint("values", __name__)


@dataclass(frozen=True, slots=True)
class TargetValues:
    """The unknown values of one field, the alike ones together; fields of the form are numbered through."""

    target: str
    values: tuple[tuple[int, UnknownValue, str], ...]
    """Number, value, and the answer that is chosen on the page."""
    answers: tuple[tuple[str, str], ...]


@bp.get("/<uuid:import_id>/values")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show each value once, with its count and what may be answered."""
    found = details_of(import_id)
    return _page(found, _table(found))


@bp.post("/<uuid:import_id>/values/confirm")
@requires(Permission.MAP_COLUMNS)
def confirm(import_id: UUID) -> ResponseReturnValue:
    """Take the answers; every row is then checked anew."""
    found, form = details_of(import_id), request.form
    table = _table(found)
    if table is None:
        return _page(found, None), 422
    answers = _answers(table, form)
    try:
        confirm_mapping(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            answers=MappingAnswers(values=answers),
            table_no=table.table_no,
        )
        if name := form.get("save_as", "").strip():
            flash(saved(import_id, name, table_no=table.table_no), category="success")
    except InvalidInputError as problem:
        return _page(found, table, sent=form, problem=problem.sentence), 422
    return gone_on_after(import_id, table)


def _table(found: ImportDetails) -> ImportTable | None:
    """The table that `table` names, else the first with values that PHCS does not know."""
    if request.values.get("table"):
        return table_looked_at(found)
    return next((one for one in found.tables if values_of(one)), found.tables[0] if found.tables else None)


def _answers(table: ImportTable, form: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The answers by target and value; a page of before the mapping changed answers nothing."""
    answers: dict[str, dict[str, str]] = {}
    takes_proposals = form.get("take") == "proposals"
    for number, one in enumerate(values_of(table)):
        answer = form.get(f"answer-{number}")
        if answer is None or form.get(f"value-{number}") != one.value:
            continue
        answers.setdefault(one.target, {})[one.value] = (
            one.proposed if takes_proposals and not answer else answer
        )
    return answers


def values_of(table: ImportTable) -> tuple[UnknownValue, ...]:
    """The values of a table that wait for an answer or have one."""
    return unknown_values(table.mapping, table.reading.facts)


def open_values_of(found: ImportDetails) -> int:
    """How many values of an import wait for an answer: those that still stand in a row that nobody repaired."""
    unanswered = [(table, one) for table in found.tables for one in values_of(table) if not one.answer]
    repaired = _repaired(found) if unanswered else {}
    return sum(
        cells_left(one, table.mapping, repaired.get(table.table_no, {})) > 0 for table, one in unanswered
    )


def _repaired(found: ImportDetails) -> dict[int, dict[int, dict[str, int]]]:
    who = current_actor().organisation_id
    return repaired_texts(db.session(), organisation_id=who, import_id=found.row.id)


def _page(
    found: ImportDetails,
    table: ImportTable | None,
    *,
    sent: Mapping[str, str] | None = None,
    problem: str = "",
) -> str:
    groups: dict[str, list[tuple[int, UnknownValue, str]]] = {}
    repaired = _repaired(found).get(table.table_no, {}) if table else {}
    for number, one in enumerate(values_of(table) if table else ()):
        chosen = (sent or {}).get(f"answer-{number}", one.answer)
        groups.setdefault(one.target, []).append((number, one, chosen))
    return render_template(
        "imports/values.html",
        found=found,
        table=table,
        left={one: cells_left(one, table.mapping, repaired) for one in values_of(table)} if table else {},
        others=[one for one in found.tables if values_of(one)],
        groups=[TargetValues(target, tuple(rows), answers_for(target)) for target, rows in groups.items()],
        has_proposals=any(one.proposed and not chosen for rows in groups.values() for _, one, chosen in rows),
        problem=problem,
        sent=sent or {},
        may_change=found.row.state in OPEN and may(Permission.MAP_COLUMNS),
    )
