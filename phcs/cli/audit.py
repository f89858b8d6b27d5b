"""`flask audit verify`: whether the trail is what was recorded."""

import sys
from pathlib import Path

import click
import orjson
from flask.cli import AppGroup

from phcs.cli.acting import actor_named
from phcs.core.chain import ChainHead
from phcs.core.errors import UseCaseError
from phcs.extensions import db
from phcs.queries.audit_chains import verify_trail

group = AppGroup("audit", help="The audit trail.")


@group.command("verify")
@click.option(
    "--head",
    "head_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A head kept from earlier.",
)
@click.option("--as", "email", default="", metavar="EMAIL", help="Whose organisation; else the only one's.")
def verify(*, head_path: Path | None, email: str) -> None:
    """Check every chain; print the head to keep elsewhere. Exit code 1 when something was altered."""
    kept = _kept_head(head_path)
    try:
        actor = actor_named(email)
    except UseCaseError as problem:
        click.echo(problem.sentence, err=True)
        sys.exit(1)
    report = verify_trail(db.session(), organisation_id=actor.organisation_id, kept=kept)
    for sentence in report.problems:
        click.echo(sentence, err=True)
    click.echo(
        orjson.dumps({"events": report.events, "seq": report.head.seq, "hash": report.head.hash}).decode()
    )
    sys.exit(1 if report.problems else 0)


def _kept_head(path: Path | None) -> ChainHead | None:
    """The head in a file as `audit verify` has printed it. Raises UsageError when it holds none."""
    if path is None:
        return None
    try:
        kept = orjson.loads(path.read_bytes())
        return ChainHead(int(kept["seq"]), str(kept["hash"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as problem:
        raise click.UsageError(f"{path.name} holds no head; keep what this command prints.") from problem
