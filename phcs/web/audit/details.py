"""The facts that an audit event holds, in words: numbers of records, decisions and chains read as sentences' parts.

The stored event and its export keep the names that programs read: the hash covers them.
"""

from collections.abc import Mapping
from typing import Any

from phcs.core.matching.presets import MatchPreset
from phcs.core.planning import Action
from phcs.core.row_places import table_named
from phcs.core.undoing import Bucket, Direction, Effect
from phcs.queries.audit import AuditLine
from phcs.web.imports.reversal_words import WORDS
from phcs.web.imports.words import KINDS, code_title, counted, kind_counts, listed
from phcs.web.records.wording import fact_label
from phcs.wording.matching import PRESET_WORDS
from phcs.wording.orphans import ORPHAN_CHOICES
from phcs.wording.reversals import bucket_words

DETAILS: dict[str, str] = {
    "sha256": "SHA-256 of the file",
    "request": "Request (X-Request-Id)",
    "own_upload": "Approved by who uploaded it",
    "same_content_as": "Same contents as import",
    "duplicates": "Known owners",
    "matching": "Owners are recognised by",
    "size": "Size in bytes",
    "import_staging": "Staged rows",
    "four_eyes": "Four eyes",
    "keep_invalid_optional": "Keep malformed optional values",
    "parent": "Belongs to the record",
    "number": "Undo or redo number",
    "stale_rows": "Rows whose records had changed",
    "approval_voided": "Took an approval away",
    "counts": "Records",
    "records": "Would be done",
    "plan": "Will be done",
}

WRITTEN: dict[str, str] = {
    "create": "created",
    "created": "created",
    "update": "updated",
    "updated": "updated",
    "linked": "recognised",
    "removed": "removed",
    "restored": "brought back",
    "reverted": "taken back",
    "reapplied": "put back",
}
"""What a promotion or a reversal did to records; some of it is counted twice, by rows and by events."""

PLANNED: dict[Action, str] = {
    Action.CREATE: "create",
    Action.UPDATE: "change",
    Action.LINK: "recognise",
    Action.UNCHANGED: "leave as they are",
}
LEFT: dict[Action, str] = {Action.SKIP: "left out", Action.REJECT: "rejected"}

MERGED: dict[str, tuple[str, str]] = {
    "facts": ("fact", "facts"),
    "pets": ("pet", "pets"),
    "pets_merged": ("pet merged", "pets merged"),
    "cases": ("case", "cases"),
    "external_ids": ("id of another system", "ids of other systems"),
    "history": ("record of history", "records of history"),
}

DONE: dict[Effect, str] = {
    Effect.REMOVED: "removed",
    Effect.BROUGHT_BACK: "brought back",
    Effect.CHANGED: "changed",
}
"""What an undo or redo that is over did to records."""

CHAIN = ("records_chain", "records_events", "records_head")
_KINDS = {kind.value: word for kind, word in KINDS.items()}


def detail_lines(line: AuditLine) -> tuple[tuple[str, Any, Any], ...]:
    """The facts of an event as (name, was, now); `was` is None where nothing was replaced."""
    detail = dict(line.detail)
    if isinstance(number := detail.get("table"), int):
        detail["table"] = line.table_names.get(number) or number
    if set(detail) - {"request"} == {"before", "after"}:
        what = line.action.rpartition(".")[2].removesuffix("_changed")
        detail = {what: {name: detail.pop(name) for name in ("before", "after")}, **detail}
    chain = [detail.pop(name, None) for name in CHAIN]
    told = [_detail(line, name, value) for name, value in detail.items() if value not in ("", None, {}, [])]
    return (*told, ("Events of its records", None, chain_words(*chain))) if all(chain) else tuple(told)


def chain_words(chain_id: str, events: int, head: str) -> str:
    """The chain that one promotion, undo or redo wrote of its records, as an export of the trail names it too."""
    return f"{counted(int(events), 'event')} in chain {chain_id}; the newest hash is {head}"


def written_words(written: Mapping[str, Any]) -> str:
    """How many records of which kind were written, `{"owner.create": 4}` as `4 owners created`."""
    told: dict[tuple[str, str], int] = {}
    for action, number in written.items():
        kind, _, done = action.partition(".")
        key = (_KINDS.get(kind, kind.replace("_", " ")), WRITTEN.get(done, done.replace("_", " ")))
        told[key] = max(told.get(key, 0), int(number))
    return listed([f"{counted(number, kind)} {done}" for (kind, done), number in told.items() if number])


