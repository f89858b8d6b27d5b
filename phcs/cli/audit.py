"""`flask audit verify` and `export`: whether the trail is what was recorded, and a copy of it to keep elsewhere."""

import sys
from pathlib import Path
from typing import IO, Any

import click
import orjson
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from phcs.cli.acting import acting, actor_named, refuse
from phcs.core.actors import Actor
from phcs.core.chain import ChainHead
from phcs.core.errors import UseCaseError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.audit_chains import verify_trail
from phcs.queries.audit_export import trail_lines
from phcs.services.verification_counting import snapshot

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


@group.command("export")
@click.option(
    "--output",
    default="-",
    type=click.Path(dir_okay=False),
    help="The file to write, a JSON object a line; one that exists is replaced. Else standard output.",
)
@click.option(
    "--head",
    "head_path",
    type=click.Path(dir_okay=False),
    help="Also write the head to this file, for `audit verify --head`.",
)
@click.option(
    "--without-values",
    is_flag=True,
    help="Leave out what records said; the chain can be checked all the same.",
)
@click.option("--as", "email", default="", metavar="EMAIL", help="Whose organisation; else the only one's.")
def export(*, output: str, head_path: str | None, without_values: bool, email: str) -> None:
    """Write every chain with all its events, and the head as the last line. Exit code 1 when something was altered.

    The organisation's own chain comes first, then that of each promotion, undo and redo.
    """
    actor = acting(email)
    try:
        actor.require(Permission.SEE_AUDIT)
        with click.open_file(output, "wb", atomic=output != "-") as file, snapshot() as session:
            head = _write_trail(session, file, actor, with_values=not without_values)
        if head_path is not None:
            with click.open_file(head_path, "wb", atomic=True) as file:
                file.write(orjson.dumps(head, option=orjson.OPT_APPEND_NEWLINE))
    except UseCaseError as problem:
        refuse(problem.sentence)
    except OSError as problem:
        refuse(f"The file cannot be written: {problem.strerror}. Choose another place.")
    if not head["intact"]:
        refuse("Something in the trail was altered; `flask audit verify` says what.")


def _write_trail(session: Session, file: IO[bytes], actor: Actor, *, with_values: bool) -> dict[str, Any]:
    """Write all chains line by line and give the head, which is the last line."""
    number = 0
    for line in trail_lines(session, organisation_id=actor.organisation_id, with_values=with_values):
        file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        number += "seq" in line
    report = verify_trail(session, organisation_id=actor.organisation_id)
    is_whole = not report.problems and report.events == number
    head = {"events": report.events, "seq": report.head.seq, "hash": report.head.hash, "intact": is_whole}
    file.write(orjson.dumps({"head": head}, option=orjson.OPT_APPEND_NEWLINE))
    return head


def _kept_head(path: Path | None) -> ChainHead | None:
    """The head in a file as `audit verify` has printed it, or an export ends with. Raises UsageError without one."""
    if path is None:
        return None
    try:
        kept = orjson.loads(path.read_bytes().rstrip().rpartition(b"\n")[2])
        kept = kept.get("head", kept)
        return ChainHead(int(kept["seq"]), str(kept["hash"]))
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as problem:
        raise click.UsageError(f"{path.name} holds no head; keep what this command prints.") from problem
