"""What an endpoint says of itself, next to its code; `openapi` makes the document of it.

Summary and text come from the view's docstring, the path's parameters from its rule, the scopes from its permission.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

JSON = "application/json"
MULTIPART = "multipart/form-data"
CSV = "text/csv"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of the address or a field of a body; `kind` is a type of JSON Schema, `file`, `files` or `object`."""

    name: str
    about: str
    kind: str = "string"
    example: Any = None
    choices: tuple[str, ...] = ()
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a request brings: fields, or a document of a shape that is named elsewhere."""

    fields: tuple[Field, ...] = ()
    media_type: str = JSON
    shape: Any = None
    example: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets when it succeeds; `shape` is a TypedDict, None for one without a body."""

    about: str
    status: int = 200
    shape: Any = None
    example: Any = None
    media_types: tuple[str, ...] = (JSON,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One endpoint. `refusals` are the codes that its use case may answer with, besides those of every request."""

    section: str
    answer: Answer
    query: tuple[Field, ...] = ()
    body: Body | None = None
    refusals: tuple[str, ...] = ()


def described(
    section: str,
    answer: Answer,
    *,
    query: tuple[Field, ...] = (),
    body: Body | None = None,
    refusals: tuple[str, ...] = (),
) -> Callable[[View], View]:
    """Give a view its description."""

    def describe(view: View) -> View:
        view.description = Description(  # type: ignore[attr-defined]
            section=section, answer=answer, query=query, body=body, refusals=refusals
        )
        return view

    return describe


CURSOR = Field("cursor", "Where to go on: `next` of the page before.")
SIZE = Field("size", "How many on one page, at most 500.", "integer", example=50, default=50)
PAGING = (CURSOR, SIZE)
TABLE = Field(
    "table", "The table by its number, where the import has several.", "integer", example=1, default=1
)
