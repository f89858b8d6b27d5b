"""The small vocabulary in which every source system declares itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from phcs.core.values.texts import fold_heading


def headings(declared: Mapping[str, str]) -> dict[str, str]:
    """Return folded heading → target out of `target: "heading|heading|…"`; the first declaration wins."""
    found: dict[str, str] = {}
    for target, words in declared.items():
        for word in words.split("|"):
            found.setdefault(fold_heading(word), target)
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """One source system.

    All headings are folded (`fold_heading`). `visit_headings` and `owner_headings` say what a column of a
    visit export and of a customer export feeds. `passed_over` are known columns that PHCS does not take, with
    the reason. `visit_marks` are headings that only a visit export has. `signatures`: a file that has
    every heading of one of these sets is from this system. `field_labels` are labels that stand in cells,
    the answer `label_distance` columns to the right; `field_prefix` is what JSON puts before such a label.
    `refused` recognises headings of files that hold no records at all: (pattern, reason code, sentence).
    """

    key: str
    label: str
    visit_headings: Mapping[str, str]
    owner_headings: Mapping[str, str]
    passed_over: Mapping[str, str] = field(default_factory=dict)
    visit_marks: frozenset[str] = frozenset()
    signatures: tuple[frozenset[str], ...] = ()
    field_labels: Mapping[str, str] = field(default_factory=dict)
    label_distance: int = 3
    field_prefix: str = ""
    refused: tuple[tuple[re.Pattern[str], str, str], ...] = ()

    def recognises(self, folded: frozenset[str]) -> bool:
        """Say whether these headings are this system's."""
        return any(signature <= folded for signature in self.signatures)
