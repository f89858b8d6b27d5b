"""Repair in place: a row, one value for all its rows, what was repaired so far and taking it back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.findings import FindingCode, RowStatus
from phcs.core.permissions import Permission
from phcs.core.repairing import RIGHT, ROW_ITSELF, CellRepair, letter_of
from phcs.extensions import db
from phcs.queries.finding_rows import FoundRow, found_row, found_rows
from phcs.queries.imports import ImportDetails
from phcs.queries.repair_recipes import import_steps, recipes
from phcs.queries.repaired_cells import repair_batches
from phcs.queries.staged_values import count_saying, rows_saying
from phcs.services.repairing import Repaired, repair_alike, repair_cells, take_back_repairs
from phcs.tasks import hint
from phcs.web.access import current_actor
from phcs.web.imports.check import may_repair
from phcs.web.imports.looking import details_of
from phcs.web.imports.words import counted

bp = Blueprint("repairs", __name__, url_prefix="/<uuid:import_id>")
SHOWN_ROWS = 20
OF_THE_ROW = frozenset(
    {
        FindingCode.ROW_TOO_WIDE,
        FindingCode.ROW_UNREADABLE_CHARACTER,
        FindingCode.ROW_MERGED,
        FindingCode.ROW_CELLS_BEYOND,
    }
)
"""What a look at the whole row settles."""
_HERE = re.compile(r"[A-Za-z0-9/_\-?&=%.+]*")


@dataclass(frozen=True, slots=True)
class CellField:
    """One cell of a row in its form; `said` is what the file says where that is something else."""

    position: int
    letter: str
    heading: str
    target: str
    cell: str
    said: str | None
    batch_no: int


@bp.get("/rows/<int:row_no>")
@requires(Permission.SEE_IMPORTS)
def row(import_id: UUID, row_no: int) -> str:
    """Show one row in full, each cell to be repaired."""
    return _row_page(details_of(import_id), row_no)


@bp.post("/rows/<int:row_no>/repair")
@requires(Permission.REPAIR_ROWS)
def repair(import_id: UUID, row_no: int) -> ResponseReturnValue:
    """Repair cells of a row; it is checked at once."""
    found = details_of(import_id)
    try:
        done = repair_cells(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, repairs=_repairs(row_no)
        )
    except InvalidInputError as problem:
        return _row_page(found, row_no, problem=problem.sentence, sent=request.form), 422
    if done.rows:
        hint(import_id)
    flash(_said(row_no, done), category="success" if done.rows else "info")
    return redirect(_back(import_id, row_no))


@bp.get("/repairs/alike")
@requires(Permission.SEE_IMPORTS)
def alike(import_id: UUID) -> str:
    """Show which cells say a value, and what they would say instead."""
    return _alike_page(import_id)


@bp.post("/repairs/alike")
@requires(Permission.REPAIR_ROWS)
def repair_all(import_id: UUID) -> ResponseReturnValue:
    """Repair one value in all its rows."""
    former, position = request.form.get("value", ""), _position(request.form.get("column", ""))
    try:
        done = repair_alike(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            position=position,
            former=former,
            value=request.form.get("to", ""),
        )
    except InvalidInputError as problem:
        return _alike_page(import_id, problem=problem.sentence), 422
    hint(import_id)
    said = f"{counted(done.rows, 'row')} repaired and checked. The plan is being made anew."
    flash(said if done.rows else "They say that already.", category="success")
    return redirect(url_for("imports.check.show", import_id=import_id))


@bp.get("/repairs")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show what was repaired so far, and the recipes."""
    found = details_of(import_id)
    place = _place(import_id)
    return render_template(
        "imports/repairs.html",
        found=found,
        batches=repair_batches(db.session(), **place, cursor=request.args.get("cursor")),
        steps=import_steps(db.session(), **place),
        recipes=recipes(db.session(), organisation_id=place["organisation_id"]),
        may_repair=may_repair(found),
    )


@bp.post("/repairs/<int:batch_no>/take-back")
@requires(Permission.REPAIR_ROWS)
def take_back(import_id: UUID, batch_no: int) -> ResponseReturnValue:
    """Take back a batch, or what it made of one cell (`row`, `position`)."""
    row_no, position = request.args.get("row", type=int), request.args.get("position", type=int)
    done = take_back_repairs(
        actor=current_actor(),
        now=datetime.now(UTC),
        import_id=import_id,
        batch_no=batch_no,
        row_no=row_no,
        position=position,
    )
    hint(import_id)
    flash(f"{counted(done.rows, 'row')} as before, and checked again.", category="success")
    if row_no is not None:
        return redirect(url_for("imports.repairs.row", import_id=import_id, row_no=row_no))
    return redirect(url_for("imports.repairs.show", import_id=import_id))


