"""`flask audit verify`: whether the trail is what was recorded."""

import sys
from pathlib import Path

import click
import orjson
from flask.cli import AppGroup

from phcs.cli.acting import actor_named
from phcs.core.errors import UseCaseError
from phcs.extensions import db
from phcs.queries.audit_chains import TrailReport, verify_trail

group = AppGroup("audit", help="The audit trail.")


@group.command("verify")
@click.option(
    "--head", "head_path", type=click.Path(dir_okay=False, path_type=Path), help="A head kept from earlier."
)
@click.option("--as", "email", default="", metavar="EMAIL", help="Whose organisation; else the only one's.")
def verify(*, head_path: Path | None, email: str) -> None:
    """Check every chain; print the head to keep elsewhere. Exit code 1 when something was altered."""
    try:
        actor = actor_named(email)
    except UseCaseError as problem:
        click.echo(problem.sentence, err=True)
        sys.exit(1)
    report = verify_trail(db.session(), organisation_id=actor.organisation_id)
    problems = [*report.problems, *_against_kept(report, head_path)]
    for sentence in problems:
        click.echo(sentence, err=True)
    click.echo(
        orjson.dumps({"events": report.events, "seq": report.head.seq, "hash": report.head.hash}).decode()
    )
    sys.exit(1 if problems else 0)


def _against_kept(report: TrailReport, path: Path | None) -> list[str]:
    """What a head kept from earlier says about the trail as it is now."""
    if path is None:
        return []
    kept = orjson.loads(path.read_bytes())
    if kept["seq"] > report.head.seq:
        return [f"The trail ends at event {report.head.seq}; it had {kept['seq']} when the head was kept."]
    if kept["seq"] == report.head.seq and kept["hash"] != report.head.hash:
        return ["The trail ends in another hash than the head that was kept: it was written anew."]
    return []
