"""The shapes of what a review says besides the rows: comments, and what is unusual about a file."""

from typing import TypedDict


class CommentShape(TypedDict):
    """What somebody wrote about an import; `rows` are the numbers of those that it is about."""

    id: str
    text: str
    sent_back: bool
    rows: list[int | str]
    by: str
    at: str


class CommentsShape(TypedDict):
    """All comments on an import, oldest first."""

    comments: list[CommentShape]


class GuardShape(TypedDict):
    """Something unusual about a file as a whole; `confirmed_at` is null while nobody has said why it is right."""

    guard: str
    title: str
    sentence: str
    confirmed_by: str | None
    confirmed_at: str | None
    reason: str | None


class GuardsShape(TypedDict):
    """What is unusual about a file; an approval needs a reason for each that nobody has confirmed."""

    guards: list[GuardShape]
