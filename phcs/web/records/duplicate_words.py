"""Two owners beside each other, and what evidence is called, in the words of pages."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from phcs.core.merging.fields import GROUPS
from phcs.core.merging.undoing import stays_sentence
from phcs.core.merging.words import PairAnswer, PairOutcome
from phcs.core.records import OwnerFacts, RecordKind, fact_names
from phcs.queries.audit import BLANK
from phcs.web.records.wording import fact_label, fact_text

OUTCOMES: dict[str, str] = {PairOutcome.LIKELY: "Likely", PairOutcome.PERHAPS: "Perhaps"}
ANSWERS: dict[str, str] = {
    "open": "Waiting for an answer",
    PairAnswer.LATER: "Put aside for later",
    PairAnswer.DIFFERENT: "Different people",
}
KINDS: dict[str, str] = {
    "": "Evidence",
    "name": "Name",
    "phone": "Phone",
    "email": "E-mail",
    "birth_date": "Birth date",
    "address": "Address",
    "pet": "Pet",
    "suffix": "Junior or senior",
    "microchip": "Microchip",
    "official_id": "Official id",
    "customer_id": "Id in the other system",
    "decision": "Decision",
    "case": "Case",
}


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """A fact that at least one of two owners states; `verdict` is same, differs, kept or other (only there)."""

    name: str
    kept: Any
    other: Any
    verdict: str


def compared_facts(kept: OwnerFacts, other: OwnerFacts) -> tuple[ComparedFact, ...]:
    """The facts of two owners side by side, in declared order."""
    pairs = ((name, getattr(kept, name), getattr(other, name)) for name in fact_names(RecordKind.OWNER))
    return tuple(
        ComparedFact(name, mine, theirs, _verdict(mine, theirs))
        for name, mine, theirs in pairs
        if mine not in BLANK or theirs not in BLANK
    )


def _verdict(mine: Any, theirs: Any) -> str:
    if mine in BLANK or theirs in BLANK:
        return "other" if mine in BLANK else "kept"
    return "same" if mine == theirs else "differs"


def evidence_kind(kind: str) -> str:
    """What people call a kind of evidence."""
    return KINDS.get(kind, fact_label(kind))


def evidence_weight(bits: float) -> str:
    """How much a point says: bits are doublings of the odds."""
    if not bits:
        return "told only"
    return f"{bits:+.1f} bits"


def group_text(facts: dict[str, Any], group: str) -> str:
    """The value of a group of facts that are chosen together, in one line."""
    names = ("full_name",) if group == "name" else GROUPS[group]
    if group == "phone":
        return str(facts["phone"] or facts["phone_given"])
    return ", ".join(str(fact_text(facts[name], name)) for name in names if facts[name] not in BLANK)


def fact_words(name: str) -> str:
    """A fact's label where a pet's name may stand before it: `Rex: breed`."""
    pet, colon, fact = name.rpartition(": ")
    return f"{pet}{colon}{fact_label(fact)}" if colon else fact_label(name)


def register(bp: Blueprint) -> None:
    """Give every template these words."""
    for word in (evidence_kind, evidence_weight, group_text, fact_words, stays_sentence):
        bp.add_app_template_filter(word, word.__name__)
    bp.add_app_template_global({"outcome": OUTCOMES, "answer": ANSWERS}, "duplicate_choices")  # type: ignore[arg-type]
