"""What the three lists have in common: the filters in their addresses, and the answer as page or fragment."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import render_template, request

from phcs.core.errors import InvalidInputError
from phcs.extensions import db
from phcs.queries.paging import Page
from phcs.queries.provenance import file_name_of
from phcs.queries.searching import BY_HAND, Shown
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.records.wording import source_text

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class RecordList:
    """One page of a list, with the filters as the address gave them."""

    page: Page[Any]
    chosen: Mapping[str, str]
    """Filters that are set, by their names in the address; what links to other pages of the list keep."""
    source_choices: tuple[tuple[str, str], ...] = ()
    """Where records of the list came from: values of the filter `source` with their words."""
    file_name: str = ""
    """The export file of the import that the list is narrowed to."""


def list_page(template: str, found: RecordList) -> str:
    """The whole page, or for htmx only the table, out of the same partial."""
    return render_template(f"records/{'_' if asks_for_fragment() else ''}{template}.html", found=found)


def source_choices(sources: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The choices of the filter `source`."""
    return tuple((source or BY_HAND, source_text(source)) for source in sources)


def chosen_filters(*names: str) -> dict[str, str]:
    """The filters of this request that say something."""
    return {name: value for name in names if (value := request.args.get(name, "").strip())}


def chosen_member(chosen: Mapping[str, str], name: str, members: type[E]) -> E | None:
    """A filter's value out of a fixed list. Raises InvalidInputError for another word."""
    if name not in chosen:
        return None
    try:
        return members(chosen[name])
    except ValueError as error:
        raise InvalidInputError(f"There is no {name} called “{chosen[name][:40]}”.") from error


def chosen_id(chosen: Mapping[str, str], name: str) -> UUID | None:
    """A filter's value as the id of something. Raises InvalidInputError for anything else."""
    if name not in chosen:
        return None
    try:
        return UUID(chosen[name])
    except ValueError as error:
        raise InvalidInputError(
            f"This address names no {name}. Follow a link to it instead of typing it."
        ) from error


def chosen_shown(chosen: Mapping[str, str]) -> Shown:
    """Whether archived records are wanted; live ones only unless the address says otherwise."""
    return chosen_member(chosen, "shown", Shown) or Shown.LIVE


def chosen_file(import_id: UUID | None) -> str:
    """The file name of the import to which a list is narrowed. Raises NotFoundError for an unknown import."""
    if import_id is None:
        return ""
    return file_name_of(db.session(), organisation_id=current_actor().organisation_id, import_id=import_id)
