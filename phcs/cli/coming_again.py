"""`flask imports coming-again`: what a later export changes that people changed too, and what it names no more."""

from uuid import UUID

import click

from phcs.cli.acting import acting, refuse
from phcs.cli.progress import advance_and_show
from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.core.row_places import row_named
from phcs.extensions import db
from phcs.queries.conflicts import conflict_groups
from phcs.queries.gone_records import gone_records
from phcs.queries.import_tables import table_names
from phcs.services.conflicts import GivenTake, decide_conflicts
from phcs.services.working import utc_now

OURS, THEIRS = "ours", "theirs"


@click.command("coming-again")
@click.argument("import_id", type=click.UUID)
@click.option("--kind", type=click.Choice([kind.value for kind in RecordKind]), help="The kind of record.")
@click.option("--fact", default="", help="One fact of it; every fact where it is left out.")
@click.option("--take", type=click.Choice([OURS, THEIRS]), help="Whose value holds.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Who decides; else the first admin.")
def coming_again(*, import_id: UUID, kind: str | None, fact: str, take: str | None, email: str) -> None:
    """List what was changed both there and here, and what is gone; with --take decide and make the plan anew."""
    if (kind is None) is not (take is None):
        raise click.UsageError("Give --kind and --take together, or neither to list.")
    actor = acting(email)
    try:
        actor.require(Permission.SEE_IMPORTS)
        if kind is not None:
            given = GivenTake(RecordKind(kind), fact, take == THEIRS)
            decide_conflicts(actor=actor, now=utc_now(), import_id=import_id, takes=[given])
            advance_and_show(import_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    _tell(actor, import_id)


def _tell(actor: Actor, import_id: UUID) -> None:
    db.session.rollback()
    session, who = db.session(), actor.organisation_id
    tables = table_names(session, organisation_id=who, import_id=import_id)
    for group in conflict_groups(session, organisation_id=who, import_id=import_id):
        take = THEIRS if group.takes_theirs else OURS
        click.echo(f"{group.kind} {group.fact}: {group.rows:,} changed there and here, {take} holds")
        for row in group.first:
            where = row_named(row.table_no, row.row_no, tables)
            click.echo(f"  {where}: ours “{row.ours}”, theirs “{row.theirs}”")
    for gone in gone_records(session, organisation_id=who, import_id=import_id):
        names = ", ".join(external_id for external_id, _ in gone.first)
        more = " …" if gone.number > len(gone.first) else ""
        click.echo(f"{gone.kind}: {gone.number:,} of {gone.source} not in this file: {names}{more}")
