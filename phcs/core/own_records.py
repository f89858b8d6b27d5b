"""Our own export files name records by their ids: read by the organisation that wrote them, they find them."""

from uuid import UUID

OWN_EXPORT = "phcs"
"""The source of files that `flask exports` wrote."""


def own_record_id(source: str, external_id: str) -> UUID | None:
    """The record that an external id may name by itself; None for another source, and for what is no id."""
    if source != OWN_EXPORT:
        return None
    try:
        return UUID(external_id)
    except ValueError:
        return None