def _row_page(
    found: ImportDetails, row_no: int, *, problem: str = "", sent: Mapping[str, str] | None = None
) -> str:
    if not found.tables:
        raise NotFoundError("There is no such row.")
    reading = found.tables[0].reading
    one = found_row(db.session(), **_place(found.row.id), reading=reading, row_no=row_no)
    return render_template(
        "imports/row.html",
        found=found,
        row=one,
        fields=_fields(found, one),
        is_odd=any(cell.finding.code in OF_THE_ROW for cell in one.found),
        looked_at=one.repaired.get(ROW_ITSELF),
        may_repair=may_repair(found),
        problem=problem,
        sent=sent or {},
        back=_plain_back(found.row.id),
    )


def _fields(found: ImportDetails, one: FoundRow) -> list[CellField]:
    """The cells that can be repaired: of columns that are imported first, then the other ones that say something."""
    table = found.tables[0]
    targets = {column.position: column.target for column in table.mapping.columns}
    fields = []
    for column in table.reading.columns:
        position = column.position
        cell = one.cells[position] if position < len(one.cells) else ""
        repaired = one.repaired.get(position)
        if not (targets.get(position) or cell or repaired):
            continue
        fields.append(
            CellField(
                position=position,
                letter=letter_of(table.reading, position),
                heading=column.heading,
                target=targets.get(position, ""),
                cell=cell,
                said=repaired.raw if repaired else None,
                batch_no=repaired.batch_no if repaired else 0,
            )
        )
    return sorted(fields, key=lambda field: not field.target)


def _repairs(row_no: int) -> list[CellRepair]:
    """The cells that the form changed, each with what the person saw there."""
    if request.form.get("is_right"):
        return [CellRepair(row_no, ROW_ITSELF, RIGHT)]
    repairs = []
    for name, value in request.form.items():
        kind, _, number = name.partition("-")
        if kind != "cell":
            continue
        position, said = _position(number), value.replace("\r\n", "\n")
        former = request.form.get(f"was-{position}", "").replace("\r\n", "\n")
        if said != former:
            repairs.append(CellRepair(row_no, position, said, former=former))
    return repairs


def _position(text: str) -> int:
    if not text.isdecimal() or len(text) > 5:
        raise InvalidInputError("This form names no column. Open the page again.")
    return int(text)


def _said(row_no: int, done: Repaired) -> str:
    if not done.rows:
        return f"Row {row_no} says that already; nothing was changed."
    status = next(iter(done.statuses))
    word = {
        RowStatus.VALID: "is valid now",
        RowStatus.WARNING: "has something to confirm",
        RowStatus.ERROR: "still has an error",
    }[RowStatus(status)]
    return f"Row {row_no} was checked again and {word}. The plan is being made anew."


def _alike_page(import_id: UUID, *, problem: str = "") -> str:
    found, asked = details_of(import_id), request.values
    position, former = _position(asked.get("column", "")), asked.get("value", "").strip()
    columns = found.tables[0].reading.columns if found.tables else ()
    if position >= len(columns) or not former or "\x00" in former:
        raise NotFoundError("There is no such value.")
    place = _place(import_id)
    saying = {"position": position, "texts": [former]}
    numbers = rows_saying(db.session(), **place, **saying, limit=SHOWN_ROWS)  # type: ignore[arg-type]
    return render_template(
        "imports/repair_alike.html",
        found=found,
        column=columns[position],
        letter=letter_of(found.tables[0].reading, position),
        former=former,
        to=asked.get("to"),
        number=count_saying(db.session(), **place, **saying),  # type: ignore[arg-type]
        rows=found_rows(db.session(), place["organisation_id"], import_id, found.tables[0].reading, numbers),
        may_repair=may_repair(found),
        problem=problem,
    )


def _place(import_id: UUID) -> dict[str, UUID]:
    return {"organisation_id": current_actor().organisation_id, "import_id": import_id}


def _plain_back(import_id: UUID) -> str:
    """The page of this import that the person came from; '' for anything else."""
    asked = request.values.get("back", "")
    start = url_for("imports.check.show", import_id=import_id)
    return asked if asked.startswith(start) and _HERE.fullmatch(asked) else ""


def _back(import_id: UUID, row_no: int) -> str:
    """Where the person goes on: at the next row of the list, or at the row itself."""
    back, following = _plain_back(import_id), request.form.get("next", "")
    if not back:
        return url_for("imports.repairs.row", import_id=import_id, row_no=row_no)
    return f"{back}#row-{following}" if following.isdecimal() else back
