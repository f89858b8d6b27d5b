"""One import: where it stands, how far it is, what can be done about it."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.states import PROMOTED
from phcs.extensions import db
from phcs.queries.corrections import corrected_import, correcting_imports
from phcs.queries.imports import ImportDetails, earlier_imports_of
from phcs.queries.reviews import comments_of
from phcs.services.approval import cancel_import, retry_import
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.imports.looking import decided, details_of
from phcs.web.imports.undo import offer_of
from phcs.web.imports.values import open_values_of

bp = Blueprint("overview", __name__, url_prefix="/<uuid:import_id>")


@bp.get("")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show where the import stands."""
    return _page(details_of(import_id))


@bp.get("/progress")
@requires(Permission.SEE_IMPORTS)
def progress(import_id: UUID) -> ResponseReturnValue:
    """The moving part of the page; when nothing moves any more, the whole page is fetched anew."""
    found = details_of(import_id)
    if not asks_for_fragment():
        return _page(found)
    if not found.is_moving:
        return Response(headers={"HX-Refresh": "true"})
    is_news = request.args.get("seen", "") != seen_mark(found)
    return render_template("imports/_progress.html", found=found, is_news=is_news, seen=seen_mark(found))


@bp.post("/cancel")
@requires(Permission.CANCEL)
def cancel(import_id: UUID) -> ResponseReturnValue:
    """Stop the import before its review."""
    return decided(
        import_id,
        lambda: cancel_import(actor=current_actor(), now=datetime.now(UTC), import_id=import_id),
        said="The import is cancelled. Nothing was changed in PHCS.",
    )


@bp.post("/retry")
@requires(Permission.SEE_IMPORTS)
def retry(import_id: UUID) -> ResponseReturnValue:
    """Let a failed import go on; the use case asks for the right that the failed step needs."""
    return decided(
        import_id,
        lambda: retry_import(actor=current_actor(), now=datetime.now(UTC), import_id=import_id),
        said="The import goes on from where it failed.",
    )


def seen_mark(found: ImportDetails) -> str:
    """What a page has announced; only another phase is announced again."""
    return f"{found.row.state.value}.{found.progress.stage}"


def _page(found: ImportDetails) -> str:
    earlier = earlier_imports_of(
        db.session(),
        organisation_id=current_actor().organisation_id,
        sha256=found.file_sha256,
        but=found.row.id,
    )
    comments = comments_of(
        db.session(), organisation_id=current_actor().organisation_id, import_id=found.row.id
    )
    return render_template(
        "imports/overview.html",
        found=found,
        corrects=corrected_import(
            db.session(), organisation_id=current_actor().organisation_id, import_id=found.row.id
        ),
        followers=correcting_imports(
            db.session(), organisation_id=current_actor().organisation_id, import_id=found.row.id
        ),
        comments=comments,
        sent_back=next((one for one in reversed(comments) if one.sent_back), None),
        earlier=earlier,
        offer=offer_of(found.row.id) if found.row.state in PROMOTED else None,
        open_values=open_values_of(found),
        is_news=False,
        seen=seen_mark(found),
    )
