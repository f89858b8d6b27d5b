"""Duplicates among an organisation's own owners: the list, and two owners side by side."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.merging.fields import field_questions
from phcs.core.merging.pets import same_pets
from phcs.core.merging.words import PairAnswer, PairOutcome
from phcs.core.permissions import Permission
from phcs.core.sample_files import BYTE_ORDER_MARK
from phcs.core.spreadsheet_text import safe_cell
from phcs.extensions import db
from phcs.queries.live_duplicates import (
    PAIR_COLUMNS,
    PairFilter,
    PairLine,
    all_pairs,
    pair_after,
    pair_counts,
    pair_line,
    pair_lines,
    search_progress,
)
from phcs.queries.merging_owners import MergingOwner, merging_owner
from phcs.services.duplicate_answers import answer_pair
from phcs.services.duplicate_search import request_search
from phcs.tasks.duplicates import hint_search
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.records.duplicate_words import compared_facts
from phcs.web.records.lists import chosen_filters, chosen_member

bp = Blueprint("duplicates", __name__, url_prefix="/owners/duplicates")
LINES_AT_ONCE = 500
OPEN = "open"
ANSWERED = {
    PairAnswer.DIFFERENT: "They are kept as different people and will not be asked about again.",
    PairAnswer.LATER: "This pair is put aside for later.",
    PairAnswer.OPEN: "This pair waits for an answer again.",
}


@bp.get("")
@requires(Permission.SEE_RECORDS)
def index() -> str:
    """List the pairs that a search has found, the most certain first."""
    organisation_id, session = current_actor().organisation_id, db.session()
    chosen = chosen_filters("text", "outcome", "answer")
    return render_template(
        f"records/{'_' if asks_for_fragment() else ''}duplicates.html",
        page_of_pairs=pair_lines(
            session,
            organisation_id=organisation_id,
            wanted=_wanted(chosen),
            cursor=request.args.get("cursor"),
        ),
        chosen=chosen,
        counts=pair_counts(session, organisation_id=organisation_id),
        search=search_progress(session, organisation_id=organisation_id),
    )


@bp.post("/search")
@requires(Permission.DECIDE_DUPLICATES)
def search() -> ResponseReturnValue:
    """Have a worker compare all owners."""
    actor = current_actor()
    if request_search(actor=actor, now=datetime.now(UTC)):
        hint_search(actor.organisation_id)
        flash(
            "The search has begun. You can go on working; reload this page to see how far it is.", "success"
        )
    else:
        flash("A search is under way already.", "info")
    return redirect(url_for("records.duplicates.index"))


@bp.get("/list.csv")
@requires(Permission.SEE_RECORDS)
def download() -> Response:
    """Download the pairs of the list with their evidence."""
    wanted = _wanted(chosen_filters("text", "outcome", "answer"))
    lines = all_pairs(db.session(), organisation_id=current_actor().organisation_id, wanted=wanted)
    return Response(
        stream_with_context(_as_csv(lines)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": 'attachment; filename="duplicates.csv"',
            "Cache-Control": "no-store",
        },
    )


@bp.get("/<uuid:pair_id>")
@requires(Permission.SEE_RECORDS)
def show(pair_id: UUID) -> str:
    """Show two owners side by side, with the evidence and the way to merge them."""
    pair = pair_line(db.session(), organisation_id=current_actor().organisation_id, pair_id=pair_id)
    kept, other = _kept_and_other(pair, request.args.get("keep", ""))
    return render_template(
        "records/duplicate.html",
        pair=pair,
        kept=kept,
        other=other,
        compared=compared_facts(kept.facts, other.facts),
        questions=[
            question for question in field_questions(kept.facts, other.facts) if len(question.options) > 1
        ],
        same_pets=same_pets(kept.pets, other.pets),
    )


@bp.post("/<uuid:pair_id>/answer")
@requires(Permission.DECIDE_DUPLICATES)
def answer(pair_id: UUID) -> ResponseReturnValue:
    """Keep what a person says about the two, then show the next pair."""
    actor, said = current_actor(), _answer(request.form.get("answer", ""))
    answer_pair(actor=actor, now=datetime.now(UTC), pair_id=pair_id, answer=said)
    flash(ANSWERED[said], category="success")
    return redirect(_next_address(pair_id))


@bp.get("/<uuid:pair_id>/next")
@requires(Permission.SEE_RECORDS)
def following(pair_id: UUID) -> ResponseReturnValue:
    """Go on to the pair that comes after this one in the list."""
    return redirect(_next_address(pair_id))


def _next_address(pair_id: UUID) -> str:
    """The page of the next pair that waits for an answer, else the list."""
    following = pair_after(db.session(), organisation_id=current_actor().organisation_id, pair_id=pair_id)
    if following is None:
        return url_for("records.duplicates.index")
    return url_for("records.duplicates.show", pair_id=following)


def _kept_and_other(pair: PairLine, keep: str) -> tuple[MergingOwner, MergingOwner]:
    """The two, first the one who stays: whom the address names, else the one with more cases and pets."""
    organisation_id = current_actor().organisation_id
    one, other = (
        merging_owner(db.session(), organisation_id=organisation_id, owner_id=side.id)
        for side in (pair.one, pair.other)
    )
    if keep:
        return (other, one) if keep == str(other.id) else (one, other)
    return (one, other) if _weight(one) >= _weight(other) else (other, one)


def _weight(owner: MergingOwner) -> tuple[int, int, float]:
    return len(owner.cases), len(owner.pets), -owner.created_at.timestamp()


def _wanted(chosen: dict[str, str]) -> PairFilter:
    said = chosen.get("answer", OPEN)
    return PairFilter(
        text=chosen.get("text", ""),
        outcome=chosen_member(chosen, "outcome", PairOutcome),
        answer=PairAnswer.OPEN
        if said == OPEN
        else chosen_member(chosen, "answer", PairAnswer) or PairAnswer.OPEN,
    )


def _answer(text: str) -> PairAnswer:
    try:
        return PairAnswer.OPEN if text == OPEN else PairAnswer(text or "nothing")
    except ValueError as error:
        raise InvalidInputError("Say whether they are different people, or leave it for later.") from error


def _as_csv(found: Iterable[PairLine]) -> Iterator[str]:
    """The download, some hundred lines at a time, with the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(PAIR_COLUMNS)
    for number, pair in enumerate(found, start=1):
        writer.writerow(map(safe_cell, pair.cells()))
        if number % LINES_AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
