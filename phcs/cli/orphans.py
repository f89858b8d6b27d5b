"""`flask imports orphans`: rows whose owner, pet or invoice is not there, and what becomes of them."""

from uuid import UUID

import click

from phcs.cli.acting import acting, refuse
from phcs.cli.progress import advance_and_show
from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.permissions import Permission
from phcs.core.planning import OrphanChoice
from phcs.core.planning.orphans import ORPHAN_CODES
from phcs.extensions import db
from phcs.queries.orphans import orphan_groups
from phcs.services.orphans import GivenDecision, decide_orphans
from phcs.services.working import utc_now
from phcs.wording.orphans import ORPHAN_CHOICES

TAKE_BACK = "take-back"


@click.command("orphans")
@click.argument("import_id", type=click.UUID)
@click.option("--table", "table_no", type=click.IntRange(min=1), default=1, help="The table of the rows.")
@click.option(
    "--code", type=click.Choice([code.value for code in ORPHAN_CODES]), help="Why they are orphans."
)
@click.option(
    "--choice",
    type=click.Choice([*(choice.value for choice in OrphanChoice), TAKE_BACK]),
    help="Leave them out, give them to one owner or to one placeholder, or take a decision back.",
)
@click.option("--owner", "owner_id", type=click.UUID, help="The owner, for --choice owner.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Who decides; else the first admin.")
def orphans(
    *,
    import_id: UUID,
    table_no: int,
    code: str | None,
    choice: str | None,
    owner_id: UUID | None,
    email: str,
) -> None:
    """List the orphans of an import in review; with --choice decide about all alike and make the plan anew."""
    if (code is None) is not (choice is None):
        raise click.UsageError("Give --code and --choice together, or neither to list the rows.")
    actor = acting(email)
    try:
        actor.require(Permission.SEE_IMPORTS)
        if code is not None and choice is not None:
            chosen = None if choice == TAKE_BACK else OrphanChoice(choice)
            decision = GivenDecision(table_no, code, chosen, owner_id)
            decide_orphans(actor=actor, now=utc_now(), import_id=import_id, decisions=[decision])
            advance_and_show(import_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    _tell(actor, import_id)


def _tell(actor: Actor, import_id: UUID) -> None:
    db.session.rollback()
    groups = orphan_groups(db.session(), organisation_id=actor.organisation_id, import_id=import_id)
    if not groups:
        click.echo("Every row finds what it belongs to.")
    for group in groups:
        decided = f", {ORPHAN_CHOICES[group.choice]} {group.owner_name}".rstrip() if group.choice else ""
        click.echo(
            f"table {group.table_no} ({group.table_name}), {group.code}: {group.rows:,} rows, "
            f"{group.held_back:,} held back{decided}"
        )
        for row in group.first:
            click.echo(f"  row {row.row_no} belongs to {row.belongs_to}, but {row.why}")
