"""Looking an import up for a page, and telling the workers about it after something was decided."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError, UseCaseError
from phcs.extensions import db
from phcs.queries.imports import ImportDetails, known_import
from phcs.tasks import hint
from phcs.web.access import current_actor


def details_of(import_id: UUID) -> ImportDetails:
    """The import in full. Raises NotFoundError, the same for another organisation's and for none."""
    return known_import(
        db.session(),
        organisation_id=current_actor().organisation_id,
        import_id=import_id,
        now=datetime.now(UTC),
    )


def overview_address(import_id: UUID) -> str:
    """The page of an import."""
    return url_for("imports.overview.show", import_id=import_id)


def decided(
    import_id: UUID,
    use_case: Callable[[], None],
    *,
    said: str,
    back: str = "",
    after: str = "",
    again: Callable[[str], str] | None = None,
) -> ResponseReturnValue:
    """Carry a decision out, hint at it, and go on to the page `after`.

    A refusal is said on the page `back`; both are the import's own page unless others are given. Where what was
    written has to be changed, `again` gives the form once more, with the sentence and all that was written.
    """
    try:
        use_case()
    except (NotFoundError, NotAllowedError):
        raise
    except UseCaseError as problem:
        if again and isinstance(problem, InvalidInputError):
            return again(problem.sentence), 422
        flash(problem.sentence, category="danger")
        return redirect(back or overview_address(import_id))
    return gone_on(import_id, said=said, after=after)


def gone_on(import_id: UUID, *, said: str, after: str = "") -> ResponseReturnValue:
    """Tell the workers, say what was done, and go on to the import's page or another one."""
    hint(import_id)
    flash(said, category="success")
    return redirect(after or overview_address(import_id))
