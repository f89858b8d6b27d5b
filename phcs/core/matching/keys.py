"""What owners are found by: an external id, a phone, a mailbox, each hashed to one number.

A key only brings two owners together; whether they are the same person is for `deciding`.
"""

import re
from functools import lru_cache
from hashlib import blake2b

_ROLE_MAILBOXES = frozenset(
    {
        "info",
        "contact",
        "contacto",
        "hello",
        "hola",
        "office",
        "admin",
        "administracion",
        "noreply",
        "no-reply",
        "donotreply",
        "reception",
        "recepcion",
        "frontdesk",
        "mail",
        "email",
        "none",
        "no",
        "na",
        "test",
        "nobody",
        "unknown",
        "sin",
        "sincorreo",
        "noemail",
        "nomail",
    }
)
"""Mailboxes of a place or of nobody (design: matching, normalisation)."""

_DOTS_MEAN_NOTHING = frozenset({"gmail.com", "googlemail.com"})
_COUNTED_DIGITS = re.compile("123456789|987654321|012345678")


@lru_cache(maxsize=16_384)
def _key(tagged: str) -> int:
    return int.from_bytes(
        blake2b(tagged.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True
    )


def external_id_key(*, source: str, external_id: str) -> int:
    """Return the key of an external id; ids are compared exactly, case included."""
    return _key(f"owner.external_id\x00{source}\x00{external_id}")


@lru_cache(maxsize=16_384)
def phone_key(phone: str) -> int | None:
    """Return the key of an E.164 number, or None for none and for numbers that stand for none.

    Stand-ins have at most two different digits among their last eight, or nine digits in counting order.
    """
    if not phone or len(set(phone[-8:])) <= 2 or _COUNTED_DIGITS.search(phone):
        return None
    return _key(f"owner.phone\x00{phone}")


@lru_cache(maxsize=16_384)
def comparable_email(email: str) -> str:
    """Return the mailbox without case, +tags and Gmail's dots; '' when it is nobody's own."""
    local, at, domain = email.strip().lower().partition("@")
    local = local.partition("+")[0]
    if not at or not local or not domain or "@" in domain or local in _ROLE_MAILBOXES:
        return ""
    if domain in _DOTS_MEAN_NOTHING:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def email_key(email: str) -> int | None:
    """Return the key of a mailbox, or None when it is not one person's."""
    comparable = comparable_email(email) if email else ""
    return _key(f"owner.email\x00{comparable}") if comparable else None


def owner_keys(*, source: str, external_id: str, phone: str, phone2: str, email: str) -> tuple[int, ...]:
    """Return the signed 64-bit keys of an owner, external id first; blanks and stand-ins give none.

    The keys are stored: a change of these rules needs a migration that writes them anew.
    """
    keys = _contact_keys(phone, phone2, email)
    return (external_id_key(source=source, external_id=external_id), *keys) if external_id else keys


@lru_cache(maxsize=16_384)
def _contact_keys(phone: str, phone2: str, email: str) -> tuple[int, ...]:
    keys = (phone_key(phone), phone_key(phone2), email_key(email))
    return tuple(dict.fromkeys(key for key in keys if key is not None))
