"""Recipes of repairs: all of an organisation, those that fit an import, and what one would do to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from phcs.core.errors import NotFoundError
from phcs.core.mapping.templates import heading_signature
from phcs.core.repair_recipes import RecipeStep, steps_by_position, steps_from_stored, steps_of
from phcs.core.repairing import ROW_ITSELF
from phcs.models.finding_causes import FindingCause, FindingValue
from phcs.models.repairs import Repair, RepairRecipe
from phcs.queries.among import among
from phcs.queries.import_tables import ImportTable
from phcs.queries.mapping_templates import name_key
from phcs.queries.staged_values import values_saying

MOST = 200
"""So many recipes of an organisation are listed."""
_MOST_REPAIRS = 5_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """Repairs by value under a name."""

    id: UUID
    name: str
    template: str
    headings: tuple[str, ...]
    steps: tuple[RecipeStep, ...]
    created_by_name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferedRecipe:
    """A recipe that fits a file: how many of its values were found wrong there, in how many cells."""

    recipe: Recipe
    values: int
    cells: int
    table_no: int = 1


@dataclass(frozen=True, slots=True)
class StepEffect:
    """What one step would do: in so many cells."""

    heading: str
    former: str
    value: str
    cells: int


def recipes(session: Session, *, organisation_id: UUID) -> tuple[Recipe, ...]:
    """The organisation's recipes by name."""
    rows = session.scalars(
        sa.select(RepairRecipe)
        .where(RepairRecipe.organisation_id == organisation_id)
        .order_by(RepairRecipe.name_key)
        .limit(MOST)
    )
    return tuple(map(_recipe, rows))


def recipe_named(session: Session, *, organisation_id: UUID, name: str) -> Recipe:
    """The recipe of this name, in whatever case it is written. Raises NotFoundError."""
    found = session.scalar(
        sa.select(RepairRecipe).where(
            RepairRecipe.organisation_id == organisation_id, RepairRecipe.name_key == name_key(name)
        )
    )
    if found is None:
        raise NotFoundError(f"There is no recipe called “{name[:100]}”.")
    return _recipe(found)


def recipe_with_id(session: Session, *, organisation_id: UUID, recipe_id: UUID) -> Recipe:
    """The recipe. Raises NotFoundError, the same for another organisation's and for none."""
    found = session.scalar(
        sa.select(RepairRecipe).where(
            RepairRecipe.organisation_id == organisation_id, RepairRecipe.id == recipe_id
        )
    )
    if found is None:
        raise NotFoundError("There is no such recipe.")
    return _recipe(found)


def fitting_recipes(
    session: Session, *, organisation_id: UUID, import_id: UUID, table: ImportTable
) -> tuple[OfferedRecipe, ...]:
    """Recipes made for files of this shape that would repair what was found here; those of most use first.

    Looks at the sums of the findings, so it takes the same time for any file.
    """
    headings = [column.heading_given or column.heading for column in table.reading.columns]
    alike = [RepairRecipe.heading_signature == heading_signature(headings)]
    if table.template:
        alike.append(RepairRecipe.template == table.template.name)
    rows = session.scalars(
        sa.select(RepairRecipe)
        .where(RepairRecipe.organisation_id == organisation_id, sa.or_(*alike))
        .order_by(RepairRecipe.name_key)
        .limit(20)
    ).all()
    offered = [_offered(session, organisation_id, import_id, table.table_no, _recipe(one)) for one in rows]
    return tuple(sorted((one for one in offered if one.cells), key=lambda one: -one.cells))


def recipe_effects(
    session: Session, *, organisation_id: UUID, import_id: UUID, table: ImportTable, recipe: Recipe
) -> tuple[StepEffect, ...]:
    """What a recipe would do to the staged rows, step by step; steps without any cell are left out."""
    effects = []
    for position, texts in steps_by_position(recipe.steps, table.reading, table.mapping).items():
        counts = values_saying(
            session,
            organisation_id=organisation_id,
            import_id=import_id,
            table_no=table.table_no,
            position=position,
            texts=list(texts),
        )
        heading = table.reading.columns[position].heading
        effects += [
            StepEffect(heading, former, value, counts[former])
            for former, value in texts.items()
            if counts.get(former)
        ]
    return tuple(effects)


def import_steps(
    session: Session, *, organisation_id: UUID, import_id: UUID, table_no: int = 1
) -> tuple[RecipeStep, ...]:
    """What the repairs of a table of an import come to as steps of a recipe."""
    later = aliased(Repair)
    is_superseded = sa.exists().where(
        later.import_id == Repair.import_id,
        later.table_no == Repair.table_no,
        later.row_no == Repair.row_no,
        later.position == Repair.position,
        later.batch_no > Repair.batch_no,
        later.taken_back.is_(False),
        later.fits.is_(True),
    )
    rows = session.execute(
        sa.select(Repair.heading, Repair.raw, Repair.value)
        .where(
            Repair.organisation_id == organisation_id,
            Repair.import_id == import_id,
            Repair.table_no == table_no,
            Repair.position != ROW_ITSELF,
            Repair.taken_back.is_(False),
            Repair.fits.is_(True),
            ~is_superseded,
        )
        .group_by(Repair.heading, Repair.raw, Repair.value)
        .order_by(Repair.heading, Repair.raw, Repair.value)
        .limit(_MOST_REPAIRS)
    )
    return steps_of((heading, raw, value) for heading, raw, value in rows)


def _offered(
    session: Session, organisation_id: UUID, import_id: UUID, table_no: int, recipe: Recipe
) -> OfferedRecipe:
    wanted = {(one.heading, one.former[:200]) for one in recipe.steps}
    rows: Sequence[Any] = session.execute(
        sa.select(FindingCause.column_name, FindingValue.value, FindingValue.number)
        .join(
            FindingCause,
            sa.and_(
                FindingCause.import_id == FindingValue.import_id,
                FindingCause.table_no == FindingValue.table_no,
                FindingCause.cause_no == FindingValue.cause_no,
            ),
        )
        .where(
            FindingValue.organisation_id == organisation_id,
            FindingValue.import_id == import_id,
            FindingValue.table_no == table_no,
            FindingValue.number > 0,
            among(session, FindingValue.value, sorted({former for _, former in wanted})),
        )
    ).all()
    numbers = {(column, value): number for column, value, number in rows if (column, value) in wanted}
    return OfferedRecipe(recipe, len(numbers), sum(numbers.values()), table_no)


def _recipe(found: RepairRecipe) -> Recipe:
    return Recipe(
        id=found.id,
        name=found.name,
        template=found.template,
        headings=tuple(found.headings),
        steps=steps_from_stored(found.steps),
        created_by_name=found.created_by_name,
        created_at=found.created_at,
        used_at=found.used_at,
    )
