"""What differs when htmx asks: a fragment instead of a page, and headers instead of redirects."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

MESSAGES = "#messages"
"""The live region of the frame in which messages appear without a new page."""


def asks_for_fragment() -> bool:
    """Say whether htmx wants only the part that it will replace."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def go_to(address: str) -> ResponseReturnValue:
    """Send the browser to another page of ours; a fragment's request makes the whole window go there."""
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def into_messages(response: AnyResponse) -> AnyResponse:
    """Make htmx show this answer among the messages, and leave what it meant to replace as it is."""
    response.headers["HX-Retarget"] = MESSAGES
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def vary(response: Response) -> Response:
    """Keep caches from giving a fragment to somebody who asked for a page."""
    response.vary.add("HX-Request")
    return response
