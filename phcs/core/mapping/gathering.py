"""Cells → texts by target, as a mapping says. Compiled once for each table, run once for each row."""

from phcs.core.exporting.cells import export_unguarded
from phcs.core.mapping.rewriting import Rewriting, Rewritten
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.targets import JOINED
from phcs.core.sources.source import Source
from phcs.core.values.texts import fold_heading, without_invisible

_LABEL_CHARACTERS = 60
_REMEMBERED_CELLS = 20_000
_CONTACTS = frozenset({"owner.phone", "owner.phone2", "owner.email"})
"""Cells that are read as several where they hold several (`values/phones.py`, `values/emails.py`)."""


class Gatherer:
    """Collects the filled cells of a row under their targets."""

    def __init__(self, mapping: TableMapping, source: Source) -> None:
        joints = JOINED | dict(mapping.joins)
        self._plan = tuple(
            (column.position, column.target, joints.get(column.target))
            for column in mapping.columns
            if column.target
        )
        self._constants = mapping.constants
        self.width = max((column.position for column in mapping.columns), default=-1) + 1
        self._free = tuple(column.position for column in mapping.columns if not column.target)
        self._free_set = frozenset(self._free)
        self._labels = source.field_labels if mapping.label_groups else {}
        self._answers = source.answer_positions(
            {column.position: column.heading for column in mapping.columns if not column.target}
        )
        self._label_of_cell: dict[str, str] = {}
        self._blanks, self._separator = source.blank_values, source.value_separator
        self._labelled = tuple(
            (column.position, column.heading)
            for column in mapping.columns
            if column.labelled and column.target
        )
        self._lists = tuple(
            column.position
            for column in mapping.columns
            if source.value_separator and (JOINED.get(column.target) == "; " or column.target in _CONTACTS)
        )
        self._guarded = source.cells_are_guarded
        self._prepares = bool(self._blanks or self._labelled or self._lists or self._guarded)
        rewriting = Rewriting(mapping, source)
        self._rewriting = rewriting if rewriting.is_needed else None

    def gather(self, cells: list[str]) -> tuple[dict[str, str], dict[str, int], Rewritten | None]:
        """Return target → text without blanks around it, target → position of the (first) cell, and what was changed.

        Cells that say nothing are left out; constants fill what the row leaves open and have no position.
        """
        if self._prepares:
            cells = self._prepared(cells)
        values: dict[str, str] = {}
        positions: dict[str, int] = {}
        for position, target, joint in self._plan:
            text = cells[position]
            if text:
                text = text.strip() if text.isascii() else self._shown(target, text)
                if not text:
                    continue
                if target not in values:
                    values[target] = text
                    positions[target] = position
                elif joint:
                    values[target] += joint + text
        if self._labels:
            self._search_labels(cells, values, positions)
        rewritten = self._rewriting.apply(values, positions) if self._rewriting else None
        for target, text in self._constants:
            values.setdefault(target, text)
        return values, positions, rewritten

    def _shown(self, target: str, text: str) -> str:
        """Return the text without blanks around it and, but for notes and our own exports, what nobody sees in it."""
        keeps_all = self._guarded or target.endswith(".notes")
        return text.strip() if keeps_all else without_invisible(text)

    def _prepared(self, cells: list[str]) -> list[str]:
        """Return the cells without the source's own words for nothing, with labels, list items apart by `; `."""
        if self._guarded:
            cells = [export_unguarded(cell) for cell in cells]
        cells = ["" if cell and cell.strip() in self._blanks else cell for cell in cells]
        for position, label in self._labelled:
            if cells[position].strip():
                cells[position] = f"{label}: {cells[position].strip()}"
        for position in self._lists:
            cells[position] = cells[position].replace(self._separator, "; ")
        return cells

    def _search_labels(self, cells: list[str], values: dict[str, str], positions: dict[str, int]) -> None:
        """Add the answers of the data-field groups, wherever in this row their labels stand."""
        next_position = 0
        for position in self._free:
            if position < next_position or not cells[position]:
                continue
            target = self._label_target(cells[position])
            if not target:
                continue
            answer = self._answers[position]
            if answer in self._free_set:
                next_position = answer + 1
                text = cells[answer].strip()
                if text and target not in values:
                    values[target] = text
                    positions[target] = answer
                elif text and target in JOINED:
                    values[target] += JOINED[target] + text

    def _label_target(self, cell: str) -> str:
        """Return what the label in this cell feeds, '' for any other cell; remembers what it has seen."""
        target = self._label_of_cell.get(cell)
        if target is None:
            target = "" if len(cell) > _LABEL_CHARACTERS else self._labels.get(fold_heading(cell), "")
            if len(self._label_of_cell) < _REMEMBERED_CELLS:
                self._label_of_cell[cell] = target
        return target
