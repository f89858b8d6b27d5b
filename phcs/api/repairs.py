"""Repairing staged rows, for programs: cells of a row, one value in all its rows, and taking it back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypedDict
from uuid import UUID

from flask import Blueprint, Response, jsonify

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import TABLE, Answer, Body, Field, described
from phcs.api.import_answers import details_of
from phcs.api.reading_requests import said, sent_fields, table_asked
from phcs.api.shapes import FindingShape
from phcs.api.staged import finding_answer
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import Permission
from phcs.core.reading.tables import TableReading
from phcs.core.repairing import CellRepair, position_of
from phcs.core.row_places import RowPlace
from phcs.extensions import db
from phcs.queries.finding_rows import FoundRow, found_row
from phcs.services.repairing import Repaired, repair_alike, repair_cells, take_back_repairs
from phcs.tasks import hint

bp = Blueprint("api_repairs", __name__, url_prefix="/api/v1/imports/<uuid:import_id>")
problems.register(bp)

_REFUSALS = ("import.wrong_state", "import.purged")


class RepairedShape(TypedDict):
    """What was repaired in one go; `batch` takes it back, 0 when every cell said so already."""

    batch: int
    rows: int
    cells: int


class RepairedRowShape(TypedDict):
    """A staged row as it was checked after a repair; `was` is what the file says in its repaired columns."""

    table: int
    row: int
    status: str
    cells: dict[str, str]
    was: dict[str, str]
    findings: list[FindingShape]
    batch: int


_BATCH: RepairedShape = {"batch": 3, "rows": 33, "cells": 33}
_ROW: RepairedRowShape = {
    "table": 1,
    "row": 17,
    "status": "valid",
    "cells": {"client_phone": "+14155550101"},
    "was": {"client_phone": "12"},
    "findings": [],
    "batch": 3,
}


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.patch("/rows/<int:row_no>")
@requires(Permission.REPAIR_ROWS)
@described(
    "Rows and findings",
    Answer("The row as it was checked again.", 200, RepairedRowShape, _ROW),
    body=Body(
        (
            Field(
                "cells",
                "What cells are to say, by heading (or by letter, where headings are repeated).",
                "object",
                example={"client_phone": "+14155550101"},
                required=True,
            ),
            Field(
                "was",
                "What you saw there; a cell that says something else by now is not repaired.",
                "object",
                example={"client_phone": "12"},
            ),
        )
    ),
    query=(TABLE,),
    refusals=_REFUSALS,
)
def repair_row(import_id: UUID, row_no: int) -> Response:
    """Repair cells of a staged row; it is checked at once by the rules of the file, and the plan is made anew.

    Allowed in review, and while the plan is made anew after an earlier repair.
    """
    table_no = table_asked()
    reading = _reading(import_id, table_no)
    cells, was = _texts("cells"), _texts("was")
    if not cells:
        raise InvalidInputError("Send “cells”: what the cells are to say, by heading.")
    former = {position_of(reading, column): text for column, text in was.items()}
    positions = {position_of(reading, column): text for column, text in cells.items()}
    done = repair_cells(
        actor=calling_actor(),
        now=datetime.now(UTC),
        import_id=import_id,
        repairs=[
            CellRepair(row_no, at, text, former=former.get(at), table_no=table_no)
            for at, text in positions.items()
        ],
    )
    if done.rows:
        hint(import_id)
    row = found_row(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        import_id=import_id,
        readings={table_no: reading},
        place=RowPlace(table_no, row_no),
    )
    return jsonify(_row_answer(row, reading, done))


@bp.post("/repairs")
@requires(Permission.REPAIR_ROWS)
@described(
    "Rows and findings",
    Answer("What was repaired.", 202, RepairedShape, _BATCH),
    body=Body(
        (
            Field("column", "The heading of the column.", example="species", required=True),
            Field(
                "from", "What cells say now; blanks around it do not count.", example="Dogg", required=True
            ),
            Field("to", "What they are to say.", example="dog", required=True),
        )
    ),
    query=(TABLE,),
    refusals=_REFUSALS,
)
def repair_value(import_id: UUID) -> tuple[Response, int]:
    """Repair one value in all rows that have it, as one batch; the rows are checked at once."""
    table_no = table_asked()
    reading = _reading(import_id, table_no)
    done = repair_alike(
        actor=calling_actor(),
        now=datetime.now(UTC),
        import_id=import_id,
        table_no=table_no,
        position=position_of(reading, said("column")),
        former=said("from"),
        value=said("to"),
    )
    return _batch_answer(import_id, done)


@bp.post("/repairs/<int:batch_no>/take-back")
@requires(Permission.REPAIR_ROWS)
@described(
    "Rows and findings",
    Answer("What was taken back.", 202, RepairedShape, _BATCH),
    refusals=_REFUSALS,
)
def take_back(import_id: UUID, batch_no: int) -> tuple[Response, int]:
    """Take a batch of repairs back; the rows are checked at once. Repairs of other batches stay."""
    details_of(import_id)
    done = take_back_repairs(
        actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, batch_no=batch_no
    )
    return _batch_answer(import_id, done)


def _batch_answer(import_id: UUID, done: Repaired) -> tuple[Response, int]:
    if done.rows:
        hint(import_id)
    answer: RepairedShape = {"batch": done.batch_no, "rows": done.rows, "cells": done.cells}
    return jsonify(answer), 202


def _reading(import_id: UUID, table_no: int) -> TableReading:
    tables = {table.table_no: table for table in details_of(import_id).tables}
    if not tables:
        raise NotFoundError("The file has not been read yet, so it has no rows.")
    if table_no not in tables:
        raise NotFoundError(f"This import has no table {table_no}.")
    return tables[table_no].reading


def _texts(name: str) -> Mapping[str, str]:
    sent: Any = sent_fields().get(name, {})
    if not isinstance(sent, dict) or not all(isinstance(text, str) for text in sent.values()):
        raise InvalidInputError(f"“{name}” is an object of texts by heading.")
    return sent


def _row_answer(row: FoundRow, reading: TableReading, done: Repaired) -> RepairedRowShape:
    headings = {column.position: column.heading for column in reading.columns}
    return {
        "table": row.table_no,
        "row": row.row_no,
        "status": row.status.value,
        "cells": {headings[at]: text for at, text in enumerate(row.cells) if at in headings},
        "was": {headings[at]: one.raw for at, one in row.repaired.items() if at in headings},
        "findings": [finding_answer(one.finding) for one in row.found],
        "batch": done.batch_no,
    }
