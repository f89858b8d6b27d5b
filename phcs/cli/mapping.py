"""`flask imports map`, `reread` and `templates …`: what a person says about a file and its columns."""

from pathlib import Path
from uuid import UUID

import click
import orjson
from flask.cli import AppGroup, with_appcontext

from phcs.cli.acting import acting, refuse
from phcs.cli.import_output import report_import
from phcs.cli.mapping_file import read_mapping_file
from phcs.cli.progress import advance_and_show
from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.mapping.answers import ImportMappingDocument
from phcs.core.options import AskedReading
from phcs.core.reading.choices import ReadingChoices
from phcs.extensions import db
from phcs.queries.imports import ImportDetails, known_import
from phcs.queries.mapping_templates import (
    SavedMapping,
    saved_templates,
    template_file,
    template_named,
)
from phcs.services.mapping_documents import confirm_document
from phcs.services.mapping_templates import (
    delete_template,
    rename_template,
    save_template,
    take_in_template,
)
from phcs.services.rereading import reread_import, reread_table
from phcs.services.working import utc_now

templates = AppGroup(
    "templates", help="Saved mappings: list, save, write to a file, take in, rename, delete."
)
as_option = click.option(
    "--as", "email", default="", metavar="EMAIL", help="Who does it; else the first admin."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")


@templates.command("list")
@as_option
def list_templates(*, email: str) -> None:
    """List the saved mappings in their newest versions."""
    for row in saved_templates(db.session(), organisation_id=acting(email).organisation_id):
        click.echo(
            f"{row.name}  version {row.version}  {row.source} {row.kind}  {len(row.headings)} columns  "
            f"saved {row.created_at:%Y-%m-%d} by {row.created_by_name}"
        )


@templates.command("save")
@click.argument("import_id", type=click.UUID)
@click.argument("name")
@click.option("--table", "table_no", default=1, show_default=True, help="The table's number.")
@as_option
def save(*, import_id: UUID, name: str, table_no: int, email: str) -> None:
    """Save the mapping of an import under NAME; a name that is taken gets its next version."""
    try:
        version = save_template(
            actor=acting(email), now=utc_now(), import_id=import_id, name=name, table_no=table_no
        )
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(f"Saved as version {version}.")


@templates.command("export")
@click.argument("name")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; else it is printed."
)
@as_option
def export(*, name: str, output: Path | None, email: str) -> None:
    """Write a saved mapping as JSON, for another installation."""
    saved = _named(acting(email), name)
    content = orjson.dumps(template_file(saved).as_json(), option=orjson.OPT_INDENT_2)
    if output:
        output.write_bytes(content)
    else:
        click.echo(content.decode())


@templates.command("take-in")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", default="", help="Its name here; else the one in the file.")
@as_option
def take_in(*, file: Path, name: str, email: str) -> None:
    """Save a mapping out of a FILE that `export` wrote."""
    try:
        version = take_in_template(actor=acting(email), now=utc_now(), content=file.read_bytes(), name=name)
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(f"Saved as version {version}.")


@templates.command("rename")
@click.argument("name")
@click.argument("new_name")
@as_option
def rename(*, name: str, new_name: str, email: str) -> None:
    """Give a saved mapping another name."""
    actor = acting(email)
    try:
        rename_template(actor=actor, now=utc_now(), template_id=_named(actor, name).id, name=new_name)
    except UseCaseError as problem:
        refuse(problem.sentence)


@templates.command("delete")
@click.argument("name")
@as_option
def delete(*, name: str, email: str) -> None:
    """Delete a saved mapping in all its versions; imports that used it keep theirs."""
    actor = acting(email)
    try:
        delete_template(actor=actor, now=utc_now(), template_id=_named(actor, name).id)
    except UseCaseError as problem:
        refuse(problem.sentence)


@click.command("map")
@with_appcontext
@click.argument("import_id", type=click.UUID)
@click.option("--mapping", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
@json_option
def map_import(*, import_id: UUID, path: Path | None, email: str, as_json: bool) -> None:
    """Confirm the mapping of an import, with what a mapping file says otherwise, and check every row."""
    actor = acting(email)
    try:
        document = read_mapping_file(path) or ImportMappingDocument()
        confirm_document(actor=actor, now=utc_now(), import_id=import_id, document=document)
        advance_and_show(import_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    report_import(_details(actor, import_id), as_json=as_json)


@click.command("reread")
@with_appcontext
@click.argument("import_id", type=click.UUID)
@click.option("--encoding", default="")
@click.option("--delimiter", default="", help="One character, or “tab”.")
@click.option("--header-row", type=click.IntRange(min=0), help="The row with the headings; 0 for none.")
@click.option("--part", default="", help="The sheet, the file in an archive, or the list in a JSON file.")
@click.option("--source", default="auto", show_default=True)
@click.option("--kind", default="auto", show_default=True)
@click.option("--template", default="", metavar="NAME", help="A saved mapping; - for none.")
@click.option("--table", default="", metavar="NAME", help="Only this table; the others keep their mapping.")
@as_option
@json_option
def reread(  # noqa: PLR0913 - a command's options
    *,
    import_id: UUID,
    encoding: str,
    delimiter: str,
    header_row: int | None,
    part: str,
    source: str,
    kind: str,
    template: str,
    table: str,
    email: str,
    as_json: bool,
) -> None:
    """Read the file of an import in another way, and check every row anew."""
    actor = acting(email)
    tab = "\t" if delimiter == "tab" else delimiter
    choices = ReadingChoices(encoding=encoding, delimiter=tab, header_row=header_row, part=part)
    asked = AskedReading(choices=choices, source=source, kind=kind, template=template)
    try:
        if table:
            reread_table(actor=actor, now=utc_now(), import_id=import_id, part=table, asked=asked.usual)
        else:
            reread_import(actor=actor, now=utc_now(), import_id=import_id, asked=asked)
        advance_and_show(import_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    report_import(_details(actor, import_id), as_json=as_json)


def _details(actor: Actor, import_id: UUID) -> ImportDetails:
    db.session.rollback()
    return known_import(
        db.session(), organisation_id=actor.organisation_id, import_id=import_id, now=utc_now()
    )


def _named(actor: Actor, name: str) -> SavedMapping:
    saved = template_named(db.session(), organisation_id=actor.organisation_id, name=name)
    if saved is None:
        refuse("There is no such saved mapping.")
    return saved
