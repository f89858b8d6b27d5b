"""Fresh keys for rows that no plan names."""

import secrets
import time
from uuid import UUID

from phcs.core.identifiers import uuid7


def new_id() -> UUID:
    """A time-ordered key that nobody else has."""
    return uuid7(milliseconds=time.time_ns() // 1_000_000, random_bits=secrets.randbits(74))
