"""The words of live duplicates and merges: answers of a search, of people, and states of a merge."""

from enum import StrEnum


class PairOutcome(StrEnum):
    """How sure the evidence is that two owners are one person: as sure as a link of an import, or a question."""

    LIKELY = "likely"
    PERHAPS = "perhaps"


class PairAnswer(StrEnum):
    """What a person said about a pair. DIFFERENT is never asked again, LATER is asked after all the others."""

    OPEN = ""
    LATER = "later"
    DIFFERENT = "different"
    MERGED = "merged"


ASKED_AGAIN = frozenset({PairAnswer.OPEN, PairAnswer.LATER})
"""Answers that a later search may find otherwise."""


class SearchState(StrEnum):
    """Where a search for duplicates is: waits for a worker, is worked on, or at one of its ends."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN_SEARCHES = frozenset({SearchState.ASKED, SearchState.RUNNING})
"""States of a search that is not over."""


class MergeState(StrEnum):
    """Whether a merge holds."""

    DONE = "done"
    UNDONE = "undone"
