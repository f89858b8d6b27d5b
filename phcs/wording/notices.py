"""What notices say, on the pages and by e-mail. Mails name no file, no owner and nothing out of a row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from phcs.core.notices import NoticeKind

NOTICE_WORDS: dict[NoticeKind, str] = {
    NoticeKind.WAITING: "waits for review",
    NoticeKind.SENT_BACK: "was sent back",
    NoticeKind.PROMOTED: "is carried out",
    NoticeKind.FAILED: "failed; nothing was changed",
}
_SUBJECTS: dict[NoticeKind, tuple[str, str]] = {
    NoticeKind.WAITING: ("1 import waits for review", "{} imports wait for review"),
    NoticeKind.SENT_BACK: ("1 import was sent back", "{} imports were sent back"),
    NoticeKind.PROMOTED: ("1 import is carried out", "{} imports are carried out"),
    NoticeKind.FAILED: ("1 import failed", "{} imports failed"),
}
LISTED = 50
"""A mail lists so many imports and counts the rest."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as a mail tells it: what happened to which import, and how many rows that has."""

    kind: NoticeKind
    import_id: UUID
    rows: int


def mail_subject(told: Sequence[Told]) -> str:
    """Return what the mail is about: "2 imports wait for review, 1 import failed"."""
    counts = Counter(one.kind for one in told)
    parts = [
        one if counts[kind] == 1 else many.format(counts[kind])
        for kind, (one, many) in _SUBJECTS.items()
        if counts[kind]
    ]
    return ", ".join(parts)


def mail_text(told: Sequence[Told], *, public_url: str) -> str:
    """Return the mail's text: a line for each import with its address, and how to get no more of them."""
    base = public_url.rstrip("/")
    lines = [
        f"- An import of {one.rows:,} rows {NOTICE_WORDS[one.kind]}:\n  {base}/imports/{one.import_id}"
        for one in told[:LISTED]
    ]
    if len(told) > LISTED:
        lines.append(f"- and {len(told) - LISTED:,} more: {base}/notices")
    where = f"{base}/account" if base else "your account"
    return "\n".join(
        [
            "This happened in PHCS Import:",
            "",
            *lines,
            "",
            f"You can switch these mails off on {where}.",
            "",
        ]
    )
