"""The list of notices, and how many of them are new."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.notices import NoticeKind
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.notices import notices_of, unread_notices
from phcs.services.noticing import read_notices
from phcs.web.access import current_actor, signed_in
from phcs.wording.notices import NOTICE_WORDS

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def index() -> str:
    """Show what the person has been told, the newest first."""
    person = signed_in()
    found = notices_of(
        db.session(),
        organisation_id=person.organisation_id,
        person_id=person.id,
        cursor=request.args.get("cursor"),
    )
    return render_template("notices/index.html", notices=found)


@bp.post("/read")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def read() -> ResponseReturnValue:
    """Mark what the page has shown as read."""
    try:
        through = UUID(request.form.get("through", ""))
    except ValueError as error:
        raise InvalidInputError("This form is not complete. Open the page of your notices anew.") from error
    read_notices(actor=current_actor(), now=datetime.now(UTC), through=through)
    flash("Marked as read.", category="success")
    return redirect(url_for("notices.index"))


def new_notices() -> int:
    """How many notices are new to whoever looks at this page; asked once for a page."""
    if not current_user.is_authenticated:
        return 0
    if "new_notices" not in g:
        person = signed_in()
        g.new_notices = unread_notices(
            db.session, organisation_id=person.organisation_id, person_id=person.id
        )
    return int(g.new_notices)


def notice_words(kind: NoticeKind) -> str:
    """What has happened to the import."""
    return NOTICE_WORDS[kind]


def register(app: Flask) -> None:
    """Give templates the number of new notices, and the words."""
    app.jinja_env.globals["new_notices"] = new_notices
    app.jinja_env.filters["notice_words"] = notice_words
