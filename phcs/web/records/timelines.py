"""The timeline on the pages of owners and pets: its filters in the address, its entries, page by page."""

from dataclasses import dataclass, replace
from uuid import UUID

from flask import request

from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.queries.paging import Page
from phcs.queries.timeline import (
    TimelineEntry,
    TimelineOf,
    timeline,
    timeline_contents,
)
from phcs.web.access import current_actor
from phcs.web.records.lists import (
    chosen_file,
    chosen_filters,
    chosen_id,
    chosen_member,
    source_choices,
)


@dataclass(frozen=True, slots=True)
class TimelineOnPage:
    """A page of a history with the filters that narrow it."""

    page: Page[TimelineEntry]
    chosen: dict[str, str]
    counts: dict[RecordKind, int]
    source_choices: tuple[tuple[str, str], ...]
    file_name: str
    is_newest: bool


def timeline_on_page(*, owner_id: UUID | None = None, pet_id: UUID | None = None) -> TimelineOnPage:
    """The timeline of an owner or a pet as this request's address asks for it."""
    session, organisation_id = db.session(), current_actor().organisation_id
    whole = TimelineOf(organisation_id=organisation_id, owner_id=owner_id, pet_id=pet_id)
    chosen = chosen_filters("kind", "source", "import")
    import_id = chosen_id(chosen, "import")
    wanted = replace(
        whole,
        kind=chosen_member(chosen, "kind", RecordKind),
        source=chosen.get("source", ""),
        import_id=import_id,
    )
    cursor = request.args.get("cursor")
    contents = timeline_contents(session, of=whole)
    return TimelineOnPage(
        page=timeline(session, of=wanted, cursor=cursor),
        chosen=chosen,
        counts=contents.counts,
        source_choices=source_choices(contents.sources),
        file_name=chosen_file(import_id),
        is_newest=cursor is None,
    )
