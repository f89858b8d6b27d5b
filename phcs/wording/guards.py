"""What a guard says: what is unusual about the file, and what to look at before somebody confirms it."""

from collections.abc import Mapping
from typing import Any

from phcs.core.guards import Guard

GUARD_TITLES: dict[Guard, str] = {
    Guard.SAME_FILE: "The same file as an earlier import",
    Guard.SAME_ROWS: "The same rows as an earlier import",
    Guard.SHARED_PHONE: "One phone number on many rows",
    Guard.FEW_MATCHES: "Unusually few known owners",
    Guard.MANY_MATCHES: "Unusually many known owners",
    Guard.BLANK_COLUMNS: "Columns that are suddenly empty",
    Guard.SHIFTED_COLUMNS: "Columns that hold something else",
    Guard.UNSEEN_CODES: "Many values that nobody has explained",
    Guard.FEWER_ROWS: "Far fewer rows than last time",
}

_SENTENCES: dict[Guard, str] = {
    Guard.SAME_FILE: (
        "A file with exactly these contents was imported before, and yet this plan would create or change "
        "{changes} records. Look at why: usually one import of a file is enough."
    ),
    Guard.SAME_ROWS: (
        "An earlier import had exactly these rows, and yet this plan would create or change {changes} records. "
        "Look at why: usually one import of them is enough."
    ),
    Guard.SHARED_PHONE: (
        "One phone number stands in {rows} of {of} rows, with {names} different names. A number that stands for "
        "“none” makes strangers look like one household. Look at those rows."
    ),
    Guard.FEW_MATCHES: (
        "Only {matched} of {owners} owners are known; of earlier files at least {usually} % were. Is it the right "
        "file, and are ids, phones and e-mails mapped as before?"
    ),
    Guard.MANY_MATCHES: (
        "{matched} of {owners} owners are known; of earlier files at most {usually} % were. Is it the right file, "
        "and do its ids still mean the same people?"
    ),
    Guard.BLANK_COLUMNS: "{columns} had something in most rows of earlier files and is nearly empty now.",
    Guard.SHIFTED_COLUMNS: "{columns}. Did a column move, or is it mapped to something else?",
    Guard.UNSEEN_CODES: (
        "{targets}. Earlier files had hardly any. Say what they mean on the page Values, or confirm that they may "
        "stay as they are."
    ),
    Guard.FEWER_ROWS: (
        "The file has {rows} rows; the last one had {before}, and each file until now held all of the one before. "
        "Was the export cut short?"
    ),
}


def guard_title(guard: str) -> str:
    """Return the guard in a few words; one of another version reads as itself."""
    return GUARD_TITLES[Guard(guard)] if guard in set(Guard) else guard.replace("_", " ").capitalize()


def guard_sentence(guard: str, detail: Mapping[str, Any]) -> str:
    """Return what is unusual, with its numbers, and what to look at."""
    if guard not in set(Guard):
        return "Something about this file is unusual."
    told = {name: _told(Guard(guard), name, value) for name, value in detail.items()}
    return _SENTENCES[Guard(guard)].format(**told)


def _told(guard: Guard, name: str, value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if guard is Guard.BLANK_COLUMNS:
        return _listed([f"“{heading}”" for heading in value])
    if guard is Guard.SHIFTED_COLUMNS and name == "columns":
        return "; ".join(
            f"“{heading}” {'no longer looks' if change == 'gone' else 'now looks'} like {look}"
            for heading, look, change in value
        )
    if guard is Guard.UNSEEN_CODES and name == "targets":
        return "; ".join(
            f"{cells:,} cells of {target.partition('.')[2].replace('_', ' ')} hold one of {codes:,} words that PHCS "
            "does not know"
            for target, codes, cells in value
        )
    return str(value)


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
