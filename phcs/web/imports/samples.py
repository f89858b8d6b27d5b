"""Blank files to fill in, and samples of them."""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import NotFoundError
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.core.sample_files import COLUMNS, FORMATS, as_csv, as_workbook, blank_table, sample_table
from phcs.web.access import signed_in

bp = Blueprint("samples", __name__)
NAMES = {RecordKind.CASE: "visits", RecordKind.OWNER: "people"}
WHAT = ("blank", "sample")
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@bp.get("/to-fill-in/<what>/<kind>.<form>")
@requires(Permission.UPLOAD)
def download(what: str, kind: str, form: str) -> ResponseReturnValue:
    """Download a file to fill in, blank or with made-up rows."""
    if what not in WHAT or kind not in {one.value for one in COLUMNS} or form not in FORMATS:
        raise NotFoundError("There is no such file to fill in.")
    wanted = RecordKind(kind)
    today = datetime.now(UTC).astimezone(ZoneInfo(signed_in().time_zone)).date()
    table = blank_table(wanted) if what == "blank" else sample_table(wanted, today=today)
    content = as_csv(table) if form == "csv" else as_workbook(table, title=NAMES[wanted].capitalize())
    return send_file(
        io.BytesIO(content),
        mimetype=TYPES[form],
        as_attachment=True,
        download_name=f"phcs-{NAMES[wanted]}-{what}.{form}",
    )
