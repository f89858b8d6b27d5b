"""What was found in the rows: by column and cause, and row by row; many alike are confirmed in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import NotFoundError
from phcs.core.findings import Severity
from phcs.core.options import OnError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.finding_causes import Cause, CauseValue, cause_value, cause_values, finding_causes, to_do
from phcs.queries.finding_rows import RowsWanted, finding_rows
from phcs.queries.imports import ImportDetails
from phcs.queries.repair_recipes import fitting_recipes
from phcs.queries.repaired_cells import has_repairs, misfits
from phcs.services.confirming import confirm_findings, withdraw_confirmation
from phcs.services.repair_work import may_be_repaired
from phcs.web.access import current_actor, may
from phcs.web.imports.looking import details_of
from phcs.web.imports.words import counted
from phcs.web.row_addresses import asked_table
from phcs.wording.fixes import SEVERITY_DOES, STOPS_THE_FILE, Fix, recommended_fix

bp = Blueprint("check", __name__)
SORTS = {"weight": "Heaviest first", "number": "Most frequent first", "column": "By column"}
WEIGHTS: Mapping[str, tuple[Severity, ...]] = {
    "todo": (Severity.ERROR, Severity.WARNING),
    **{one.value: (one,) for one in Severity},
}
CHOSEN = ("view", "weight", "column", "sort", "cause", "value", "order", "table")


class OfImport(TypedDict):
    """What every question about an import names."""

    organisation_id: UUID
    import_id: UUID


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause with the way to put it right; `letter` is its column's in a spreadsheet program."""

    cause: Cause
    fix: Fix
    position: int | None


@bp.get("/<uuid:import_id>/check")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> ResponseReturnValue:
    """Show what is left to do, and the findings in the view that was asked for.

    A list whose last row has just been put right leads back to the causes.
    """
    found = details_of(import_id)
    chosen = {name: value for name in CHOSEN if (value := request.args.get(name, "")).strip()}
    organisation_id = current_actor().organisation_id
    causes = finding_causes(db.session(), **_place(import_id)) if _has_rows(found) else ()
    shown = {
        "found": found,
        "chosen": chosen,
        "causes": causes,
        "to_do": to_do(causes),
        "columns": list(dict.fromkeys(one.column for one in causes if one.column)),
        "table_names": _table_names(found),
        "sorts": SORTS,
        "does": _does(found),
        "may_repair": may_repair(found),
        "may_confirm": may_repair(found, Permission.CONFIRM_FINDINGS),
        "has_repairs": has_repairs(db.session(), **_place(import_id)),
        "misfits": misfits(db.session(), organisation_id=organisation_id, import_id=import_id),
        "offered": [
            one
            for table in (found.tables if causes and may_repair(found) else ())
            for one in fitting_recipes(db.session(), **_place(import_id), table=table)
        ],
    }
    view = chosen.get("view", "")
    try:
        if view == "rows" and _has_rows(found):
            return _rows_page(found, causes, chosen, shown)
        if view == "cause":
            return _cause_page(found, causes, chosen, shown)
    except NotFoundError as gone:
        flash(gone.sentence, category="info")
        return redirect(url_for("imports.check.show", import_id=import_id))
    lines = [line_of(found, one) for one in _sorted(_filtered(causes, chosen), chosen.get("sort", ""), found)]
    return render_template("imports/check.html", view="causes", lines=lines, **shown)


@bp.post("/<uuid:import_id>/check/confirm")
@requires(Permission.CONFIRM_FINDINGS)
def confirm(import_id: UUID) -> ResponseReturnValue:
    """Confirm the warnings of one cause, or those with one value."""
    cause = _cause_of(finding_causes(db.session(), **_place(import_id)), request.form.get("cause", ""))
    value = _value_of(import_id, cause, request.form.get("value"))
    number = confirm_findings(
        actor=current_actor(),
        now=datetime.now(UTC),
        import_id=import_id,
        code=cause.code,
        column=cause.column,
        value=value.value if value else None,
        table_no=cause.table_no,
    )
    flash(f"{counted(number, 'finding')} confirmed.", category="success")
    return redirect(_back(import_id, cause, value))


@bp.post("/<uuid:import_id>/check/confirmations/<int:confirmation_no>/withdraw")
@requires(Permission.CONFIRM_FINDINGS)
def withdraw(import_id: UUID, confirmation_no: int) -> ResponseReturnValue:
    """Let confirmed warnings be open again."""
    withdraw_confirmation(
        actor=current_actor(),
        now=datetime.now(UTC),
        import_id=import_id,
        confirmation_no=confirmation_no,
    )
    flash("They wait for a confirmation again.", category="success")
    return redirect(url_for("imports.check.show", import_id=import_id))


def may_repair(found: ImportDetails, permission: Permission = Permission.REPAIR_ROWS) -> bool:
    """Whether this person can put something right now; the use case decides again."""
    return may_be_repaired(found.row.state, found.progress.stage) and may(permission)


