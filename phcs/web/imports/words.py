"""What people read on the pages of imports besides findings and states: outcomes, choices, sizes, spans."""

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for

from phcs.core.findings import FindingCode, RowStatus, Severity
from phcs.core.history import HISTORY
from phcs.core.mapping.targets import TARGETS
from phcs.core.options import OnError
from phcs.core.planning import Action, DuplicateStrategy
from phcs.core.reading.choices import ENCODINGS
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.core.sources import SOURCES
from phcs.core.states import ImportState
from phcs.wording import (
    SERVICE_WORDS,
    SEVERITY_WORDS,
    finding_sentence,
    finding_title,
    state_name,
    state_sentence,
)
from phcs.wording.guards import guard_sentence, guard_title
from phcs.wording.matching import PRESET_WORDS

AUTO = "auto"

STATUSES = {RowStatus.VALID: "Valid", RowStatus.WARNING: "With warnings", RowStatus.ERROR: "With errors"}

OUTCOMES = {
    Action.CREATE: "Will be created",
    Action.UPDATE: "Will change",
    Action.LINK: "Will be linked",
    Action.UNCHANGED: "Stays as it is",
    Action.SKIP: "Will be left out",
    Action.REJECT: "Will be rejected",
}
"""What is going to happen to a row, on the preview."""

DONE = {
    Action.CREATE: "Created",
    Action.UPDATE: "Updated",
    Action.UNCHANGED: "Unchanged",
    Action.LINK: "Linked",
    Action.SKIP: "Skipped",
    Action.REJECT: "Rejected",
}
"""What has happened to a row, in the order of the equation on the result page."""

KINDS = {
    RecordKind.OWNER: "owner",
    RecordKind.PET: "pet",
    RecordKind.CASE: "case",
    **{kind: HISTORY[kind.value].label for kind in HISTORY_KINDS},
}

DUPLICATES = {
    DuplicateStrategy.LINK: "Link: use the owner that is known, and fill only what is still empty",
    DuplicateStrategy.UPDATE: "Update: use the known owner, and let the file replace what differs",
    DuplicateStrategy.SKIP: "Skip: leave known owners and cases exactly as they are",
    DuplicateStrategy.CREATE: "Create: make a new owner, unless the other system's id says it is the same",
}

ON_ERROR = {
    OnError.SKIP: "Leave those rows out and import the others; you get a list of them",
    OnError.STOP: "Stop: nothing is imported until the file has no errors",
}

SOURCE_LABELS = {AUTO: "Not known yet", **{source.key: source.label for source in SOURCES}}

EVIDENCE = {
    "email": "E-mail",
    "birth_date": "Birth date",
    "suffix": "Jr, Sr",
    "official_id": "Official id",
    "customer_id": "Customer id",
    "microchip": "Microchip",
    "decision": "A person's answer",
    "rarity": "How rare the name is",
}
"""What is compared of two people; kinds that read as themselves are left out."""

STAGES = {
    "reading": "Reading the file",
    "checking": "Checking every row",
    "matching": "Looking for people and pets that PHCS knows",
    "promoting": "Putting everything into PHCS, in one go",
}

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
FORMATS = {
    "delimited": "Table of text (CSV)",
    "json": "JSON",
    "jsonl": "JSON, one record a line",
    "xlsx": "Excel workbook",
    "xls": "Excel workbook (97 to 2003)",
    "ods": "OpenDocument spreadsheet",
    "calendar": "Calendar (ICS)",
    "cards": "Contact cards (vCard)",
}

TIMINGS = {
    "read": "Reading",
    "check": "Checking",
    "match": "Matching",
    "stage": "Keeping rows for review",
    "promote": "Promoting",
    "verify": "Counting it all again",
}

_TARGET_LABELS = dict(TARGETS)


def counted(number: int, word: str) -> str:
    """A number with its word: `1 owner`, `310 owners`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def listed(parts: list[str]) -> str:
    """Parts of a sentence: `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def file_size(size: int) -> str:
    """A size as people say it."""
    if size < 1_000:
        return counted(size, "byte")
    return f"{size / 1_000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def span(seconds: float) -> str:
    """A length of time in its largest fitting units."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def target_label(target: str) -> str:
    """What a column feeds, in words; '' reads as not imported."""
    if not target:
        return "Not imported, kept with the row"
    if target in _TARGET_LABELS:
        return _TARGET_LABELS[target]
    kind, _, name = target.partition(".custom.")
    return f"{kind.capitalize()}: own field “{name}”"


def will_word(outcome: str) -> str:
    """What will happen to a row; an outcome of another version reads as itself."""
    return OUTCOMES.get(Action(outcome), outcome) if outcome in set(Action) else outcome


def done_word(outcome: str) -> str:
    """What has happened to a row."""
    return DONE.get(Action(outcome), outcome) if outcome in set(Action) else outcome


def code_title(code: str) -> str:
    """The few words of a finding code; one of another version reads as itself."""
    return finding_title(FindingCode(code)) if code in set(FindingCode) else code


def reason_text(reason: str) -> str:
    """Why a row came out as it did; the codes of errors in words."""
    return "; ".join(code_title(part) for part in reason.split("; "))


def source_label(key: str) -> str:
    """What people call a source."""
    return SOURCE_LABELS.get(key, key)


def severity_word(severity: str) -> str:
    """What a severity is called."""
    return SEVERITY_WORDS[Severity(severity)]


def kind_counts(plan_counts: dict[str, Any], action: str) -> list[str]:
    """How many records of each kind an action concerns, those with any: `["310 owners", "495 cases"]`."""
    found = [(kind, int(plan_counts.get(kind.value, {}).get(action, 0))) for kind in KINDS]
    return [counted(number, KINDS[kind]) for kind, number in found if number]


def guard_words(detail: dict[str, Any], guard: str) -> str:
    """What is unusual about a file, with its numbers."""
    return guard_sentence(guard, detail)


def live_record_address(kind: str, record_id: UUID | str) -> str:
    """The page of a live record; '' for a kind that has none."""
    if kind not in set(RecordKind):
        return ""
    if kind in HISTORY:
        return url_for("records.history.show", kind=HISTORY[kind].path, record_id=record_id)
    return url_for(f"records.{kind}s.show", **{f"{kind}_id": record_id})  # type: ignore[arg-type]


FILTERS = (
    counted,
    listed,
    file_size,
    span,
    target_label,
    will_word,
    done_word,
    code_title,
    reason_text,
    source_label,
    severity_word,
    kind_counts,
    finding_sentence,
    state_name,
    state_sentence,
)

TABLES: dict[str, Any] = {
    "import_states": list(ImportState),
    "import_sources": SOURCES,
    "row_statuses": STATUSES,
    "row_outcomes": OUTCOMES,
    "done_outcomes": DONE,
    "stage_words": STAGES,
    "evidence_words": EVIDENCE,
    "delimiter_words": DELIMITERS,
    "encoding_words": dict(ENCODINGS),
    "format_words": FORMATS,
    "timing_words": TIMINGS,
    "duplicates_words": DUPLICATES,
    "on_error_words": ON_ERROR,
    "preset_words": PRESET_WORDS,
    "import_services": SERVICE_WORDS,
}


def register(bp: Blueprint) -> None:
    """Give every template these words."""
    for word in FILTERS:
        bp.add_app_template_filter(word, word.__name__)
    bp.add_app_template_filter(guard_title, "guard_title")
    bp.add_app_template_filter(guard_words, "guard_sentence")
    for name, words in TABLES.items():
        bp.add_app_template_global(words, name)
    bp.add_app_template_global(live_record_address, "live_record_address")
