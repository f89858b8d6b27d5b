"""`flask imports rehearse`: carry the plan of an import out, count everything, take it all back."""

import sys
from typing import Any, NoReturn
from uuid import UUID

import click
import orjson

from phcs.cli.acting import acting, refuse
from phcs.cli.import_output import print_import, report_import
from phcs.cli.progress import ProgressLine
from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.rehearsing import RehearsalState
from phcs.extensions import current_settings, db
from phcs.queries.imports import ImportDetails
from phcs.queries.rehearsals import RehearsalDetails, latest_rehearsal
from phcs.services.approval import abort_import
from phcs.services.rehearsal_working import rehearse_import
from phcs.services.rehearsing import request_rehearsal
from phcs.services.working import utc_now, workshop_from

FAILED = 1
LOOK_AGAIN_SECONDS = 0.5


@click.command("rehearse")
@click.argument("import_id", type=click.UUID)
@click.option("--as", "email", default="", metavar="EMAIL", help="Who asks for it; else the first admin.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def rehearse(*, import_id: UUID, email: str, as_json: bool) -> None:
    """Carry the plan of an import out, count everything, take it all back; nothing is changed."""
    actor = acting(email)
    try:
        found = rehearsed(actor, import_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    print_rehearsal(found, as_json=as_json)
    if found.state is not RehearsalState.FITS:
        sys.exit(FAILED)


def rehearsed(actor: Actor, import_id: UUID) -> RehearsalDetails:
    """The rehearsal of an import, carried out in this process. Raises what `request_rehearsal` raises."""
    made = request_rehearsal(actor=actor, now=utc_now(), import_id=import_id)
    with ProgressLine() as line:
        workshop = workshop_from(current_settings(), told=line.show)
        rehearse_import(rehearsal_id=made, workshop=workshop)
    while (found := _latest(actor, import_id)).is_open:  # a worker was faster and is at it
        workshop.pause(LOOK_AGAIN_SECONDS)
    return found


def _latest(actor: Actor, import_id: UUID) -> RehearsalDetails:
    db.session.rollback()
    found = latest_rehearsal(db.session(), organisation_id=actor.organisation_id, import_id=import_id)
    assert found is not None  # noqa: S101 - it was asked for
    db.session.rollback()
    return found


def rehearsal_as_json(found: RehearsalDetails) -> dict[str, Any]:
    """A rehearsal as a command's JSON says it."""
    return {"state": found.state.value, "problem": found.problem, "report": found.report or None}


def print_rehearsal(found: RehearsalDetails, *, as_json: bool) -> None:
    """Print how a rehearsal went, in words or as one JSON object."""
    if as_json:
        click.echo(orjson.dumps({"rehearsal": rehearsal_as_json(found)}).decode())
        return
    if found.state is not RehearsalState.FITS:
        click.echo(found.problem, err=True)
        return
    click.echo("It fits: everything was written, counted, and taken back. Nothing was changed.")
    for kind, counts in found.report["records"].items():
        told = ", ".join(f"{number:,} {action}" for action, number in counts.items() if number)
        click.echo(f"  {kind}: {told}")
    seconds = found.report["timings"]
    click.echo(f"  written in {seconds['promote']:.1f} s, counted in {seconds['verify']:.1f} s")


def end_dry_run(details: ImportDetails, actor: Actor, *, as_json: bool) -> NoReturn:
    """Rehearse an import at review, decline it, and tell both; leaves with an exit code."""
    try:
        found = rehearsed(actor, details.row.id)
        abort_import(actor=actor, now=utc_now(), import_id=details.row.id, reason="Dry run.")
    except UseCaseError as problem:
        refuse(problem.sentence)
    if found.state is RehearsalState.FITS:
        more = {"rehearsal": rehearsal_as_json(found)} if as_json else {}
        if not as_json:
            print_rehearsal(found, as_json=False)
        report_import(details, as_json=as_json, more=more)
    print_import(details, as_json=as_json, more={"rehearsal": rehearsal_as_json(found)})
    refuse(found.problem)
