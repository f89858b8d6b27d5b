"""`flask imports matches`: who was matched with whom, as a file to look through."""

import csv
from collections.abc import Iterable
from uuid import UUID

import click

from phcs.cli.acting import acting, refuse
from phcs.core.errors import UseCaseError
from phcs.core.permissions import Permission
from phcs.core.spreadsheet_text import safe_cell
from phcs.extensions import db
from phcs.queries.imports import known_import
from phcs.queries.matches import MATCH_COLUMNS, Match, matches
from phcs.services.working import utc_now


@click.command("matches")
@click.argument("import_id", type=click.UUID)
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False),
    help="The CSV file to write; one that exists is replaced, - is standard output.",
)
@click.option("--as", "email", default="", metavar="EMAIL", help="Who asks; else the first admin.")
def write_matches(*, import_id: UUID, output: str, email: str) -> None:
    """Write every match of an import with its outcome, score and explanation to a CSV file."""
    try:
        actor = acting(email)
        actor.require(Permission.SEE_IMPORTS)
        session = db.session()
        known_import(session, organisation_id=actor.organisation_id, import_id=import_id, now=utc_now())
        found = matches(session, organisation_id=actor.organisation_id, import_id=import_id)
        number = _write(output, found)
    except UseCaseError as problem:
        refuse(problem.sentence)
    except OSError as problem:
        refuse(f"{output} cannot be written: {problem.strerror}. Choose another place.")
    click.echo(f"{number:,} matches written to {output}.", err=output == "-")


def _write(output: str, found: Iterable[Match]) -> int:
    """Write the file, whole or not at all; gives the number of matches."""
    with click.open_file(output, "w", encoding="utf-8", atomic=True) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(MATCH_COLUMNS)
        number = 0
        for match in found:
            writer.writerow(map(safe_cell, match.cells()))
            number += 1
    return number
