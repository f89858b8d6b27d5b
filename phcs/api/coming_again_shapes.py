"""The shapes of answers about a later export of a source, and an example."""

from typing import Any, TypedDict

from phcs.api.examples import OWNER_ID


class ConflictRowShape(TypedDict):
    """One fact of one row, as it is here and as the file says it."""

    table: int
    row: int
    ours: str
    theirs: str


class ConflictGroupShape(TypedDict):
    """All conflicts about one fact of one kind of record; `take` is `ours` or `theirs`."""

    kind: str
    fact: str
    rows: int
    take: str
    by: str
    first: list[ConflictRowShape]


class GoneRecordShape(TypedDict):
    """One record that no row names."""

    external_id: str
    record: str


class GoneShape(TypedDict):
    """The records of one kind that earlier imports brought and that no row of this file names.

    They are gone from the source only if the file holds all of its records of the kind.
    """

    kind: str
    source: str
    number: int
    first: list[GoneRecordShape]


class ComingAgainShape(TypedDict):
    """Both, and the state of the import."""

    conflicts: list[ConflictGroupShape]
    gone: list[GoneShape]
    state: str


COMING_AGAIN: dict[str, Any] = {
    "conflicts": [
        {
            "kind": "vaccination",
            "fact": "lot",
            "rows": 1,
            "take": "ours",
            "by": "",
            "first": [{"table": 3, "row": 17, "ours": "A-118", "theirs": "A-181"}],
        }
    ],
    "gone": [
        {
            "kind": "owner",
            "source": "okvet",
            "number": 1,
            "first": [{"external_id": "4711", "record": OWNER_ID}],
        }
    ],
    "state": "review",
}
