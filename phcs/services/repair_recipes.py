"""Saving repairs by value as a recipe, following one, deleting it, and taking one in as a file."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.mapping.templates import UsedTemplate, heading_signature
from phcs.core.permissions import Permission
from phcs.core.reading.tables import TableReading
from phcs.core.repair_recipes import (
    RecipeFile,
    RecipeStep,
    require_steps,
    steps_by_position,
    stored_steps,
)
from phcs.core.repairing import RepairWay
from phcs.models.imports import SourceTable
from phcs.models.repairs import RepairRecipe
from phcs.queries.mapping_templates import name_key
from phcs.queries.repair_recipes import import_steps, recipe_named
from phcs.services import auditing
from phcs.services.identifiers import new_id
from phcs.services.import_moves import find_import
from phcs.services.repair_work import open_work
from phcs.services.repairing import Repaired, ended, repair_all_saying
from phcs.services.transactions import transaction

LONGEST_NAME = 100
MOST_RECIPES = 200


def save_recipe(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    name: str,
    steps: Collection[RecipeStep] | None = None,
    table_no: int = 1,
) -> int:
    """Save a table's repairs by value under a name, or those of `steps`; gives how many values that are.

    A recipe of the same name is replaced. It goes with the saved mapping that the import was mapped with, and with
    files of the same headings. Raises InvalidInputError for a name that cannot be, and where there is no repair by
    value; NotFoundError.
    """
    actor.require(Permission.REPAIR_ROWS)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        table = session.get(SourceTable, (found.id, table_no))
        if table is None:
            raise InvalidInputError("The file has not been read yet, so nothing was repaired in it.")
        made = import_steps(
            session, organisation_id=found.organisation_id, import_id=found.id, table_no=table_no
        )
        kept = require_steps([one for one in made if steps is None or one in steps])
        reading, template = TableReading.from_json(table.reading), UsedTemplate.from_json(table.template)
        headings = tuple(column.heading_given or column.heading for column in reading.columns)
        file = RecipeFile(name, headings, kept)
        _put(session, actor, now, file, template=template.name if template else "", import_id=found.id)
    return len(kept)


def take_in_recipe(*, actor: Actor, now: datetime, content: bytes, name: str = "") -> int:
    """Save a recipe out of a file of ours; gives how many values it has. Raises InvalidInputError for others."""
    actor.require(Permission.REPAIR_ROWS)
    file = RecipeFile.from_bytes(content)
    with transaction() as session:
        called = RecipeFile(name or file.name, file.headings, file.steps)
        _put(session, actor, now, called, template="", import_id=None)
    return len(file.steps)


def follow_recipe(*, actor: Actor, now: datetime, import_id: UUID, name: str, table_no: int = 1) -> Repaired:
    """Repair every cell of a table of an import that a recipe names, as one batch.

    Raises InvalidInputError when no cell says what it names; NotFoundError for no such recipe; else as
    `repair_cells`.
    """
    with transaction() as session:
        work = open_work(session, actor, import_id, now, RepairWay.RECIPE, table_no=table_no)
        recipe = recipe_named(session, organisation_id=work.found.organisation_id, name=name)
        work.recipe = recipe.name
        positions = steps_by_position(recipe.steps, work.table.reading, work.table.mapping)
        for position, texts in positions.items():
            repair_all_saying(work, position, texts)
        if not work.rows:
            raise InvalidInputError(f"No cell of this file says what “{recipe.name}” repairs.")
        session.execute(
            sa.update(RepairRecipe)
            .where(RepairRecipe.organisation_id == actor.organisation_id, RepairRecipe.id == recipe.id)
            .values(used_at=now)
            .execution_options(synchronize_session=False)
        )
        return ended(work)


def delete_recipe(*, actor: Actor, now: datetime, recipe_id: UUID) -> None:
    """Delete a recipe with the values in it; what it repaired stays repaired. Raises NotFoundError."""
    actor.require(Permission.REPAIR_ROWS)
    with transaction() as session:
        found = session.scalar(
            sa.select(RepairRecipe).where(
                RepairRecipe.organisation_id == actor.organisation_id, RepairRecipe.id == recipe_id
            )
        )
        if found is None:
            raise NotFoundError("There is no such recipe.")
        session.delete(found)
        session.flush()
        _record(session, actor, now, "recipe.deleted", found, import_id=None)


def _put(
    session: Session,
    actor: Actor,
    now: datetime,
    file: RecipeFile,
    *,
    template: str,
    import_id: UUID | None,
) -> None:
    """Keep a recipe in the place of an earlier one of its name."""
    called = _plain_name(file.name)
    of_organisation = RepairRecipe.organisation_id == actor.organisation_id
    session.execute(
        sa.delete(RepairRecipe)
        .where(of_organisation, RepairRecipe.name_key == name_key(called))
        .execution_options(synchronize_session=False)
    )
    number = session.scalar(sa.select(sa.func.count()).select_from(RepairRecipe).where(of_organisation))
    if (number or 0) >= MOST_RECIPES:
        raise InvalidInputError(f"There are {MOST_RECIPES} recipes already. Delete one that is not needed.")
    kept = RepairRecipe(
        id=new_id(),
        organisation_id=actor.organisation_id,
        name=called,
        name_key=name_key(called),
        heading_signature=heading_signature(file.headings),
        template=template,
        headings=list(file.headings),
        steps=stored_steps(file.steps),
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=now,
    )
    session.add(kept)
    session.flush()
    _record(session, actor, now, "recipe.saved", kept, import_id=import_id)


def _plain_name(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise InvalidInputError(f"Give the recipe a name of 1 to {LONGEST_NAME} characters.")
    return called


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    recipe: RepairRecipe,
    *,
    import_id: UUID | None,
) -> None:
    auditing.record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject_kind="recipe",
        subject_id=recipe.id,
        import_id=import_id,
        detail={"name": recipe.name, "values": len(recipe.steps)},
    )
