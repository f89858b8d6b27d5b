"""What notices say, on the pages and by e-mail. Mails name no file, no owner and nothing out of a row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from phcs.core.notices import ABOUT_EXPORTS, NoticeKind

NOTICE_WORDS: dict[NoticeKind, str] = {
    NoticeKind.WAITING: "waits for review",
    NoticeKind.SENT_BACK: "was sent back",
    NoticeKind.PROMOTED: "is carried out",
    NoticeKind.FAILED: "failed; nothing was changed",
    NoticeKind.EXPORT_READY: "is ready to be downloaded",
    NoticeKind.EXPORT_FAILED: "could not be written",
}
_SUBJECTS: dict[NoticeKind, tuple[str, str]] = {
    NoticeKind.WAITING: ("1 import waits for review", "{} imports wait for review"),
    NoticeKind.SENT_BACK: ("1 import was sent back", "{} imports were sent back"),
    NoticeKind.PROMOTED: ("1 import is carried out", "{} imports are carried out"),
    NoticeKind.FAILED: ("1 import failed", "{} imports failed"),
    NoticeKind.EXPORT_READY: ("1 file is ready", "{} files are ready"),
    NoticeKind.EXPORT_FAILED: ("1 file could not be written", "{} files could not be written"),
}
LISTED = 50
"""A mail lists so many imports and counts the rest."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as a mail tells it: what happened to which import or export, and how many rows that has."""

    kind: NoticeKind
    subject_id: UUID
    rows: int

    def line(self, base: str) -> str:
        """What happened, and the address of the page that shows it."""
        what, place = ("A file", "exports") if self.kind in ABOUT_EXPORTS else ("An import", "imports")
        return (
            f"- {what} of {self.rows:,} rows {NOTICE_WORDS[self.kind]}:\n  {base}/{place}/{self.subject_id}"
        )


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
    """Return the mail's text: a line for each import or export with its address, and how to get no more of them."""
    base = public_url.rstrip("/")
    lines = [one.line(base) for one in told[:LISTED]]
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
