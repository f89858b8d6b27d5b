"""`flask imports …`: the whole way of a file in one process and without a broker, and each step of it alone."""

from pathlib import Path
from uuid import UUID

import click
import orjson
from flask.cli import AppGroup

from phcs.cli.acting import acting, actor_named, refuse
from phcs.cli.confirmations import Decision, confirm_option, reasons_by_guard
from phcs.cli.import_output import print_import, report_import, row_as_json, rows_deleted
from phcs.cli.mapping import map_import, reread, templates
from phcs.cli.mapping_file import read_mapping_file
from phcs.cli.progress import advance_and_show
from phcs.cli.receiving import KIND_WORDS, SERVICE_WORDS, SOURCE_WORDS, receive
from phcs.cli.rehearsing import end_dry_run
from phcs.cli.undo import undo
from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.mapping.answers import ImportMappingDocument
from phcs.core.matching.presets import MatchPreset
from phcs.core.options import OnError
from phcs.core.planning import DuplicateStrategy
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.queries.imports import HistoryFilter, ImportDetails, import_details, recent_imports
from phcs.queries.preview import PreviewFilter, preview_rows
from phcs.services.approval import abort_import, approve_import, cancel_import
from phcs.services.garbage import collect_seldom
from phcs.services.mapping_documents import confirm_document
from phcs.services.uploading import YES, UploadChoices
from phcs.services.working import utc_now

