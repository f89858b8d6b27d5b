"""The audit trail, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.audit import AuditActor, AuditFilter, AuditLine, audit_actors, audit_page
from phcs.queries.paging import Page
from phcs.web.access import signed_in
from phcs.web.audit import wording
from phcs.web.htmx import asks_for_fragment

bp = Blueprint("audit", __name__, url_prefix="/audit")
wording.register(bp)

FILTERS = ("import", "record", "actor", "action", "since", "until")


@dataclass(frozen=True, slots=True)
class Trail:
    """One page of the trail, with the filters as the address gave them."""

    page: Page[AuditLine]
    chosen: Mapping[str, str]
    actors: tuple[AuditActor, ...]


@bp.get("")
@requires(Permission.SEE_AUDIT)
def index() -> str:
    """Show events, for htmx only the list, out of the same partial."""
    organisation_id, session = signed_in().organisation_id, db.session()
    chosen = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    found = Trail(
        page=audit_page(
            session,
            organisation_id=organisation_id,
            wanted=_wanted(chosen),
            cursor=request.args.get("cursor"),
        ),
        chosen=chosen,
        actors=audit_actors(session, organisation_id=organisation_id),
    )
    return render_template("audit/_events.html" if asks_for_fragment() else "audit/index.html", found=found)


def _wanted(chosen: Mapping[str, str]) -> AuditFilter:
    """The filters as a question. Raises InvalidInputError for ids and days that are none."""
    try:
        return AuditFilter(
            import_id=UUID(chosen["import"]) if "import" in chosen else None,
            subject_id=UUID(chosen["record"]) if "record" in chosen else None,
            actor=chosen.get("actor", "").replace("\x00", ""),
            action=chosen.get("action", "").replace("\x00", ""),
            since=date.fromisoformat(chosen["since"]) if "since" in chosen else None,
            until=date.fromisoformat(chosen["until"]) if "until" in chosen else None,
            time_zone=signed_in().time_zone,
        )
    except ValueError as error:
        raise InvalidInputError(
            "Give days like 2026-05-24, and follow links to imports and records."
        ) from error
