"""`flask duplicates`: search an organisation's own owners for duplicates, merge two, take a merge back."""

import csv
from uuid import UUID

import click
from flask.cli import AppGroup

from phcs.cli.acting import acting, refuse
from phcs.cli.progress import ProgressLine
from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.merging.fields import GROUPS, FieldChoices, Take
from phcs.core.merging.undoing import stays_sentence
from phcs.core.merging.words import PairAnswer, PairOutcome
from phcs.core.permissions import Permission
from phcs.core.spreadsheet_text import safe_cell
from phcs.extensions import current_settings, db
from phcs.queries.live_duplicates import PAIR_COLUMNS, PairFilter, all_pairs, search_progress
from phcs.queries.merges import merge_page
from phcs.queries.merging_owners import merging_owner
from phcs.services.duplicate_search import request_search, search_duplicates
from phcs.services.merge_undoing import undo_merge
from phcs.services.merging import MergeChoices, OwnerAt, merge_owners
from phcs.services.working import utc_now

group = AppGroup("duplicates", help="Owners who are two records and one person.")
AS = click.option("--as", "email", default="", metavar="EMAIL", help="Who does it; else the first admin.")


@group.command("find")
@AS
def find(*, email: str) -> None:
    """Search all owners now, in this process; one that is under way is gone on with."""
    actor = acting(email)
    try:
        request_search(actor=actor, now=utc_now())
        with ProgressLine() as line:
            ended = search_duplicates(
                organisation_id=actor.organisation_id,
                clock=utc_now,
                told=lambda done, total: line.show("comparing", done, total),
            )
    except UseCaseError as problem:
        refuse(problem.sentence)
    if not ended:
        refuse("A worker is searching at this moment. Look at the list in a while.")
    db.session.rollback()
    progress = search_progress(db.session(), organisation_id=actor.organisation_id)
    if progress is not None:
        click.echo(
            f"Owners compared: {progress.owners_done:,}. Pairs that wait for an answer: {progress.pairs_found:,}. "
            f"Keys passed over because too many owners share them: {progress.keys_skipped:,}."
        )


@group.command("list")
@click.option(
    "--outcome", type=click.Choice([one.value for one in PairOutcome]), help="Only likely ones, or others."
)
@click.option(
    "--answer",
    type=click.Choice(["open", *(one.value for one in PairAnswer if one)]),
    default="open",
    help="What people said about them.",
)
@click.option(
    "--output",
    default="-",
    type=click.Path(dir_okay=False),
    help="The CSV file to write; else standard output.",
)
@AS
def list_pairs(*, outcome: str | None, answer: str, output: str, email: str) -> None:
    """Write the pairs of the newest search as CSV, the most certain first."""
    actor = acting(email)
    wanted = PairFilter(
        outcome=PairOutcome(outcome) if outcome else None,
        answer=PairAnswer.OPEN if answer == "open" else PairAnswer(answer),
    )
    try:
        actor.require(Permission.SEE_RECORDS)
        with click.open_file(output, "w", encoding="utf-8", atomic=output != "-") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(PAIR_COLUMNS)
            for pair in all_pairs(db.session(), organisation_id=actor.organisation_id, wanted=wanted):
                writer.writerow(map(safe_cell, pair.cells()))
    except UseCaseError as problem:
        refuse(problem.sentence)
    except OSError as problem:
        refuse(f"{output} cannot be written: {problem.strerror}. Choose another place.")


@group.command("merge")
@click.argument("keep", type=click.UUID)
@click.argument("other", type=click.UUID)
@click.option(
    "--take",
    "takes",
    multiple=True,
    metavar="FIELD=kept|other|both",
    help=f"Whose value is kept; may be repeated. Fields: {', '.join(GROUPS)}.",
)
@click.option("--pets-apart", is_flag=True, help="Keep all pets, also those that look the same.")
@AS
def merge(*, keep: UUID, other: UUID, takes: tuple[str, ...], pets_apart: bool, email: str) -> None:
    """Merge the owner OTHER into the owner KEEP; prints the id by which it can be undone."""
    actor = acting(email)
    choices = MergeChoices(_choices(takes), {} if pets_apart else None)
    try:
        kept, gone = (_owner_at(actor, one) for one in (keep, other))
        merge_id = merge_owners(actor=actor, now=utc_now(), keep=kept, other=gone, choices=choices)
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(merge_id)


@group.command("undo-merge")
@click.argument("merge_id", type=click.UUID)
@click.option("--dry-run", is_flag=True, help="Only say what would stay as it is.")
@AS
def undo(*, merge_id: UUID, dry_run: bool, email: str) -> None:
    """Take a merge back; says what people changed since and what therefore stays."""
    actor = acting(email)
    try:
        actor.require(Permission.MERGE_RECORDS)
        page = merge_page(db.session(), organisation_id=actor.organisation_id, merge_id=merge_id)
        db.session.rollback()
        fingerprint = page.undo.fingerprint if page.undo else ""
        if not dry_run or page.undo is None:
            undo_merge(
                actor=actor,
                now=utc_now(),
                merge_id=merge_id,
                fingerprint=fingerprint,
                undo_days=current_settings().undo_days,
            )
    except UseCaseError as problem:
        refuse(problem.sentence)
    for one in page.undo.stays if page.undo else ():
        click.echo(f"{one.name}: {stays_sentence(one)}" if one.what == "fact" else stays_sentence(one))
    click.echo("Nothing was changed." if dry_run else "The merge is undone: both owners are there again.")


def _owner_at(actor: Actor, owner_id: UUID) -> OwnerAt:
    found = merging_owner(db.session(), organisation_id=actor.organisation_id, owner_id=owner_id)
    db.session.rollback()
    return OwnerAt(found.id, found.version)


def _choices(takes: tuple[str, ...]) -> FieldChoices:
    found: dict[str, Take] = {}
    for text in takes:
        name, _, take = text.partition("=")
        if name not in GROUPS or take not in set(Take):
            raise click.BadParameter(f"{text} is not of the form FIELD=kept|other|both.", param_hint="--take")
        found[name] = Take(take)
    return found
