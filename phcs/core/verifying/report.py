"""The verification report as it is kept, shown and signed: a body without personal data, and values that can go.

The digest covers the body and, through a salted digest, the values: when these are deleted with the import's rows,
the digest and every signature of it still hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from phcs.core.chain import canonical_values, leaf_digest
from phcs.core.reconciling import Equation, Term
from phcs.core.verifying.accounts import Accounts, Problem, TableAccount
from phcs.core.verifying.columns import ColumnAccount
from phcs.core.verifying.details import RowDetail
from phcs.core.verifying.equations import equations_of

FORM = "verification/1"


class Result(StrEnum):
    """What a verification came to."""

    ADDS_UP = "adds_up"
    DOES_NOT_ADD_UP = "does_not_add_up"


class Judgement(StrEnum):
    """What a person signs: that the report is right, or that they have seen what is wrong."""

    CORRECT = "correct"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class ReportMade:
    """A report that was just made. Body and values are plain data; `values` may hold personal data."""

    body: dict[str, Any]
    values: dict[str, Any]
    salt: bytes
    digest: str
    result: Result
    problems: int


def make_report(
    head: Mapping[str, Any], accounts: Accounts, details: Sequence[RowDetail], *, salt: bytes
) -> ReportMade:
    """Put everything that was counted into a report; `head` says which import, when, by whom and how."""
    equations = equations_of(accounts)
    failed = [one for one in equations if not one.holds]
    adds_up = not failed and not accounts.problems.total
    result = Result.ADDS_UP if adds_up else Result.DOES_NOT_ADD_UP
    values = {"sample": [detail_as_json(one) for one in details]}
    body = {
        "form": FORM,
        **head,
        "result": result.value,
        "notes": [note for note in (accounts.file_note, accounts.plan_note) if note],
        "equations": [equation_as_json(one) for one in equations],
        "problems": {
            "total": accounts.problems.total,
            "counts": dict(sorted(accounts.problems.counts.items())),
            "shown": [_problem(one) for one in accounts.problems.shown],
        },
        "tables": [_table(one) for one in accounts.tables],
        "records": [
            {
                "kind": one.kind.value,
                "planned": {action.value: number for action, number in one.planned.items() if number},
                "told": dict(sorted(one.told.items())),
                "live": one.live,
            }
            for one in accounts.records
        ],
        "chains": [asdict(one) for one in accounts.chains],
        "sample": [list(key) for key in accounts.sample],
        "values_digest": leaf_digest(salt, values),
    }
    return ReportMade(body, values, salt, report_digest(body), result, accounts.problems.total or len(failed))


def report_digest(body: Mapping[str, Any]) -> str:
    """The digest that a signature names: 64 hex digits over the whole body."""
    return sha256(b"%b\n%b" % (FORM.encode(), canonical_values(body))).hexdigest()


def values_fit(body: Mapping[str, Any], values: Mapping[str, Any], salt: bytes) -> bool:
    """Whether these values are the ones that the report was made with."""
    return bool(leaf_digest(salt, values) == body.get("values_digest"))


def equation_as_json(one: Equation) -> dict[str, Any]:
    """An equation as plain data, its sentence included; `equation_from_json` turns it back."""
    return {
        "code": one.code,
        "about": one.about,
        "left": [[term.label, term.number] for term in one.left],
        "right": [[term.label, term.number] for term in one.right],
        "note": one.note,
        "holds": one.holds,
        "checked": one.is_checked,
        "sentence": one.sentence,
    }


def equation_from_json(data: Mapping[str, Any]) -> Equation:
    """The equation that `equation_as_json` wrote."""
    left, right = (tuple(Term(label, number) for label, number in data[side]) for side in ("left", "right"))
    return Equation(data["code"], data["about"], left, right, data["note"])


def _problem(one: Problem) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if value}


def _table(one: TableAccount) -> dict[str, Any]:
    return {
        "table_no": one.table_no,
        "name": one.name,
        "kind": one.kind,
        "rows": {
            "first_read": one.rows_first,
            "read_again": one.rows_now,
            "in_ledger": one.ledger,
            "equal_digests": one.equal_digests,
            "missing": one.missing,
            "surplus": one.surplus,
        },
        "outcomes": dict(sorted(one.outcomes.items())),
        "columns": [_column(column) for column in one.columns],
    }


def _column(one: ColumnAccount) -> dict[str, Any]:
    return {
        "position": one.position,
        "heading": one.heading,
        "target": one.target,
        "fate": one.fate.value,
        "filled_first": one.filled_first,
        "filled": one.filled,
        "arrived": one.arrived,
        "verdicts": {verdict.value: number for verdict, number in sorted(one.verdicts.items()) if number},
    }


def detail_as_json(one: RowDetail) -> dict[str, Any]:
    """A row in full as plain data."""
    return asdict(one) | {"worst": one.worst.value}
