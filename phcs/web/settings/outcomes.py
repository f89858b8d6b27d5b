"""Saying what came of a button on a settings page."""

from collections.abc import Callable

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from phcs.core.errors import InvalidInputError


def done(address: str, use_case: Callable[[], object], sentence: str) -> ResponseReturnValue:
    """Do it and go to the page that says so; where it is refused, that page says why."""
    try:
        use_case()
    except InvalidInputError as problem:
        flash(problem.sentence, category="danger")
    else:
        flash(sentence, category="success")
    return redirect(address)
