"""What people read about the data-quality log, and about rows with errors before an approval."""

from phcs.core.options import OnError
from phcs.core.quality import Resolution

_R = Resolution

RESOLUTION_WORDS: dict[Resolution, tuple[str, str]] = {
    _R.OPEN: ("Open", "Nobody has dealt with it yet."),
    _R.REPAIRED: ("Repaired", "The cell was repaired in PHCS."),
    _R.CORRECTED: ("Corrected by file", "The row came back in a file of corrected rows."),
    _R.CONFIRMED: ("Confirmed", "A person has looked at it and said that the row is right."),
    _R.DECIDED: ("Decided", "A person said who it is."),
    _R.RECHECKED: (
        "Gone when checked anew",
        "The mapping, a value's meaning or another row was changed, and it was not found again.",
    ),
    _R.PROMOTED: ("Imported with it", "The row was imported as it was."),
    _R.REJECTED: (
        "Row rejected",
        "The row was left out. It can still be corrected in a file of rejected rows.",
    ),
    _R.DECLINED: ("Import declined", "The import was aborted or cancelled; nothing was imported."),
}
"""For each resolution its name and one sentence."""


def resolution_name(resolution: str) -> str:
    """The resolution in a word or two; one of another version reads as itself."""
    return RESOLUTION_WORDS[Resolution(resolution)][0] if resolution in set(Resolution) else resolution


def on_error_sentence(on_error: str, *, rejected: int) -> str:
    """What approving means for the rows with errors, said before anybody approves; '' when there are none."""
    if not rejected:
        return ""
    rows = "1 row has errors" if rejected == 1 else f"{rejected:,} rows have errors"
    if on_error == OnError.STOP.value:
        return (
            f"{rows}, and this import stops at errors: nothing is imported until they are corrected. Repair them, "
            "take a corrected file back, or choose to import the good rows only."
        )
    what = "It is left out and kept" if rejected == 1 else "They are left out and kept"
    return f"{rows}. {what} for you to correct later; the good rows are imported."
