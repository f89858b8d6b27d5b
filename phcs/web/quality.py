"""The data-quality log: of one import, and of all of them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.findings import FindingCode, Severity
from phcs.core.permissions import Permission
from phcs.core.quality import Resolution
from phcs.core.sample_files import BYTE_ORDER_MARK
from phcs.core.sources import SOURCES
from phcs.extensions import db
from phcs.queries.quality import (
    QualityFilter,
    QualityTally,
    all_entries,
    quality_entries,
    quality_of_import,
    quality_of_imports,
    quality_of_sources,
)
from phcs.queries.quality_file import quality_table
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.imports.history import midnight
from phcs.web.imports.looking import details_of
from phcs.wording import FINDING_WORDS, SEVERITY_WORDS
from phcs.wording.quality import RESOLUTION_WORDS, on_error_sentence, resolution_name

bp = Blueprint("quality", __name__)
FILTERS = ("resolution", "severity", "code", "source", "since", "until")
LINES_AT_ONCE = 500
RESOLUTIONS = [(one.value, words[0]) for one, words in RESOLUTION_WORDS.items()]
SEVERITIES = [(one.value, word) for one, word in SEVERITY_WORDS.items()]
CODES = [(code.value, words[0]) for code, words in sorted(FINDING_WORDS.items(), key=lambda one: one[1][0])]


@bp.get("/quality")
@requires(Permission.SEE_IMPORTS)
def index() -> str:
    """Show what was found in all imports and what became of it; for htmx only the list."""
    chosen, wanted = _chosen(), _wanted()
    organisation_id, session = current_actor().organisation_id, db.session()
    page = quality_of_imports(
        session, organisation_id=organisation_id, wanted=wanted, cursor=request.args.get("cursor")
    )
    return render_template(
        "quality/_imports.html" if asks_for_fragment() else "quality/index.html",
        page_of_imports=page,
        sources=quality_of_sources(session, organisation_id=organisation_id, wanted=wanted),
        chosen=chosen,
    )


@bp.get("/quality.csv")
@requires(Permission.SEE_IMPORTS)
def download_all() -> Response:
    """Download the entries of all imports that the filters leave."""
    found = all_entries(db.session(), organisation_id=current_actor().organisation_id, wanted=_wanted())
    return _as_download(quality_table(found), "data-quality.csv")


@bp.get("/imports/<uuid:import_id>/quality")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> ResponseReturnValue:
    """Show every finding of one import with what became of it; for htmx only the list."""
    found = details_of(import_id)
    organisation_id, session = current_actor().organisation_id, db.session()
    causes = quality_of_import(session, organisation_id=organisation_id, import_id=import_id)
    tally = QualityTally()
    for cause in causes:
        for resolution, number in cause.tally.by_resolution.items():
            tally.add(resolution, number)
    return render_template(
        "quality/_entries.html" if asks_for_fragment() else "quality/import.html",
        found=found,
        causes=causes,
        tally=tally,
        entries=quality_entries(
            session,
            organisation_id=organisation_id,
            import_id=import_id,
            wanted=_wanted(),
            cursor=request.args.get("cursor"),
        ),
        chosen=_chosen(),
    )


@bp.get("/imports/<uuid:import_id>/quality.csv")
@requires(Permission.SEE_IMPORTS)
def download(import_id: UUID) -> Response:
    """Download the entries of one import that the filters leave."""
    details_of(import_id)
    organisation_id = current_actor().organisation_id
    found = all_entries(db.session(), organisation_id=organisation_id, wanted=_wanted(), import_id=import_id)
    return _as_download(quality_table(found), f"data-quality-{import_id}.csv")


def _chosen() -> dict[str, str]:
    return {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}


def _wanted() -> QualityFilter:
    """The filters of the address; what is no word of ours leaves its question open."""
    chosen = _chosen()
    return QualityFilter(
        resolution=_word(chosen.get("resolution", ""), Resolution),
        severity=_word(chosen.get("severity", ""), Severity),
        code=_word(chosen.get("code", ""), FindingCode),
        source=chosen.get("source", "").replace("\x00", ""),
        since=midnight(chosen["since"]) if "since" in chosen else None,
        until=midnight(chosen["until"], days=1) if "until" in chosen else None,
    )


def _word(text: str, words: Iterable[str]) -> str:
    return text if text in set(words) else ""


def _as_download(table: Iterable[Sequence[str]], name: str) -> Response:
    return Response(
        stream_with_context(_lines(table)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _lines(table: Iterable[Sequence[str]]) -> Iterator[str]:
    """Some hundred lines at a time, with the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    for number, row in enumerate(table, start=1):
        writer.writerow(row)
        if number % LINES_AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


WORDS: dict[str, Any] = {
    "on_error_sentence": on_error_sentence,
    "quality_sources": [(one.key, one.label) for one in SOURCES],
    "quality_choices": {"resolution": RESOLUTIONS, "severity": SEVERITIES, "code": CODES},
}
bp.add_app_template_filter(resolution_name, "resolution_name")
for _name, _words in WORDS.items():
    bp.add_app_template_global(_words, _name)
