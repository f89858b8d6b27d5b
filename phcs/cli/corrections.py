"""`flask imports errors`, `correct`, `quality`, `on-error`: rejected rows out and back, and what became of findings."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup

from phcs.cli.acting import acting, refuse
from phcs.cli.import_output import report_import
from phcs.cli.progress import advance_and_show
from phcs.core.actors import Actor
from phcs.core.correcting import FORMATS, PACKED
from phcs.core.correcting.writing import file_pieces
from phcs.core.errors import UseCaseError
from phcs.core.options import OnError
from phcs.core.packing import packed_pieces
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db
from phcs.queries.imports import known_import
from phcs.queries.quality import QualityFilter, all_entries
from phcs.queries.quality_file import quality_table
from phcs.queries.rejected_rows import error_table, error_tables
from phcs.services.correcting import Corrected, correct_rows
from phcs.services.error_choice import choose_on_error
from phcs.services.working import utc_now, workshop_from

as_option = click.option(
    "--as", "email", default="", metavar="EMAIL", help="Who does it; else the first admin."
)
output_option = click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False),
    help="The file to write; one that exists is replaced.",
)


def register(group: AppGroup) -> None:
    """Add the commands to `flask imports`."""
    for command in (write_errors, correct, write_quality, on_error):
        group.add_command(command)


@click.command("errors")
@click.argument("import_id", type=click.UUID)
@output_option
@click.option("--table", "table_no", type=click.IntRange(min=1), help="Which table's rows, by its number.")
@as_option
def write_errors(*, import_id: UUID, output: str, table_no: int | None, email: str) -> None:
    """Write the rejected rows of an import to a CSV or XLSX file, with row ids and reasons, to be repaired.

    To a ZIP file: a CSV for each table.
    """
    form = next((one for one in FORMATS if output.lower().endswith(f".{one}")), "csv")
    try:
        actor = _seeing(email)
        session = db.session()
        details = known_import(
            session, organisation_id=actor.organisation_id, import_id=import_id, now=utc_now()
        )
        of = actor.organisation_id
        if form == PACKED:
            number = _write_packed(output, error_tables(session, details, organisation_id=of))
        else:
            table = error_table(session, details, organisation_id=of, form=form, table_no=table_no)
            number = _write(output, table, form)
    except UseCaseError as problem:
        refuse(problem.sentence)
    except OSError as problem:
        refuse(f"{output} cannot be written: {problem.strerror}. Choose another place.")
    click.echo(f"{number:,} rejected rows written to {output}.", err=output == "-")


@click.command("correct")
@click.argument("import_id", type=click.UUID)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def correct(*, import_id: UUID, file: Path, email: str, as_json: bool) -> None:
    """Take FILE, rejected rows with corrections, back into an import; once that is completed, into a new one."""
    actor = acting(email)
    workshop = workshop_from(current_settings())
    try:
        with file.open("rb") as stream:
            done = correct_rows(
                actor=actor,
                now=utc_now(),
                import_id=import_id,
                stream=stream,
                file_name=file.name,
                workshop=workshop,
            )
        click.echo(_said(done, import_id), err=as_json)
        if done.rows:
            advance_and_show(done.import_id)
        db.session.rollback()
        details = known_import(
            db.session(), organisation_id=actor.organisation_id, import_id=done.import_id, now=utc_now()
        )
    except UseCaseError as problem:
        refuse(problem.sentence)
    report_import(details, as_json=as_json)


@click.command("quality")
@click.argument("import_id", type=click.UUID, required=False)
@output_option
@as_option
def write_quality(*, import_id: UUID | None, output: str, email: str) -> None:
    """Write the data-quality log of an import, or of all of them, to a CSV file."""
    try:
        actor = _seeing(email)
        session = db.session()
        if import_id is not None:
            known_import(session, organisation_id=actor.organisation_id, import_id=import_id, now=utc_now())
        found = all_entries(
            session, organisation_id=actor.organisation_id, wanted=QualityFilter(), import_id=import_id
        )
        number = _write(output, quality_table(found), "csv")
    except UseCaseError as problem:
        refuse(problem.sentence)
    except OSError as problem:
        refuse(f"{output} cannot be written: {problem.strerror}. Choose another place.")
    click.echo(f"{number:,} findings written to {output}.", err=output == "-")


@click.command("on-error")
@click.argument("import_id", type=click.UUID)
@click.argument("choice", type=click.Choice([one.value for one in OnError]))
@as_option
def on_error(*, import_id: UUID, choice: str, email: str) -> None:
    """Let an import stop at rows with errors, or skip them, while it waits for its review."""
    try:
        choose_on_error(actor=acting(email), now=utc_now(), import_id=import_id, on_error=choice)
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(
        "Nothing is imported while rows have errors." if choice == "stop" else "Good rows are imported."
    )


def _seeing(email: str) -> Actor:
    actor = acting(email)
    actor.require(Permission.SEE_IMPORTS)
    return actor


def _write(output: str, table: Iterable[Sequence[str]], form: str) -> int:
    """Write the file, whole or not at all; gives the number of rows below the headings."""
    number = -1

    def counted() -> Iterator[Sequence[str]]:
        nonlocal number
        for row in table:
            number += 1
            yield row

    with click.open_file(output, "wb", atomic=output != "-") as file:
        for piece in file_pieces(counted(), form=form):
            file.write(piece)
    return max(0, number)


def _write_packed(output: str, files: Iterable[tuple[str, Iterable[Sequence[str]]]]) -> int:
    """Write a ZIP of CSV files, whole or not at all; gives the number of rows below the headings."""
    rows = 0

    def counted(table: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
        nonlocal rows
        for number, row in enumerate(table):
            rows += bool(number)
            yield row

    with click.open_file(output, "wb", atomic=output != "-") as file:
        for piece in packed_pieces((name, file_pieces(counted(table), form="csv")) for name, table in files):
            file.write(piece)
    return rows


def _said(done: Corrected, import_id: UUID) -> str:
    if not done.rows:
        return "No cell of the file differs from the import, so nothing was changed."
    rows = "1 row" if done.rows == 1 else f"{done.rows:,} rows"
    cells = "1 cell" if done.cells == 1 else f"{done.cells:,} cells"
    where = "" if done.import_id == import_id else f" They are brought by a new import, {done.import_id}."
    return f"{rows} corrected, {cells} changed.{where}"
