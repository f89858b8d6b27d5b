"""What happened to a record of a pet's or an owner's history, as sentences; alike for every kind."""

from phcs.core.history import HISTORY

_PATTERNS: dict[str, tuple[str, str]] = {
    "created": ("{{actor}} created the {label} {{subject}}{{row}}", "{label} created"),
    "updated": ("{{actor}} updated the {label} {{subject}}{{row}}", "{label} updated"),
    "linked": ("{{actor}} recognised the {label} {{subject}}{{row}}", "{label} recognised"),
    "removed": ("{{actor}} removed the {label} {{subject}}, which came{{row}}", "{label} removed"),
    "restored": ("{{actor}} brought back the {label} {{subject}}, which came{{row}}", "{label} brought back"),
    "reverted": (
        "{{actor}} gave the {label} {{subject}} back what it said before{{row}}",
        "{label} taken back",
    ),
    "reapplied": ("{{actor}} gave the {label} {{subject}} again what came{{row}}", "{label} put back"),
    "moved": (
        "{{actor}} gave the {label} {{subject}} to another owner with a merge or its undo",
        "{label} moved to another owner",
    ),
}

HISTORY_SENTENCES: dict[str, str] = {
    f"{kind}.{past}": sentence.format(label=declared.label)
    for kind, declared in HISTORY.items()
    for past, (sentence, _) in _PATTERNS.items()
}
HISTORY_ACTIONS: dict[str, str] = {
    f"{kind}.{past}": choice.format(label=declared.label).capitalize()
    for kind, declared in HISTORY.items()
    for past, (_, choice) in _PATTERNS.items()
}
