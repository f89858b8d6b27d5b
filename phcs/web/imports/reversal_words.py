"""What people read about undo and redo: ahead in the future tense, afterwards in the past."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint

from phcs.core.records import RecordKind
from phcs.core.undoing import Bucket, Direction, Effect, ReversalState
from phcs.web.imports.words import KINDS, listed
from phcs.web.records.wording import fact_label
from phcs.wording.reversals import AFTER, AHEAD


@dataclass(frozen=True, slots=True)
class ReversalWords:
    """The words of one direction."""

    title: str
    ask: str
    asked: str
    preparing: str
    working: str
    lead: str
    done: str
    consequence: str
    verbs: Mapping[Effect, str]
    ahead: Mapping[Bucket, str]
    after: Mapping[Bucket, str]
    sentences: Mapping[Bucket, str]
    sentences_after: Mapping[Bucket, str]


UNDO = ReversalWords(
    title="Undo",
    ask="Undo this import",
    asked="The undo is being prepared. You see what it would do before anything changes.",
    preparing="Every record of this import is compared with what it is now. Nothing has changed.",
    working="What this import brought is being taken back, all of it or nothing.",
    lead="This would take back what the import brought. Nothing changes before somebody approves it.",
    done="What this import brought is taken back, but for what people changed since.",
    consequence="Records that the import created go, values that it changed get back what they were before, and "
    "what people changed since stays. You see every record first, and nothing changes before it is approved.",
    verbs={Effect.REMOVED: "remove", Effect.CHANGED: "restore", Effect.BROUGHT_BACK: "bring back"},
    ahead=AHEAD[Direction.UNDO],
    after=AFTER[Direction.UNDO],
    sentences={
        Bucket.REVERSED: "Nobody changed them since. Those that the import created will go; the others will "
        "get back what they said before.",
        Bucket.PARTLY: "Some of their values were changed since the import. Those stay; the others will be taken back.",
        Bucket.KEPT: "They were changed since the import, so they will stay.",
        Bucket.BLOCKED: "Other records need them, so they will stay.",
    },
    sentences_after={
        Bucket.REVERSED: "Those that the import had created are gone; the others say again what they said before.",
        Bucket.PARTLY: "Values that were changed since the import stayed; the others were taken back.",
        Bucket.KEPT: "They were changed since the import, so they stayed.",
        Bucket.BLOCKED: "Other records needed them, so they stayed.",
    },
)

REDO = ReversalWords(
    title="Redo",
    ask="Redo this import",
    asked="The redo is being prepared. You see what it would do before anything changes.",
    preparing="Everything that the undo took back is compared with what is there now. Nothing has changed.",
    working="What the undo took back is being brought back, all of it or nothing.",
    lead="This would bring back what the undo took away. Nothing changes before somebody approves it.",
    done="What the undo had taken back is in PHCS again, but for what people changed since.",
    consequence="Records that the undo removed come back with the same address, values come back as the import "
    "brought them, and what people changed since stays. You see every record first, and nothing changes before "
    "it is approved.",
    verbs={Effect.BROUGHT_BACK: "bring back", Effect.CHANGED: "change", Effect.REMOVED: "remove"},
    ahead=AHEAD[Direction.REDO],
    after=AFTER[Direction.REDO],
    sentences={
        Bucket.REVERSED: "Nobody changed them since the undo. Those that it removed will come back; the others "
        "will get the import's values again.",
        Bucket.PARTLY: "Some of their values were changed since the undo. Those stay; the others will come back.",
        Bucket.KEPT: "They were changed since the undo, so they will stay.",
        Bucket.BLOCKED: "Something that they need is no longer there, or their place is taken.",
    },
    sentences_after={
        Bucket.REVERSED: "Those that the undo had removed are back; the others have the import's values again.",
        Bucket.PARTLY: "Values that were changed since the undo stayed; the others came back.",
        Bucket.KEPT: "They were changed since the undo, so they stayed.",
        Bucket.BLOCKED: "Something that they need was no longer there, or their place was taken.",
    },
)

WORDS: dict[Direction, ReversalWords] = {Direction.UNDO: UNDO, Direction.REDO: REDO}

STATE_NAMES = {
    ReversalState.REQUESTED: "Being prepared",
    ReversalState.PLANNED: "Waits for approval",
    ReversalState.APPROVED: "Being carried out",
    ReversalState.DONE: "Done",
    ReversalState.WITHDRAWN: "Withdrawn",
    ReversalState.FAILED: "Failed, nothing changed",
}

FIRST_LOOK = (Bucket.PARTLY, Bucket.KEPT, Bucket.BLOCKED, Bucket.REVERSED)
"""Which bucket is open at first: what a person should know comes before what goes as expected."""


def reversal_words(direction: Direction) -> ReversalWords:
    """The words of undo or redo."""
    return WORDS[direction]


def reversal_state_name(state: ReversalState) -> str:
    """Where an undo or redo is, in a few words."""
    return STATE_NAMES[state]


def field_word(name: str) -> str:
    """What people call a value that a reversal names; '' stands for the record as a whole."""
    if not name:
        return "The record"
    return name.removeprefix("custom.") if name.startswith("custom.") else fact_label(name)


def button_words(direction: Direction, effects: Mapping[Effect, int]) -> str:
    """What the approving button says: the numbers of records by what will happen to them."""
    words = WORDS[direction]
    parts = [(verb, effects.get(effect, 0)) for effect, verb in words.verbs.items() if effects.get(effect, 0)]
    told = [f"{verb} {number:,}" for verb, number in parts]
    if told:
        told[0] += " record" if parts[0][1] == 1 else " records"
    if kept := effects.get(Effect.NONE, 0):
        told.append(f"keep {kept:,}")
    return f"{words.title}: {', '.join(told)}" if parts else f"{words.title}: nothing will change"


def record_word(kind: RecordKind | str) -> str:
    """What people call a record of this kind; '' for what is no record."""
    return KINDS[RecordKind(kind)] if kind in set(RecordKind) else ""


def counted_kinds(counts: Mapping[str, int]) -> str:
    """Numbers of records with the words of their kinds: `310 owners and 495 cases`."""
    return listed(
        [f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in counts.items() if number]
    )


def register(bp: Blueprint) -> None:
    """Give every template these words."""
    for word in (field_word, counted_kinds, reversal_words, reversal_state_name, record_word):
        bp.add_app_template_filter(word, word.__name__)
