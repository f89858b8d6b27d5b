"""`flask imports purge`: what the hourly purge does, at once; or what it would do."""

import click
from flask.cli import AppGroup

from phcs.core.retention import Kept
from phcs.extensions import current_settings, db
from phcs.queries.purging import due_purges
from phcs.services.answered_requests import forget_answers
from phcs.services.document_keeping import purge_documents
from phcs.services.merge_forgetting import forget_merges
from phcs.services.purging import orphans_in, purge_due
from phcs.services.store import UploadStore, open_store
from phcs.services.working import keep_days, utc_now

WORDS = {Kept.FILE: "file", Kept.ROWS: "staged rows and plan"}
MANY = 1_000


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
def purge(*, dry_run: bool) -> None:
    """Delete files and staged rows of imports that ended long enough ago (PHCS_KEEP_…_DAYS)."""
    settings = current_settings()
    store = open_store(settings.upload_store)
    if dry_run:
        _say_what_is_due(store)
        return
    forget_answers(now=utc_now())
    forget_merges(now=utc_now(), undo_days=settings.undo_days)
    purge_documents(now=utc_now(), store=store, undo_days=settings.undo_days)
    done = purge_due(now=utc_now(), store=store, keep=keep_days(settings))
    click.echo(
        f"Deleted: the files of {done.files:,} imports, the staged rows and plans of {done.rows:,}, "
        f"{done.orphans:,} files of no import."
    )
    if done.put_off:
        click.echo(f"{done.put_off:,} could not be purged now; run this again.", err=True)


def _say_what_is_due(store: UploadStore) -> None:
    now, keep = utc_now(), keep_days(current_settings())
    for kept in Kept:
        for due in due_purges(db.session(), kept=kept, keep=keep, now=now, limit=MANY):
            click.echo(
                f"{due.import_id}  {due.file_name}: {WORDS[kept]}, ended {due.finished_at:%Y-%m-%d} ({due.state.value})"
            )
    for name in orphans_in(store, now=now):
        click.echo(f"{name}  a file of no import")
    click.echo("Nothing was deleted.")


def register_command(group: AppGroup) -> None:
    """Add the command to `flask imports`."""
    group.add_command(purge)
