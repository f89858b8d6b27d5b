"""The shapes of answers about orphans, and an example."""

from typing import Any, TypedDict

from phcs.api.examples import OWNER_ID


class OrphanRowShape(TypedDict):
    """One row: what it belongs to, and why that is not there."""

    row: int
    belongs_to: str
    why: str


class OrphanGroupShape(TypedDict):
    """The orphans of one table with one reason, in `code`; `held_back` of `rows` are not imported by the plan.

    `choice` is '' while nobody has decided. Nothing is to be decided about `parent.waiting`: such rows come with the
    rows to which they belong.
    """

    table: int
    name: str
    code: str
    rows: int
    held_back: int
    choice: str
    owner: str
    by: str
    at: str | None
    first: list[OrphanRowShape]


class OrphansShape(TypedDict):
    """The groups, and the state of the import."""

    groups: list[OrphanGroupShape]
    state: str


ORPHANS: dict[str, Any] = {
    "groups": [
        {
            "table": 2,
            "name": "mascotas.csv",
            "code": "parent.missing",
            "rows": 3,
            "held_back": 0,
            "choice": "owner",
            "owner": OWNER_ID,
            "by": "Ana Ruiz",
            "at": "2026-11-21T09:30:00+00:00",
            "first": [
                {
                    "row": 17,
                    "belongs_to": "the owner 4711",
                    "why": "this owner is neither in this import nor in PHCS",
                }
            ],
        }
    ],
    "state": "review",
}
