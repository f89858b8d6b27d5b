"""`flask imports repair` and `recipes …`: repaired cells of staged rows, and repairs kept for the next file."""

from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup, with_appcontext

from phcs.cli.acting import acting, refuse
from phcs.cli.import_output import report_import
from phcs.cli.progress import advance_and_show
from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, UseCaseError
from phcs.core.reading.tables import TableReading
from phcs.core.repair_recipes import RecipeFile
from phcs.core.repairing import CellRepair, position_of
from phcs.extensions import db
from phcs.queries.imports import ImportDetails, known_import
from phcs.queries.repair_recipes import recipe_named
from phcs.queries.repair_recipes import recipes as saved_recipes
from phcs.services.repair_recipes import delete_recipe, follow_recipe, save_recipe, take_in_recipe
from phcs.services.repairing import Repaired, repair_alike, repair_cells, take_back_repairs
from phcs.services.working import utc_now

recipes = AppGroup("recipes", help="Recipes of repairs: list, save, write to a file, take in, delete.")
as_option = click.option(
    "--as", "email", default="", metavar="EMAIL", help="Who does it; else the first admin."
)


@click.command("repair")
@with_appcontext
@click.argument("import_id", type=click.UUID)
@click.option("--row", "row_no", type=click.IntRange(min=1), help="The row, as the file counts it.")
@click.option(
    "--table", "table_no", type=click.IntRange(min=1), default=1, help="The table, where there are several."
)
@click.option("--column", default="", metavar="HEADING", help="The column: its heading or its letter.")
@click.option("--from", "former", default="", help="Instead of a row: what cells of the column say now.")
@click.option("--value", default=None, help="What it is to say; may be empty.")
@click.option("--recipe", default="", metavar="NAME", help="Repair what this recipe names.")
@click.option("--take-back", "batch_no", type=click.IntRange(min=1), help="Take this batch of repairs back.")
@as_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def repair(
    *,
    import_id: UUID,
    row_no: int | None,
    table_no: int,
    column: str,
    former: str,
    value: str | None,
    recipe: str,
    batch_no: int | None,
    email: str,
    as_json: bool,
) -> None:
    """Repair a cell, one value in all its rows, or what a recipe names; check the rows and make the plan anew."""
    ways = [row_no is not None, bool(former), bool(recipe), batch_no is not None]
    if sum(ways) != 1:
        raise click.UsageError("Say one of --row, --from, --recipe and --take-back.")
    if (row_no or former) and (not column or value is None):
        raise click.UsageError("Say --column and --value as well.")
    actor = acting(email)
    try:
        if recipe:
            done = follow_recipe(
                actor=actor, now=utc_now(), import_id=import_id, name=recipe, table_no=table_no
            )
        elif batch_no is not None:
            done = take_back_repairs(actor=actor, now=utc_now(), import_id=import_id, batch_no=batch_no)
        else:
            done = _repaired(actor, import_id, (table_no, row_no), column, former, value or "")
        advance_and_show(import_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    if not as_json:
        click.echo(f"Batch {done.batch_no}: {done.cells} cells in {done.rows} rows.")
    report_import(_details(actor, import_id), as_json=as_json)


@recipes.command("list")
@as_option
def list_recipes(*, email: str) -> None:
    """List the recipes."""
    for one in saved_recipes(db.session(), organisation_id=acting(email).organisation_id):
        click.echo(
            f"{one.name}  {len(one.steps)} values  saved {one.created_at:%Y-%m-%d} by {one.created_by_name}"
        )


@recipes.command("save")
@click.argument("import_id", type=click.UUID)
@click.argument("name")
@click.option(
    "--table", "table_no", type=click.IntRange(min=1), default=1, help="The table, where there are several."
)
@as_option
def save(*, import_id: UUID, name: str, table_no: int, email: str) -> None:
    """Save the repairs of an import by value as a recipe."""
    try:
        number = save_recipe(
            actor=acting(email), now=utc_now(), import_id=import_id, name=name, table_no=table_no
        )
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(f"Saved with {number} values.")


@recipes.command("export")
@click.argument("name")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; else it is printed."
)
@as_option
def export(*, name: str, output: Path | None, email: str) -> None:
    """Write a recipe as JSON, for another installation."""
    try:
        one = recipe_named(db.session(), organisation_id=acting(email).organisation_id, name=name)
    except UseCaseError as problem:
        refuse(problem.sentence)
    content = RecipeFile(one.name, one.headings, one.steps).as_bytes()
    if output:
        output.write_bytes(content)
    else:
        click.echo(content.decode())


@recipes.command("take-in")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", default="", help="Its name here; else the one in the file.")
@as_option
def take_in(*, file: Path, name: str, email: str) -> None:
    """Save a recipe out of a FILE that `export` wrote."""
    try:
        number = take_in_recipe(actor=acting(email), now=utc_now(), content=file.read_bytes(), name=name)
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(f"Saved with {number} values.")


@recipes.command("delete")
@click.argument("name")
@as_option
def delete(*, name: str, email: str) -> None:
    """Delete a recipe; what it repaired stays repaired."""
    actor = acting(email)
    try:
        one = recipe_named(db.session(), organisation_id=actor.organisation_id, name=name)
        delete_recipe(actor=actor, now=utc_now(), recipe_id=one.id)
    except UseCaseError as problem:
        refuse(problem.sentence)


def _repaired(
    actor: Actor, import_id: UUID, place: tuple[int, int | None], column: str, former: str, value: str
) -> Repaired:
    table_no, row_no = place
    position = position_of(_reading(actor, import_id, table_no), column)
    if row_no is None:
        return repair_alike(
            actor=actor,
            now=utc_now(),
            import_id=import_id,
            table_no=table_no,
            position=position,
            former=former,
            value=value,
        )
    repairs = [CellRepair(row_no, position, value, table_no=table_no)]
    return repair_cells(actor=actor, now=utc_now(), import_id=import_id, repairs=repairs)


def _reading(actor: Actor, import_id: UUID, table_no: int) -> TableReading:
    tables = {table.table_no: table for table in _details(actor, import_id).tables}
    if not tables:
        raise InvalidInputError("The file has not been read yet, so it has no rows.")
    if table_no not in tables:
        raise InvalidInputError(f"This import has no table {table_no}.")
    return tables[table_no].reading


def _details(actor: Actor, import_id: UUID) -> ImportDetails:
    db.session.rollback()
    return known_import(
        db.session(), organisation_id=actor.organisation_id, import_id=import_id, now=utc_now()
    )
