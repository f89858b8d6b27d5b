"""In which order the tables of one import are planned, promoted and undone: parents before children."""

from phcs.core.records import RecordKind

_ORDER = {kind.value: place for place, kind in enumerate(RecordKind)}


def planning_key(kind: str, name: str) -> tuple[int, str]:
    """Return by what the tables of an import are sorted before they are numbered."""
    return _ORDER.get(kind, len(_ORDER)), name
