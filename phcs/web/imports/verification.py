"""Verification of an import: the report, its signatures, and what was verified before."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError, UseCaseError
from phcs.core.permissions import Permission
from phcs.core.states import PROMOTED
from phcs.core.verifying.report import Judgement
from phcs.core.verifying.sampling import LARGEST_SAMPLE, USUAL_SAMPLE
from phcs.extensions import current_settings, db, json_text
from phcs.queries.imports import ImportDetails
from phcs.queries.verification_reports import (
    ReportDetails,
    latest_report,
    open_report,
    report_numbered,
    reports_of,
)
from phcs.services.verification import INLINE_ROWS, request_verification, sign_verification
from phcs.services.verification_working import make_verification
from phcs.services.working import workshop_from
from phcs.tasks import hint_verification
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.imports.looking import details_of
from phcs.wording.verification import FILE_FOOTER, report_words

bp = Blueprint("verification", __name__, url_prefix="/<uuid:import_id>/verification")
FORMATS = {"html": "text/html; charset=utf-8", "json": "application/json"}


@bp.get("")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> ResponseReturnValue:
    """Show the newest report, and what is being made."""
    found = details_of(import_id)
    return _page(found, latest_report(db.session(), **_of(import_id)))


@bp.get("/<int:number>")
@requires(Permission.SEE_IMPORTS)
def report(import_id: UUID, number: int) -> ResponseReturnValue:
    """Show one report by its number; it stays there for ever."""
    found = details_of(import_id)
    return _page(found, report_numbered(db.session(), **_of(import_id), number=number))


@bp.get("/<int:number>/report.<ending>")
@requires(Permission.SEE_IMPORTS)
def download(import_id: UUID, number: int, ending: str) -> ResponseReturnValue:
    """The report as one file, for people or for programs."""
    if ending not in FORMATS:
        abort(404)
    details_of(import_id)
    found = report_numbered(db.session(), **_of(import_id), number=number)
    text = _as_file(found) if ending == "html" else json_text(found.as_json())
    answer = Response(text, content_type=FORMATS[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="verification-{number}.{ending}"'
    return answer


@bp.get("/progress")
@requires(Permission.SEE_IMPORTS)
def progress(import_id: UUID) -> ResponseReturnValue:
    """The moving part of the page; when nothing moves any more, the whole page is fetched anew."""
    if not asks_for_fragment():
        return redirect(url_for("imports.verification.show", import_id=import_id))
    found = details_of(import_id)
    waiting = open_report(db.session(), **_of(import_id))
    if waiting is None or not waiting.is_open:
        return Response(headers={"HX-Refresh": "true"})
    return render_template("imports/_verification_progress.html", found=found, waiting=waiting)


@bp.post("/request")
@requires(Permission.VERIFY)
def ask(import_id: UUID) -> ResponseReturnValue:
    """Have the import verified: a small one at once, a larger one by a worker."""
    found = details_of(import_id)
    try:
        request_verification(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            seed=request.form.get("seed", "").strip(),
            sample_size=_whole(request.form.get("sample", str(USUAL_SAMPLE))),
        )
    except (NotFoundError, NotAllowedError):
        raise
    except UseCaseError as problem:
        flash(problem.sentence, category="danger")
        return _back(import_id)
    if found.row.rows <= INLINE_ROWS:
        make_verification(import_id=import_id, workshop=workshop_from(current_settings()))
    else:
        hint_verification(import_id)
    return _back(import_id)


@bp.post("/<int:number>/sign")
@requires(Permission.VERIFY)
def sign(import_id: UUID, number: int) -> ResponseReturnValue:
    """Sign the report that the page has shown."""
    try:
        said = request.form.get("judgement", "")
        if said not in set(Judgement):
            raise InvalidInputError("Say what you sign: that the report is correct, or what you saw.")
        sign_verification(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            number=number,
            digest=request.form.get("digest", ""),
            judgement=Judgement(said),
            remark=request.form.get("remark", ""),
        )
    except (NotFoundError, NotAllowedError):
        raise
    except UseCaseError as problem:
        flash(problem.sentence, category="danger")
    else:
        flash("Signed. The audit trail keeps who, when, and the digest of this report.", category="success")
    return redirect(url_for("imports.verification.report", import_id=import_id, number=number))


def _page(found: ImportDetails, shown: ReportDetails | None) -> str:
    is_report = shown is not None and bool(shown.body)
    return render_template(
        "imports/verification.html",
        found=found,
        is_promoted=found.row.state in PROMOTED,
        report=shown if is_report else None,
        waiting=open_report(db.session(), **_of(found.row.id)),
        history=reports_of(db.session(), **_of(found.row.id)),
        signs=shown is not None and _may_sign(shown),
        words=report_words(),
        usual_sample=USUAL_SAMPLE,
        largest_sample=LARGEST_SAMPLE,
    )


def _may_sign(shown: ReportDetails) -> bool:
    """Whether a form to sign is of use to whoever looks at the page."""
    name = current_actor().name
    return shown.is_unaltered and all(one.by != name for one in shown.signatures)


def _as_file(found: ReportDetails) -> str:
    given: dict[str, Any] = {
        "title": f"Verification report {found.number}",
        "file_name": found.body["import"]["file_name"],
        "report": found,
        "rows": [],
        "lead": "",
        "words": report_words(),
        "footer": FILE_FOOTER,
    }
    return current_app.jinja_env.get_template("imports/verification_file.html").render(given)


def _whole(text: str) -> int:
    """A whole number; one that is none is too large."""
    return int(text) if text.strip().isdecimal() else LARGEST_SAMPLE + 1


def _back(import_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("imports.verification.show", import_id=import_id))


def _of(import_id: UUID) -> dict[str, UUID]:
    return {"organisation_id": current_actor().organisation_id, "import_id": import_id}
