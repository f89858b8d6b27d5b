"""What a row of an export says of one record of a history: facts as texts, its id, and whose it is by their ids."""

from uuid import UUID

from phcs.core.exporting.rows import ExportRow
from phcs.core.history import HISTORY, LINKS, FactType, HistoryFacts, fact_specs
from phcs.core.records import RecordKind
from phcs.core.values.coded_words import read_code


def history_columns(kind: RecordKind) -> tuple[str, ...]:
    """The headings of an export of this kind, in order: ids first, then the facts; words as given are told by codes."""
    specs = fact_specs(kind.value)
    owner = ("owner.external_id",) if HISTORY[kind.value].is_owned else ()
    links = tuple(f"{linked}.external_id" for linked in LINKS[kind.value].values())
    facts = tuple(
        f"{kind}.{name}"
        for name, spec in specs.items()
        if spec.type is not FactType.LINK and not _is_given(name, kind)
    )
    return (f"{kind}.external_id", *owner, *links, *facts)


def history_row(
    kind: RecordKind, record_id: UUID, facts: HistoryFacts, *, owner_id: UUID | None
) -> ExportRow:
    """One record, in the texts that are read back as the same facts."""
    row = {f"{kind}.external_id": str(record_id), "owner.external_id": str(owner_id or "")}
    for name, spec in fact_specs(kind.value).items():
        value = getattr(facts, name)
        if spec.type is FactType.LINK:
            row[f"{spec.links_to}.external_id"] = value
        elif spec.type is FactType.CHOICE:
            row[f"{kind}.{name}"] = _choice_text(kind, name, facts)
        elif not _is_given(name, kind):
            row[f"{kind}.{name}"] = _amount_text(value) if spec.type is FactType.AMOUNT else value
    return row


def _is_given(name: str, kind: RecordKind) -> bool:
    """Whether a fact keeps the source's own word for another."""
    return name.endswith("_given") and name.removesuffix("_given") in fact_specs(kind.value)


def _choice_text(kind: RecordKind, name: str, facts: HistoryFacts) -> str:
    """The source's own word where it is read as this code, else the code."""
    code, given = str(getattr(facts, name)), str(getattr(facts, f"{name}_given", ""))
    return given if given and read_code(f"{kind}.{name}", given) == code else code or given


def _amount_text(amount: str) -> str:
    """An amount whose decimals nobody takes for thousands: three of them become four."""
    whole, point, decimals = amount.partition(".")
    return f"{whole}{point}{decimals}0" if len(decimals) == 3 else amount
