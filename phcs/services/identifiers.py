"""Fresh keys for rows that no plan names."""

import secrets
import time
from uuid import UUID

from phcs.core.identifiers import uuid7


def new_id() -> UUID:
    """A time-ordered key that nobody else has; its order is that of time down to a quarter of a microsecond."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    return uuid7(
        milliseconds=milliseconds, random_bits=(rest << 12) // 1_000_000 << 62 | secrets.randbits(62)
    )
