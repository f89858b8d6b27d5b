"""Flags that reading set on a row → findings; `error:3` means the cell at position 3.

What a flag says of a cell counts only where the column is imported.
"""

from collections.abc import Sequence

from phcs.core.findings import Finding, FindingCode, Severity

_VALUE_CHARACTERS = 200
REPLACEMENT = "\ufffd"
"""What stands where a character could not be read."""
_ROW_FLAGS = {
    "wide": (FindingCode.ROW_TOO_WIDE, Severity.ERROR),
    "narrow": (FindingCode.ROW_TOO_NARROW, Severity.NOTE),
    "character": (FindingCode.ROW_UNREADABLE_CHARACTER, Severity.WARNING),
    "hidden": (FindingCode.ROW_HIDDEN, Severity.NOTE),
    "beyond": (FindingCode.ROW_CELLS_BEYOND, Severity.WARNING),
    "merged": (FindingCode.ROW_MERGED, Severity.WARNING),
}
_CELL_FLAGS = {
    "error": FindingCode.CELL_ERROR,
    "uncalculated": FindingCode.CELL_UNCALCULATED,
    "long": FindingCode.CELL_LONG_NUMBER,
}


def without_errors(cells: list[str], flags: Sequence[str]) -> list[str]:
    """The cells, those empty that hold a spreadsheet's error: `#N/A` is nobody's name."""
    positions = [int(position) for kind, position in map(_divided, flags) if kind == "error"]
    if not positions:
        return cells
    cells = list(cells)
    for position in positions:
        if position < len(cells):
            cells[position] = ""
    return cells


def flag_findings(
    flags: Sequence[str], cells: Sequence[str], headings: Sequence[str], fed: frozenset[int]
) -> list[Finding]:
    """One finding for each flag of the row, and of its cells in the columns that are imported (`fed`)."""
    findings = []
    for kind, position in map(_divided, flags):
        if kind in _ROW_FLAGS:
            findings.append(Finding(*_ROW_FLAGS[kind]))
        elif kind in _CELL_FLAGS and int(position) in fed and int(position) < len(cells):
            heading = headings[int(position)] if int(position) < len(headings) else ""
            value = cells[int(position)][:_VALUE_CHARACTERS]
            findings.append(Finding(_CELL_FLAGS[kind], Severity.WARNING, heading, value))
    return findings


def flags_behind(
    findings: Sequence[tuple[str, str, str]], cells: Sequence[str], headings: Sequence[str]
) -> tuple[str, ...]:
    """The flags that led to these findings (code, column and value), as `flag_findings` told them."""
    kinds: dict[str, str] = {code.value: kind for kind, (code, _) in _ROW_FLAGS.items()}
    cell_kinds: dict[str, str] = {code.value: kind for kind, code in _CELL_FLAGS.items()}
    flags: dict[str, None] = {}
    for code, column, value in findings:
        if code in kinds:
            flags[kinds[code]] = None
        elif code in cell_kinds:
            same = [
                flag
                for position, cell in enumerate(cells)
                if (headings[position] if position < len(headings) else "") == column
                and cell[:_VALUE_CHARACTERS] == value
                and (flag := cell_flag(cell_kinds[code], position)) not in flags
            ]
            flags.update(dict.fromkeys(same[:1]))
    return tuple(flags)


def cell_flag(kind: str, position: int) -> str:
    """The flag of a cell: `error:3`."""
    return f"{kind}:{position}"


def _divided(flag: str) -> tuple[str, str]:
    kind, _, position = flag.partition(":")
    return kind, position
