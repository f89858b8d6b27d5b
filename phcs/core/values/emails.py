"""One text → one e-mail address: format only, never a look-up of its domain."""

import re
from enum import StrEnum
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

MAX_CHARACTERS = 254
"""RFC 5321's longest address; longer texts never reach a pattern."""


class EmailFailure(StrEnum):
    """Why a text is not an e-mail address."""

    NO_AT_SIGN = "it has no @"
    TOO_LONG = "it is longer than 254 characters"
    BAD_FORMAT = "its format is not valid"


_PLAIN = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+)([a-z]{2,24})",
    re.ASCII,
)
_NAMED = re.compile(r"[^<>@]*<\s*([^<>\s]+@[^<>\s]+)\s*>")
_WITH_REMARK = re.compile(r"(\S+@\S+)\s*\([^()@]*\)")
_BETWEEN = re.compile(r"(?:\s|:::|[;,|/])+")
_MOST_IN_A_CELL = 10
_RESERVED_ENDS = frozenset(name.rsplit(".", 1)[-1] for name in SPECIAL_USE_DOMAIN_NAMES)


@lru_cache(maxsize=16_384)
def parse_email(text: str) -> str | EmailFailure:
    """Return the address in lower case without blanks around it, or why it is none."""
    text = text.strip().lower()
    if text.startswith("mailto:"):
        text = text[7:]
    if text.endswith((">", ")", ".", ",", ";")):
        text = _alone(text)
    if len(text) > MAX_CHARACTERS:
        return EmailFailure.TOO_LONG
    if "@" not in text:
        return EmailFailure.NO_AT_SIGN
    return text if is_plain_email(text) else library_email(text)


def _alone(text: str) -> str:
    """Return the address of `Ana Lema <ana@ex.com>`, `ana@ex.com (work)` and `ana@ex.com;`."""
    found = _NAMED.fullmatch(text) or _WITH_REMARK.fullmatch(text)
    return found[1] if found else text[:-1] if text.endswith((".", ",", ";")) else text


def several_emails(text: str) -> tuple[str, ...]:
    """Return the addresses of a cell that holds several and nothing else, each once; () for any other text."""
    parts = [part for part in _BETWEEN.split(text) if part]
    found = dict.fromkeys(map(parse_email, parts)) if 1 < len(parts) <= _MOST_IN_A_CELL else {}
    good = [one for one in found if not isinstance(one, EmailFailure)]
    return tuple(good) if len(good) == len(found) else ()


def is_plain_email(text: str) -> bool:
    """Say whether a lower-case text is an address so plain that the library need not be asked."""
    plain = _PLAIN.fullmatch(text)
    return (
        plain is not None
        and text.index("@") <= 64
        and len(plain[1]) + len(plain[2]) <= 63
        and plain[2] not in _RESERVED_ENDS
    )


def library_email(text: str) -> str | EmailFailure:
    """Return what email-validator says of the format; the reserved `.test` domain is let through."""
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return EmailFailure.BAD_FORMAT
    return found.normalized.lower() if "." in found.domain else EmailFailure.BAD_FORMAT
