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
from phcs.core.row_places import RowPlace, parse_row_place
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
from phcs.web.row_addresses import asked_table, row_anchor, row_words

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
_HERE = re.compile(r"[A-Za-z0-9/_\-?&=%.+:]*")


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


@bp.get("/rows/<row:place>")
@requires(Permission.SEE_IMPORTS)
def row(import_id: UUID, place: RowPlace) -> str:
    """Show one row in full, each cell to be repaired."""
    return _row_page(details_of(import_id), place)


@bp.post("/rows/<row:place>/repair")
@requires(Permission.REPAIR_ROWS)
def repair(import_id: UUID, place: RowPlace) -> ResponseReturnValue:
    """Repair cells of a row; it is checked at once."""
    found = details_of(import_id)
    try:
        done = repair_cells(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, repairs=_repairs(place)
        )
    except InvalidInputError as problem:
        return _row_page(found, place, problem=problem.sentence, sent=request.form), 422
    if done.rows:
        hint(import_id)
    flash(_said(row_words(place, found), done), category="success" if done.rows else "info")
    return redirect(_back(import_id, place))


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
            table_no=request.form.get("table", 1, type=int),
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
        table_no=(table_no := asked_table(found) or 1),
        steps=import_steps(db.session(), **place, table_no=table_no),
        recipes=recipes(db.session(), organisation_id=place["organisation_id"]),
        may_repair=may_repair(found),
    )


@bp.post("/repairs/<int:batch_no>/take-back")
@requires(Permission.REPAIR_ROWS)
def take_back(import_id: UUID, batch_no: int) -> ResponseReturnValue:
    """Take back a batch, or what it made of one cell (`row`, `position`)."""
    place, position = (
        parse_row_place(request.args.get("row", "")),
        request.args.get("position", type=int),
    )
    done = take_back_repairs(
        actor=current_actor(),
        now=datetime.now(UTC),
        import_id=import_id,
        batch_no=batch_no,
        row=place,
        position=position,
    )
    hint(import_id)
    flash(f"{counted(done.rows, 'row')} as before, and checked again.", category="success")
    if place is not None:
        return redirect(url_for("imports.repairs.row", import_id=import_id, place=place))
    return redirect(url_for("imports.repairs.show", import_id=import_id))


def _row_page(
    found: ImportDetails, place: RowPlace, *, problem: str = "", sent: Mapping[str, str] | None = None
) -> str:
    readings = {table.table_no: table.reading for table in found.tables}
    one = found_row(db.session(), **_place(found.row.id), readings=readings, place=place)
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
    table = found.table(one.table_no)
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


def _repairs(place: RowPlace) -> list[CellRepair]:
    """The cells that the form changed, each with what the person saw there."""
    table_no, row_no = place
    if request.form.get("is_right"):
        return [CellRepair(row_no, ROW_ITSELF, RIGHT, table_no=table_no)]
    repairs = []
    for name, value in request.form.items():
        kind, _, number = name.partition("-")
        if kind != "cell":
            continue
        position, said = _position(number), value.replace("\r\n", "\n")
        former = request.form.get(f"was-{position}", "").replace("\r\n", "\n")
        if said != former:
            repairs.append(CellRepair(row_no, position, said, former=former, table_no=table_no))
    return repairs


def _position(text: str) -> int:
    if not text.isdecimal() or len(text) > 5:
        raise InvalidInputError("This form names no column. Open the page again.")
    return int(text)


def _said(row: str, done: Repaired) -> str:
    if not done.rows:
        return f"Row {row} says that already; nothing was changed."
    status = next(iter(done.statuses))
    word = {
        RowStatus.VALID: "is valid now",
        RowStatus.WARNING: "has something to confirm",
        RowStatus.ERROR: "still has an error",
    }[RowStatus(status)]
    return f"Row {row} was checked again and {word}. The plan is being made anew."


def _alike_page(import_id: UUID, *, problem: str = "") -> str:
    found, asked = details_of(import_id), request.values
    position, former = _position(asked.get("column", "")), asked.get("value", "").strip()
    table = next((one for one in found.tables if f"{one.table_no}" == asked.get("table", "1")), None)
    if table is None or position >= len(table.reading.columns) or not former or "\x00" in former:
        raise NotFoundError("There is no such value.")
    place = _place(import_id)
    saying = {"table_no": table.table_no, "position": position, "texts": [former]}
    numbers = rows_saying(db.session(), **place, **saying, limit=SHOWN_ROWS)  # type: ignore[arg-type]
    return render_template(
        "imports/repair_alike.html",
        found=found,
        table_no=table.table_no,
        column=table.reading.columns[position],
        letter=letter_of(table.reading, position),
        former=former,
        to=asked.get("to"),
        number=count_saying(db.session(), **place, **saying),  # type: ignore[arg-type]
        rows=found_rows(
            db.session(),
            place["organisation_id"],
            import_id,
            {table.table_no: table.reading},
            [RowPlace(table.table_no, row_no) for row_no in numbers],
        ),
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


def _back(import_id: UUID, place: RowPlace) -> str:
    """Where the person goes on: at the next row of the list, or at the row itself."""
    back, following = _plain_back(import_id), request.form.get("next", "")
    if not back:
        return url_for("imports.repairs.row", import_id=import_id, place=place)
    shown = parse_row_place(following)
    return f"{back}#row-{row_anchor(shown)}" if shown else back