def line_of(found: ImportDetails, cause: Cause) -> CauseLine:
    """A cause with the way to put it right."""
    position = position_called(found, cause.column, table_no=cause.table_no)
    fix = recommended_fix(
        cause.code,
        cause.severity,
        number=cause.number,
        has_many_values=cause.has_many_values,
        is_asked=_is_mapped(found, position, table_no=cause.table_no),
    )
    return CauseLine(cause, fix, position)


def _is_mapped(found: ImportDetails, position: int | None, *, table_no: int) -> bool:
    """Whether the column feeds something by itself; one whose values are named by labels in cells does not."""
    table = next((one for one in found.tables if one.table_no == table_no), None)
    return table is None or any(one.position == position and one.target for one in table.mapping.columns)


def position_called(found: ImportDetails, heading: str, *, table_no: int = 1) -> int | None:
    """The column of a table with this heading; of several the first that is imported."""
    table = next((one for one in found.tables if one.table_no == table_no), None)
    if not heading or table is None:
        return None
    fed = {column.position for column in table.mapping.columns if column.target}
    same = [one.position for one in table.reading.columns if one.heading_given == heading]
    return next((one for one in same if one in fed), same[0] if same else None)


def _rows_page(
    found: ImportDetails, causes: Sequence[Cause], chosen: Mapping[str, str], shown: Mapping[str, object]
) -> str:
    cause = _cause_of(causes, chosen["cause"]) if chosen.get("cause") else None
    value = _value_of(found.row.id, cause, request.args.get("value")) if cause else None
    wanted = RowsWanted(
        severities=WEIGHTS.get(chosen.get("weight", ""), tuple(Severity)),
        cause=cause,
        value=value,
        table_no=asked_table(found),
        backwards=chosen.get("order") == "last",
    )
    page = finding_rows(
        db.session(),
        organisation_id=current_actor().organisation_id,
        import_id=found.row.id,
        readings={table.table_no: table.reading for table in found.tables},
        wanted=wanted,
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "imports/check.html", view="rows", page_of_rows=page, cause=cause, value=value, **shown
    )


def _cause_page(
    found: ImportDetails, causes: Sequence[Cause], chosen: Mapping[str, str], shown: Mapping[str, object]
) -> str:
    cause = _cause_of(causes, chosen.get("cause", ""))
    page = cause_values(db.session(), **_place(found.row.id), cause=cause, cursor=request.args.get("cursor"))
    return render_template("imports/cause.html", line=line_of(found, cause), page_of_values=page, **shown)


def _place(import_id: UUID) -> OfImport:
    return {"organisation_id": current_actor().organisation_id, "import_id": import_id}


def _has_rows(found: ImportDetails) -> bool:
    return bool(found.tables) and not found.purged.rows_at


def _does(found: ImportDetails) -> dict[str, str]:
    """What each weight does to the import."""
    words = {severity.value: word for severity, word in SEVERITY_DOES.items()}
    if found.options.on_error == OnError.STOP.value:
        words[Severity.ERROR.value] = STOPS_THE_FILE
    return words


def _table_names(found: ImportDetails) -> dict[int, str]:
    """What the tables are called, where there are several."""
    return {table.table_no: table.name for table in found.tables} if len(found.tables) > 1 else {}


def _filtered(causes: Sequence[Cause], chosen: Mapping[str, str]) -> list[Cause]:
    weights = WEIGHTS.get(chosen.get("weight", ""), tuple(Severity))
    column, table = chosen.get("column", ""), chosen.get("table", "")
    return [
        one
        for one in causes
        if one.severity in weights
        and (not column or one.column == column)
        and (not table or f"{one.table_no}" == table)
    ]


def _sorted(causes: Sequence[Cause], sort: str, found: ImportDetails) -> list[Cause]:
    if sort == "number":
        return sorted(causes, key=lambda one: -one.number)
    if sort == "column":
        places = {one.cause_no: line_of(found, one).position for one in causes}
        return sorted(
            causes, key=lambda one: (one.table_no, -1 if (at := places[one.cause_no]) is None else at)
        )
    return list(causes)


def _cause_of(causes: Sequence[Cause], key: str) -> Cause:
    """Raises NotFoundError when nothing of this cause is left: it was repaired, or the plan was made anew."""
    named = next((one for one in causes if one.key == key), None)
    if named is None:
        raise NotFoundError("Nothing of this kind is left in this import.")
    return named


def _value_of(import_id: UUID, cause: Cause, value: str | None) -> CauseValue | None:
    """The value that is asked for; None for all of the cause."""
    if value is None:
        return None
    plain = value.replace("\r\n", "\n").replace("\x00", "")
    found = cause_value(
        db.session(),
        organisation_id=current_actor().organisation_id,
        import_id=import_id,
        cause=cause,
        value=plain,
    )
    if found is None:
        raise NotFoundError("No row has this value any more.")
    return found


def _back(import_id: UUID, cause: Cause, value: CauseValue | None) -> str:
    if value is None:
        return url_for("imports.check.show", import_id=import_id)
    return url_for("imports.check.show", import_id=import_id, view="cause", cause=cause.key)
