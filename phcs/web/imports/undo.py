"""Undo and redo of an import: asked for, looked at, approved or withdrawn, and what became of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError, UseCaseError
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.core.undoing import Bucket, Direction, ReversalState
from phcs.extensions import current_settings, db
from phcs.queries.reversal_effects import effect_counts
from phcs.queries.reversals import (
    BucketCount,
    ReversalDetails,
    UndoOffer,
    actions_of_bucket,
    bucket_counts,
    reversal_details,
    reversals_of,
    undo_offer,
)
from phcs.services.undoing import approve_reversal, request_redo, request_undo, withdraw_reversal
from phcs.tasks import hint
from phcs.web.access import current_actor, signed_in
from phcs.web.htmx import asks_for_fragment
from phcs.web.imports.looking import details_of
from phcs.web.imports.reversal_words import FIRST_LOOK, WORDS, button_words, record_word

bp = Blueprint("undo", __name__, url_prefix="/<uuid:import_id>/undo")
M = TypeVar("M", bound=StrEnum)

MOVING = frozenset({ReversalState.REQUESTED, ReversalState.APPROVED})
"""States in which a worker goes on by itself."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which records of a reversal are wanted, as the address says."""

    bucket: Bucket
    kind: RecordKind | None
    text: str


@bp.get("")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> ResponseReturnValue:
    """Show the undo or redo that is under way, else the last one that was carried out, else what undo would mean."""
    offer = offer_of(import_id)
    return _page(import_id, offer, offer.open or offer.done)


@bp.get("/<int:number>")
@requires(Permission.SEE_IMPORTS)
def report(import_id: UUID, number: int) -> ResponseReturnValue:
    """Show one undo or redo of this import by its number; it stays there for ever."""
    organisation_id = current_actor().organisation_id
    found = reversal_details(
        db.session(), organisation_id=organisation_id, import_id=import_id, number=number
    )
    return _page(import_id, offer_of(import_id), found)


@bp.get("/progress")
@requires(Permission.SEE_IMPORTS)
def progress(import_id: UUID) -> ResponseReturnValue:
    """The moving part of the page; when nothing moves any more, the whole page is fetched anew."""
    offer = offer_of(import_id)
    if not asks_for_fragment():
        return _page(import_id, offer, offer.open or offer.done)
    if offer.open is None or offer.open.state not in MOVING:
        return Response(headers={"HX-Refresh": "true"})
    return render_template("imports/_undo_progress.html", found=details_of(import_id))


@bp.post("/request")
@requires(Permission.UNDO)
def ask(import_id: UUID) -> ResponseReturnValue:
    """Have the undo or redo prepared; nothing changes yet."""
    direction = _member("direction", request.form.get("direction", ""), Direction)
    use_case = {Direction.UNDO: request_undo, Direction.REDO: request_redo}[direction]
    return _decided(
        import_id,
        lambda: use_case(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            undo_days=current_settings().undo_days,
        ),
        said=WORDS[direction].asked,
        category="info",
    )


@bp.post("/approve")
@requires(Permission.APPROVE)
def approve(import_id: UUID) -> ResponseReturnValue:
    """Accept exactly what the page has shown."""
    return _decided(
        import_id,
        lambda: approve_reversal(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            fingerprint=request.form.get("fingerprint", ""),
        ),
        said="Approved. It is carried out now, all of it or nothing.",
    )


@bp.post("/withdraw")
@requires(Permission.SEE_IMPORTS)
def withdraw(import_id: UUID) -> ResponseReturnValue:
    """Drop what was asked for; the use case asks for the right to undo or to approve."""
    return _decided(
        import_id,
        lambda: withdraw_reversal(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            reason=request.form.get("reason", ""),
        ),
        said="It is withdrawn. Nothing was changed in PHCS.",
    )


def offer_of(import_id: UUID) -> UndoOffer:
    """What can be asked for now, until when, and what was asked for. Raises NotFoundError."""
    return undo_offer(
        db.session(),
        organisation_id=current_actor().organisation_id,
        import_id=import_id,
        now=datetime.now(UTC),
        undo_days=current_settings().undo_days,
    )


def _decided(
    import_id: UUID, use_case: Callable[[], object], *, said: str, category: str = "success"
) -> ResponseReturnValue:
    """Carry a decision out, tell the workers, and go on to the page of the undo; a refusal is said there."""
    try:
        use_case()
    except (NotFoundError, NotAllowedError):
        raise
    except UseCaseError as problem:
        flash(problem.sentence, category="danger")
    else:
        hint(import_id)
        flash(said, category=category)
    return redirect(url_for("imports.undo.show", import_id=import_id))


def _page(import_id: UUID, offer: UndoOffer, reversal: ReversalDetails | None) -> str:
    session, organisation_id = db.session(), current_actor().organisation_id
    given = {
        "found": details_of(import_id),
        "offer": offer,
        "reversal": reversal,
        "history": reversals_of(session, organisation_id=organisation_id, import_id=import_id),
    }
    if reversal is None or reversal.state in MOVING:
        return render_template("imports/undo.html", **given)
    chosen = _chosen(reversal)
    lines = actions_of_bucket(
        session,
        organisation_id=organisation_id,
        reversal_id=reversal.id,
        bucket=chosen.bucket,
        kind=chosen.kind,
        text=chosen.text,
        cursor=request.args.get("cursor"),
    )
    effects = effect_counts(session, organisation_id=organisation_id, reversal_id=reversal.id)
    counts = bucket_counts(session, organisation_id=organisation_id, reversal_id=reversal.id)
    given |= {
        "chosen": chosen,
        "lines": lines,
        "kinds": _by_kind(counts),
        "kind_choices": [
            (kind.value, record_word(kind)) for kind in RecordKind if kind in {one.kind for one in counts}
        ],
        "button": button_words(reversal.direction, effects),
        "why_not": _why_not(reversal, current_actor(), four_eyes=signed_in().four_eyes),
    }
    template = "imports/_undo_lines.html" if asks_for_fragment() else "imports/undo.html"
    return render_template(template, **given)


def _by_kind(counts: Iterable[BucketCount]) -> dict[Bucket, dict[str, int]]:
    """How many records of each kind are in each bucket, by the words of the kinds."""
    found: dict[Bucket, dict[str, int]] = {bucket: {} for bucket in Bucket}
    for one in counts:
        found[one.bucket][record_word(one.kind)] = one.records
    return found


def _chosen(reversal: ReversalDetails) -> Choice:
    """The filters of the address; without one the first bucket that a person should look at."""
    asked = {name: request.args.get(name, "").strip() for name in ("bucket", "kind", "text")}
    first = next((bucket for bucket in FIRST_LOOK if reversal.counts[bucket]), Bucket.REVERSED)
    return Choice(
        bucket=_member("bucket", asked["bucket"], Bucket) if asked["bucket"] else first,
        kind=_member("kind", asked["kind"], RecordKind) if asked["kind"] else None,
        text=asked["text"].replace("\x00", "")[:100],
    )


def _member(name: str, text: str, members: type[M]) -> M:
    try:
        return members(text)
    except ValueError as error:
        raise InvalidInputError(f"There is no {name} called “{text[:40]}”.") from error


def _why_not(reversal: ReversalDetails, actor: Actor, *, four_eyes: bool) -> str:
    """Why this person cannot approve it; '' when they can. The use case decides again."""
    if not actor.may(Permission.APPROVE):
        return "Your role does not include approving. A reviewer or an admin can do it."
    if four_eyes and reversal.requested_by == actor.id:
        return "Your organisation asks for a second person, and you asked for this yourself."
    return ""