group = AppGroup("imports", help="Imports: run one from a file, look at them, decide on them.")
group.add_command(undo)
group.add_command(map_import)
group.add_command(reread)
group.add_command(templates)
as_option = click.option(
    "--as", "email", default="", metavar="EMAIL", help="Who does it; else the first admin."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")


@group.command("run")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--source", type=SOURCE_WORDS, default="auto", show_default=True)
@click.option("--kind", type=KIND_WORDS, default="auto", show_default=True)
@click.option("--mapping", "mapping_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--template", default="", metavar="NAME", help="A saved mapping; - for none.")
@click.option("--service", type=SERVICE_WORDS, help="The service of rows that name none.")
@click.option("--duplicates", type=click.Choice([one.value for one in DuplicateStrategy]), default="link")
@click.option(
    "--matching",
    type=click.Choice([one.value for one in MatchPreset]),
    help="How owners are recognised; else as the organisation has chosen.",
)
@click.option(
    "--new-pet-is-new-owner",
    "literal",
    is_flag=True,
    help="With --matching phone_name_pet: who comes with another pet is another owner.",
)
@click.option(
    "--on-error", type=click.Choice([one.value for one in OnError]), default="skip", show_default=True
)
@click.option(
    "--dry-run", is_flag=True, help="Rehearse: write everything, count it, take it back, decline the import."
)
@click.option("--approve", is_flag=True, help="Also approve and promote.")
@click.option("--approve-as", default="", metavar="EMAIL", help="Who approves; else whoever uploads.")
@confirm_option
@click.option("--batch-size", type=click.IntRange(1, 100_000), help="Rows in a chunk.")
@as_option
@json_option
def run(  # noqa: PLR0913 - a command's options
    *,
    files: tuple[Path, ...],
    source: str,
    kind: str,
    mapping_path: Path | None,
    template: str,
    service: str | None,
    duplicates: str,
    matching: str | None,
    literal: bool,
    on_error: str,
    dry_run: bool,
    approve: bool,
    approve_as: str,
    confirmed: tuple[str, ...],
    batch_size: int | None,
    email: str,
    as_json: bool,
) -> None:
    """Upload FILES as one import, stage it, show the preview; with --approve also approve and promote it."""
    if dry_run and approve:
        raise click.UsageError("--dry-run and --approve exclude each other.")
    confirmations = reasons_by_guard(confirmed)
    choices = UploadChoices(
        source=source,
        kind=kind,
        duplicates=duplicates,
        on_error=on_error,
        service=service or "",
        template=template,
        matching=matching or "",
        new_pet_is_new_owner=YES if literal else "",
    )
    try:
        mapping = read_mapping_file(mapping_path)
        actor = actor_named(email)
        approver = actor_named(approve_as) if approve_as else actor
        import_id = receive(files, actor, choices)
        _advance(import_id, batch_size)
    except UseCaseError as problem:
        refuse(problem.sentence)
    details = _mapped(import_id, actor, mapping, batch_size=batch_size, as_json=as_json)
    if details.row.state is ImportState.REVIEW and dry_run:
        end_dry_run(details, approver, as_json=as_json)
    if details.row.state is ImportState.REVIEW and approve:
        decision = Decision(approver, confirmations)
        details = _decided(details, actor, decision, batch_size=batch_size, as_json=as_json)
    report_import(details, as_json=as_json)


@group.command("list")
@as_option
def list_imports(*, email: str) -> None:
    """List the newest imports."""
    actor = acting(email)
    page = recent_imports(db.session(), organisation_id=actor.organisation_id, wanted=HistoryFilter())
    for row in page.rows:
        click.echo(
            f"{row.id}  {row.state.value:10}  {row.rows:>8} rows  {row.created_at:%Y-%m-%d %H:%M}  {row.file_name}"
        )


@group.command("show")
@click.argument("import_id", type=click.UUID)
@as_option
@json_option
def show(*, import_id: UUID, email: str, as_json: bool) -> None:
    """Show one import."""
    details = _known(acting(email), import_id)
    print_import(details, as_json=as_json)


@group.command("rows")
@click.argument("import_id", type=click.UUID)
@click.option("--status", type=click.Choice(["valid", "warning", "error"]), default=None)
@click.option("--stale", is_flag=True, help="Only rows that do something else than was approved.")
@as_option
def rows(*, import_id: UUID, status: str | None, stale: bool, email: str) -> None:
    """List the staged rows with their outcome and findings, a JSON object a line."""
    actor = acting(email)
    if deleted := rows_deleted(_known(actor, import_id)):
        click.echo(deleted, err=True)
    cursor: str | None = None
    while True:
        page = preview_rows(
            db.session(),
            organisation_id=actor.organisation_id,
            import_id=import_id,
            wanted=PreviewFilter(status=status or "", stale=stale),
            cursor=cursor,
            size=500,
        )
        for row in page.rows:
            click.echo(orjson.dumps(row_as_json(row)).decode())
        cursor = page.next
        if cursor is None:
            return


@group.command("approve")
@click.argument("import_id", type=click.UUID)
@confirm_option
@as_option
@json_option
def approve(*, import_id: UUID, confirmed: tuple[str, ...], email: str, as_json: bool) -> None:
    """Approve the plan of an import as it is now, and promote it."""
    confirmations = reasons_by_guard(confirmed)
    actor = acting(email)
    details = _known(actor, import_id)
    try:
        approve_import(
            actor=actor,
            now=utc_now(),
            import_id=import_id,
            fingerprint=details.plan_fingerprint,
            confirmations=confirmations,
        )
        _advance(import_id, None)
    except UseCaseError as problem:
        refuse(problem.sentence)
    report_import(_details(actor, import_id), as_json=as_json)


@group.command("abort")
@click.argument("import_id", type=click.UUID)
@click.option("--reason", default="")
@as_option
def abort(*, import_id: UUID, reason: str, email: str) -> None:
    """Decline an import at review; nothing was changed."""
    try:
        abort_import(actor=acting(email), now=utc_now(), import_id=import_id, reason=reason)
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo("Aborted. Nothing was changed.")


@group.command("cancel")
@click.argument("import_id", type=click.UUID)
@as_option
def cancel(*, import_id: UUID, email: str) -> None:
    """Stop an import before review; nothing was changed."""
    try:
        cancel_import(actor=acting(email), now=utc_now(), import_id=import_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo("Cancelled. Nothing was changed.")


def _decided(
    details: ImportDetails,
    actor: Actor,
    decision: Decision,
    *,
    batch_size: int | None,
    as_json: bool,
) -> ImportDetails:
    """The import after its approval and promotion; tells of a refusal."""
    import_id = details.row.id
    try:
        approve_import(
            actor=decision.approver,
            now=utc_now(),
            import_id=import_id,
            fingerprint=details.plan_fingerprint,
            confirmations=decision.confirmations,
        )
        _advance(import_id, batch_size)
    except UseCaseError as problem:
        print_import(_details(actor, import_id), as_json=as_json)
        refuse(problem.sentence)
    return _details(actor, import_id)


def _advance(import_id: UUID, batch_size: int | None) -> None:
    collect_seldom()
    advance_and_show(import_id, chunk_rows=batch_size)


def _mapped(
    import_id: UUID,
    actor: Actor,
    mapping: ImportMappingDocument | None,
    *,
    batch_size: int | None,
    as_json: bool,
) -> ImportDetails:
    """The import after the mapping of a file has been confirmed, where one was given; tells of a refusal."""
    details = _details(actor, import_id)
    if mapping is None or not details.tables:
        return details
    try:
        confirm_document(actor=actor, now=utc_now(), import_id=import_id, document=mapping)
        _advance(import_id, batch_size)
    except UseCaseError as problem:
        print_import(details, as_json=as_json)
        refuse(problem.sentence)
    return _details(actor, import_id)


def _details(actor: Actor, import_id: UUID) -> ImportDetails:
    db.session.rollback()
    return _known(actor, import_id)


def _known(actor: Actor, import_id: UUID) -> ImportDetails:
    details = import_details(
        db.session(), organisation_id=actor.organisation_id, import_id=import_id, now=utc_now()
    )
    if details is None:
        refuse("There is no such import.")
    return details
