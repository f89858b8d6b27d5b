"""Passwords: the rules for a new one, and scrypt in the notation that Werkzeug reads too."""

import hashlib
import hmac
import secrets

from phcs.core.errors import InvalidInputError

SHORTEST = 12
LONGEST = 200
"""Enough for any sentence, and a bound on what one attempt may cost."""

COMMON = frozenset(
    """
    password password1 passw0rd letmein welcome qwerty qwertyuiop qwertyuiopasdfgh asdfghjkl
    iloveyou administrator changeme secret sunshine princess football baseball superman trustno1
    correcthorsebatterystaple whatever starwars abcdefghijkl abc123 dragon monkey master shadow
    """.split()
)
"""Words that are guessed first; digits and signs around them, or saying one twice, do not make them better."""

_COST, _BLOCK, _PARALLEL = 2**15, 8, 1
_MEMORY = 132 * _COST * _BLOCK
_SALT_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_METHOD = f"scrypt:{_COST}:{_BLOCK}:{_PARALLEL}"


def hash_password(password: str) -> str:
    """Give `method$salt$hash` with a new salt; about 70 ms and 32 MB, on purpose."""
    salt = "".join(secrets.choice(_SALT_LETTERS) for _ in range(16))
    return f"{_METHOD}${salt}${_scrypt(password, salt)}"


def password_matches(password: str, *, password_hash: str) -> bool:
    """Say whether the password gives this hash; as slow for a wrong one as for the right one."""
    _, salt, expected = password_hash.split("$", 2)
    return hmac.compare_digest(_scrypt(password[:LONGEST], salt), expected)


UNKNOWN_PERSON_HASH = f"{_METHOD}${'0' * 16}${'0' * 128}"
"""What the password of an unknown e-mail address is checked against: never right, and just as slow."""


def generate_password() -> str:
    """Give a password for somebody to start with: about 99 random bits in four groups, easy to read aloud."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(5)) for _ in range(4))


def check_new_password(password: str, *, email: str, name: str) -> None:
    """Raise InvalidInputError, with what to change, for a password that would be guessed.

    Long is what counts (NIST SP 800-63B): no rules about signs and digits, and no expiry.
    """
    if len(password) < SHORTEST:
        raise InvalidInputError(
            f"Choose a password of at least {SHORTEST} characters; a short sentence is fine."
        )
    if len(password) > LONGEST:
        raise InvalidInputError(f"Choose a password of at most {LONGEST} characters.")
    plain = _letters_and_digits(password)
    own = {_letters_and_digits(text) for text in (email, email.partition("@")[0], name)}
    if any(len(text) >= 4 and _is_little_more_than(plain, text) for text in own):
        raise InvalidInputError("Choose a password that is not your name or e-mail address.")
    if len(set(plain)) < 5 or plain.strip("0123456789") in COMMON | {""} or _is_common_twice(plain):
        raise InvalidInputError("This password is one of the first that would be guessed; choose another.")


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _is_little_more_than(password: str, text: str) -> bool:
    """Say whether less than six characters remain when `text` is taken out of the password."""
    return text in password and len(password) - len(text) * password.count(text) < 6


def _is_common_twice(password: str) -> bool:
    half = password[: len(password) // 2]
    return half * 2 == password and half.strip("0123456789") in COMMON | {""}


def _scrypt(password: str, salt: str) -> str:
    return hashlib.scrypt(
        password.encode(), salt=salt.encode(), n=_COST, r=_BLOCK, p=_PARALLEL, maxmem=_MEMORY
    ).hex()
