"""`flask imports undo`: take a promoted import back, or that undo, in one process and without a broker."""

import sys
from typing import Any
from uuid import UUID

import click
import orjson

from phcs.cli.acting import actor_named, refuse
from phcs.cli.import_output import DONE
from phcs.cli.progress import advance_and_show
from phcs.core.actors import Actor
from phcs.core.errors import NotFoundError, UseCaseError
from phcs.core.row_places import row_named
from phcs.core.undoing import Bucket, Direction, ReversalState
from phcs.extensions import current_settings, db
from phcs.queries.import_tables import table_names
from phcs.queries.imports import known_import
from phcs.queries.reversals import (
    ReversalDetails,
    ReversalLine,
    actions_of_bucket,
    open_reversal,
    reversal_details,
)
from phcs.services.undoing import approve_reversal, request_redo, request_undo, withdraw_reversal
from phcs.services.working import utc_now
from phcs.wording.reversals import bucket_words

NAMED = (Bucket.PARTLY, Bucket.KEPT, Bucket.BLOCKED)
"""Buckets whose records are named one by one."""
MOST_NAMED = 200
ASK = {Direction.UNDO: request_undo, Direction.REDO: request_redo}


@click.command("undo")
@click.argument("import_id", type=click.UUID)
@click.option("--dry-run", is_flag=True, help="Show what would happen, then withdraw it.")
@click.option("--redo", is_flag=True, help="Take an undo back instead.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Who asks for it; else the first admin.")
@click.option("--approve-as", default="", metavar="EMAIL", help="Who approves; else whoever asks.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def undo(*, import_id: UUID, dry_run: bool, redo: bool, email: str, approve_as: str, as_json: bool) -> None:
    """Take back what promoting an import changed, but for what people changed since.

    One that waits for approval already is gone on with; refused, it stays as it is and nothing was changed.
    """
    direction = Direction.REDO if redo else Direction.UNDO
    try:
        actor = actor_named(email)
        approver = actor_named(approve_as) if approve_as else actor
        details = _prepared(actor, import_id, direction, anew=dry_run)
        if dry_run and details.is_waiting:
            _print(details, actor, as_json=as_json)
            withdraw_reversal(actor=actor, now=utc_now(), import_id=import_id, reason="Dry run.")
            sys.exit(DONE)
        if details.is_waiting:
            details = _carried_out(details, actor, approver, as_json=as_json)
    except UseCaseError as problem:
        refuse(problem.sentence)
    _print(details, actor, as_json=as_json)
    if details.state is not ReversalState.DONE:
        refuse(details.reason or "It was not carried out. Nothing was changed.")


def _prepared(actor: Actor, import_id: UUID, direction: Direction, *, anew: bool) -> ReversalDetails:
    """The undo or redo worked out: the one that waits for approval already, unless a new one is wanted."""
    details = _open(actor, import_id)
    if details is None or details.direction is not direction or anew:
        now, undo_days = utc_now(), current_settings().undo_days
        ASK[direction](actor=actor, now=now, import_id=import_id, undo_days=undo_days)
        details = _open(actor, import_id)
    advance_and_show(import_id)
    if details is None:
        raise NotFoundError("The undo or redo that was asked for was withdrawn meanwhile.")
    return _again(actor, details)


def _carried_out(
    details: ReversalDetails, actor: Actor, approver: Actor, *, as_json: bool
) -> ReversalDetails:
    """Approved and carried out; refused, it is shown, so that somebody else can approve it."""
    import_id = details.import_id
    try:
        approve_reversal(actor=approver, now=utc_now(), import_id=import_id, fingerprint=details.fingerprint)
    except UseCaseError:
        _print(details, actor, as_json=as_json)
        raise
    advance_and_show(import_id)
    return _again(actor, details)


def _open(actor: Actor, import_id: UUID) -> ReversalDetails | None:
    db.session.rollback()
    return open_reversal(db.session(), organisation_id=actor.organisation_id, import_id=import_id)


def _again(actor: Actor, details: ReversalDetails) -> ReversalDetails:
    db.session.rollback()
    return reversal_details(
        db.session(),
        organisation_id=actor.organisation_id,
        import_id=details.import_id,
        number=details.number,
    )


def _print(details: ReversalDetails, actor: Actor, *, as_json: bool) -> None:
    """Print it in words, or as one JSON object; records that stay are named, the first of each bucket."""
    lines = {bucket: _lines(details, actor, bucket) for bucket in NAMED if details.counts[bucket]}
    if as_json:
        click.echo(orjson.dumps(_as_json(details, actor, lines)).decode())
        return
    click.echo(f"{details.import_id}  {details.direction.value} {details.number}: {details.state.value}")
    words = bucket_words(details.direction, is_done=details.state is ReversalState.DONE)
    names = table_names(db.session(), organisation_id=actor.organisation_id, import_id=details.import_id)
    for bucket, number in details.counts.items():
        click.echo(f"  {words[bucket]}: {number:,}")
        for line in lines.get(bucket, ()):
            where = row_named(line.table_no, line.row_no, names)
            click.echo(f"    {line.kind.value} {line.name or 'without a name'} ({where}): {line.sentence}")
            for kept in line.kept:
                click.echo(f"      {kept.name}: {kept.sentence}" if kept.name else f"      {kept.sentence}")
            for one in line.dependants:
                click.echo(f"      {one.sentence}")


def _lines(details: ReversalDetails, actor: Actor, bucket: Bucket) -> tuple[ReversalLine, ...]:
    return actions_of_bucket(
        db.session(),
        organisation_id=actor.organisation_id,
        reversal_id=details.id,
        bucket=bucket,
        size=MOST_NAMED,
    ).rows


def _as_json(
    details: ReversalDetails, actor: Actor, lines: dict[Bucket, tuple[ReversalLine, ...]]
) -> dict[str, Any]:
    found = known_import(
        db.session(), organisation_id=actor.organisation_id, import_id=details.import_id, now=utc_now()
    )
    return {
        "import": str(details.import_id),
        "state": found.row.state.value,
        "reversal": {
            "number": details.number,
            "direction": details.direction.value,
            "state": details.state.value,
            "fingerprint": details.fingerprint,
            "counts": {bucket.value: number for bucket, number in details.counts.items()},
            "reason": details.reason,
            **{bucket.value: [_line_as_json(one) for one in lines.get(bucket, ())] for bucket in NAMED},
        },
    }


def _line_as_json(line: ReversalLine) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "record": str(line.record_id),
        "name": line.name,
        "table": line.table_no,
        "row": line.row_no,
        "effect": line.effect.value,
        "sentence": line.sentence,
        "fields": [{"name": one.name, "now": one.now, "then": one.then} for one in line.fields],
        "kept": [
            {
                "name": one.name,
                "now": one.now,
                "stated": one.stated,
                "by": one.by,
                "at": one.at.isoformat() if one.at else None,
                "file_name": one.file_name,
                "sentence": one.sentence,
            }
            for one in line.kept
        ],
        "dependants": [
            {
                "kind": one.kind,
                "record": str(one.record_id) if one.record_id else None,
                "name": one.name,
                "sentence": one.sentence,
            }
            for one in line.dependants
        ],
    }
