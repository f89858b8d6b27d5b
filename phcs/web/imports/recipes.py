"""Recipes: repairs of one import by value, saved and followed in the next file of the same shape."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.repair_recipes import RecipeFile
from phcs.extensions import db
from phcs.queries.repair_recipes import import_steps, recipe_effects, recipe_with_id
from phcs.services.repair_recipes import delete_recipe, follow_recipe, save_recipe
from phcs.tasks import hint
from phcs.web.access import current_actor
from phcs.web.imports.check import may_repair
from phcs.web.imports.looking import details_of
from phcs.web.imports.words import counted
from phcs.web.row_addresses import asked_table

bp = Blueprint("recipes", __name__, url_prefix="/<uuid:import_id>/recipes")


@bp.post("")
@requires(Permission.REPAIR_ROWS)
def save(import_id: UUID) -> ResponseReturnValue:
    """Save the chosen repairs of this import under a name."""
    actor = current_actor()
    table_no = request.form.get("table", 1, type=int)
    made = import_steps(
        db.session(), organisation_id=actor.organisation_id, import_id=import_id, table_no=table_no
    )
    ticked = set(request.form.getlist("step"))
    chosen = [one for number, one in enumerate(made) if f"{number}" in ticked]
    try:
        number = save_recipe(
            actor=actor,
            now=datetime.now(UTC),
            import_id=import_id,
            name=request.form.get("name", ""),
            steps=chosen,
            table_no=table_no,
        )
        flash(f"Saved, with {counted(number, 'value')}.", category="success")
    except InvalidInputError as problem:
        flash(problem.sentence, category="danger")
    return redirect(url_for("imports.repairs.show", import_id=import_id))


@bp.get("/<uuid:recipe_id>")
@requires(Permission.SEE_IMPORTS)
def preview(import_id: UUID, recipe_id: UUID) -> str:
    """Show what a recipe would do to this import."""
    found, organisation_id = details_of(import_id), current_actor().organisation_id
    recipe = recipe_with_id(db.session(), organisation_id=organisation_id, recipe_id=recipe_id)
    table_no = asked_table(found) or 1
    effects = [
        one
        for table in found.tables
        if table.table_no == table_no
        for one in recipe_effects(
            db.session(), organisation_id=organisation_id, import_id=import_id, table=table, recipe=recipe
        )
    ]
    return render_template(
        "imports/recipe.html",
        found=found,
        recipe=recipe,
        effects=effects,
        table_no=table_no,
        cells=sum(one.cells for one in effects),
        may_repair=may_repair(found),
    )


@bp.post("/<uuid:recipe_id>/follow")
@requires(Permission.REPAIR_ROWS)
def follow(import_id: UUID, recipe_id: UUID) -> ResponseReturnValue:
    """Do what the recipe says."""
    actor = current_actor()
    recipe = recipe_with_id(db.session(), organisation_id=actor.organisation_id, recipe_id=recipe_id)
    table_no = request.form.get("table", 1, type=int)
    try:
        done = follow_recipe(
            actor=actor, now=datetime.now(UTC), import_id=import_id, name=recipe.name, table_no=table_no
        )
    except InvalidInputError as problem:
        flash(problem.sentence, category="danger")
        return redirect(
            url_for("imports.recipes.preview", import_id=import_id, recipe_id=recipe_id, table=table_no)
        )
    hint(import_id)
    said = f"{counted(done.cells, 'cell')} in {counted(done.rows, 'row')} repaired and checked."
    flash(f"{said} The plan is being made anew.", category="success")
    return redirect(url_for("imports.check.show", import_id=import_id))


@bp.get("/<uuid:recipe_id>/file")
@requires(Permission.SEE_IMPORTS)
def download(import_id: UUID, recipe_id: UUID) -> Response:
    """Download the recipe, for another installation."""
    details_of(import_id)
    recipe = recipe_with_id(
        db.session(), organisation_id=current_actor().organisation_id, recipe_id=recipe_id
    )
    return Response(
        RecipeFile(recipe.name, recipe.headings, recipe.steps).as_bytes(),
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="recipe-{recipe.id}.json"',
            "Cache-Control": "no-store",
        },
    )


@bp.post("/<uuid:recipe_id>/delete")
@requires(Permission.REPAIR_ROWS)
def delete(import_id: UUID, recipe_id: UUID) -> ResponseReturnValue:
    """Delete a recipe."""
    delete_recipe(actor=current_actor(), now=datetime.now(UTC), recipe_id=recipe_id)
    flash("The recipe is deleted.", category="success")
    return redirect(url_for("imports.repairs.show", import_id=import_id))
