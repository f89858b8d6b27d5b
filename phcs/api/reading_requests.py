"""What a request says: fields of a form or of a JSON object, and filters of the address."""

from datetime import UTC, datetime, time
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from phcs.core.errors import InvalidInputError

LARGEST_PAGE = 500
_FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})


def said(name: str) -> str:
    """A text out of a form or of a JSON object; '' when it is not there."""
    value = sent_fields().get(name, "")
    return value if isinstance(value, str) else ""


def sent_fields() -> dict[str, Any]:
    """The fields of a form or of a JSON object; {} without a body.

    Raises BadRequest for what is no JSON, UnsupportedMediaType for what is neither.
    """
    if not request.is_json:
        if request.mimetype not in _FORMS and request.content_length:
            raise UnsupportedMediaType
        return dict(request.form.items())
    data = request.get_json() if request.get_data(cache=True).strip() else {}
    if not isinstance(data, dict):
        raise InvalidInputError("Send a JSON object.")
    return data


def sent_list(name: str, *, most: int) -> list[Any]:
    """The objects under this name of a JSON object, one at least. Raises InvalidInputError."""
    sent = sent_fields().get(name)
    if not isinstance(sent, list) or not 1 <= len(sent) <= most:
        raise InvalidInputError(f"Send “{name}” as a list of 1 to {most:,} objects.")
    return sent


def plain(name: str) -> str:
    """A filter of the address, without the one character that databases choke on."""
    return request.args.get(name, "").replace("\x00", "")


def page_size(default: int = 50) -> int:
    """How many are wanted on one page. Raises InvalidInputError."""
    text = plain("size").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= LARGEST_PAGE):
        raise InvalidInputError(f"“size” is a whole number from 1 to {LARGEST_PAGE}.")
    return int(text)


def whole(name: str) -> int | None:
    """A whole number above 0 of the address, None where it is not there. Raises InvalidInputError."""
    text = plain(name).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise InvalidInputError(f"“{name}” is a whole number from 1 on.")
    return int(text)


def table_asked() -> int:
    """The table of the address, the first where none is named. Raises InvalidInputError."""
    return whole("table") or 1


def switch(name: str) -> bool:
    """Whether a filter of the address is on. Raises InvalidInputError."""
    text = plain(name).strip().lower()
    if text not in {"", "0", "1", "false", "true"}:
        raise InvalidInputError(f"“{name}” is true or false.")
    return text in {"1", "true"}


def one_of(name: str, allowed: tuple[str, ...]) -> str:
    """A filter of the address that is one of these, or ''. Raises InvalidInputError."""
    text = plain(name)
    if text and text not in allowed:
        raise InvalidInputError(f"“{name}” is one of: {', '.join(allowed)}.")
    return text


def moment(name: str) -> datetime | None:
    """A day or moment of the address, in UTC where it has no zone. Raises InvalidInputError."""
    return moment_said(name, request.args.get(name, ""))


def moment_said(name: str, text: str) -> datetime | None:
    """A day or moment as a text, see `moment`. Raises InvalidInputError."""
    text = text.strip()
    if not text:
        return None
    try:
        found = datetime.combine(datetime.fromisoformat(text).date(), time()) if len(text) == 10 else None
        stated = found or datetime.fromisoformat(text)
        return stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"“{name}” is not a date such as 2026-05-24.") from error
