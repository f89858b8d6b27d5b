"""The fingerprint that approving an undo or redo is bound to."""

from hashlib import sha256

import orjson

_FORM = b"reversal/1\n"

StoredReversal = tuple[str, str, str, str, int, str]
"""Kind, record (32 hex digits), bucket, effect, version it was planned for, and the body's JSON text."""


class ReversalFingerprint:
    """Takes the records of a reversal in their order, exactly as they are stored and carried out."""

    def __init__(self) -> None:
        self._hash = sha256(_FORM)

    def add(self, one: StoredReversal) -> None:
        """Take in the next record."""
        self._hash.update(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE))

    def hexdigest(self) -> str:
        """Return the fingerprint of the records so far, e.g. `sha256:9f86…`."""
        return f"sha256:{self._hash.hexdigest()}"