def plan_words(plan: Mapping[str, Any]) -> str:
    """What a plan or a rehearsal does with records: `create 3 owners and 2 pets; recognise 1 owner; 1 row rejected`."""
    parts = [
        f"{verb} {listed(counts)}"
        for action, verb in PLANNED.items()
        if (counts := kind_counts(dict(plan), action))
    ]
    rows = plan.get("rows", {})
    parts += [
        f"{counted(number, 'row')} {word}" for action, word in LEFT.items() if (number := rows.get(action))
    ]
    if waiting := plan.get("needs_decision"):
        parts.append(f"{counted(waiting, 'row')} for a person to decide")
    return "; ".join(parts)


def reversal_count_words(action: str, counts: Mapping[str, int]) -> str:
    """How far an undo or redo takes records: `taken back: 6, stayed as they are: 1 (removed 5 and changed 1)`."""
    direction = Direction.REDO if "redo" in action or "redone" in action else Direction.UNDO
    is_done = action in {"import.undone", "import.redone"}
    words = bucket_words(direction, is_done=is_done)
    buckets = [f"{words[one].lower()}: {counts[one]:,}" for one in Bucket if counts.get(one)]
    verbs = DONE if is_done else WORDS[direction].verbs
    effects = [f"{verbs[one]} {counts[one]:,}" for one in Effect if one in verbs and counts.get(one)]
    return ", ".join(buckets) + (f" ({listed(effects)})" if effects else "")


def rule_words(rules: str) -> str:
    """The rules by which owners are recognised, `evidence/1` in the words of their choice."""
    preset, _, literal = rules.partition("/")[0].partition("+")
    if preset not in set(MatchPreset):
        return rules
    return PRESET_WORDS[MatchPreset(preset)] + (
        " (who comes with another pet is another owner)" if literal else ""
    )


def merge_count_words(counts: Mapping[str, int]) -> str:
    """What a merge moved: `1 pet, 2 cases`; nothing of what there was none."""
    told = [
        f"{counts[name]:,} {words[counts[name] > 1]}" for name, words in MERGED.items() if counts.get(name)
    ]
    return listed(told)


def decision_words(one: Mapping[str, Any], tables: Mapping[int, str]) -> str:
    """One decision about orphans, or about a fact that was changed both here and in the source."""
    if "theirs" in one:
        fact = fact_label(one["fact"]) if one["fact"] else "Every fact"
        whose = "the file's value holds" if one["theirs"] else "the value in PHCS holds"
        return f"{fact} of a {_KINDS.get(one['kind'], one['kind'])}: {whose}"
    where = f" of {table_named(one['table'], tables)}" if len(tables) > 1 else ""
    to = f" ({one['owner']})" if one["owner"] else ""
    why = code_title(one["code"]).lower()
    return f"{counted(one['rows'], 'row')}{where} ({why}): {ORPHAN_CHOICES.get(one['choice'], one['choice'])}{to}"


def _detail(line: AuditLine, name: str, value: Any) -> tuple[str, Any, Any]:
    if isinstance(value, dict) and set(value) == {"before", "after"}:
        before, after = value["before"], value["after"]
        if name == "match_rules":
            return _words("matching"), rule_words(before), rule_words(after)
        return _words(name), before, after
    return _words(name), None, _in_words(line, name, value)


def _in_words(line: AuditLine, name: str, value: Any) -> Any:
    if isinstance(value, dict):
        if name == "written":
            return written_words(value) or "nothing"
        if name in {"plan", "records"}:
            return plan_words(value) or "nothing"
        if name == "counts":
            of_import = line.subject_kind == "import"
            told = reversal_count_words(line.action, value) if of_import else merge_count_words(value)
            return told or "none"
    if name == "matching" and isinstance(value, str):
        return rule_words(value)
    if name == "decisions" and isinstance(value, list):
        return "; ".join(decision_words(one, line.table_names) for one in value)
    return value


def _words(name: str) -> str:
    return DETAILS.get(name, name.replace("_", " ").capitalize())
