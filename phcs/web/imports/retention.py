"""When the file and the rows of an import are deleted, or were, in words."""

from flask import Blueprint
from markupsafe import Markup, escape

from phcs.extensions import current_settings
from phcs.queries.imports import ImportDetails
from phcs.services.working import keep_days
from phcs.web.moments import day
from phcs.wording import retention_sentences


def import_retention(found: ImportDetails) -> list[Markup]:
    """The sentences about an import's file and rows, with their days in the organisation's time zone."""
    told = retention_sentences(
        state=found.row.state,
        finished_at=found.row.finished_at,
        reversed_at=found.reversed_at,
        purged=found.purged,
        keep=keep_days(current_settings()),
    )
    return [escape(sentence).format(day=day(moment)) for sentence, moment in told]


def register(bp: Blueprint) -> None:
    """Give templates the sentences."""
    bp.add_app_template_global(import_retention, "import_retention")
