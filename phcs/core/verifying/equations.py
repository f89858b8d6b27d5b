"""What must add up after a promotion: rows, columns, record kinds, external ids, records and chains."""

from collections import Counter
from collections.abc import Iterator

from phcs.core.planning.actions import Action
from phcs.core.reconciling import Equation, Term
from phcs.core.verifying.accounts import Accounts, RecordAccount, TableAccount, TrailAccount
from phcs.core.verifying.columns import ColumnAccount, ColumnFate
from phcs.core.verifying.verdicts import Verdict

OUTCOME_WORDS = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.UNCHANGED: "unchanged",
    Action.LINK: "linked",
    Action.SKIP: "skipped",
    Action.REJECT: "rejected",
}
VERDICT_WORDS = {
    Verdict.SAME: "arrived",
    Verdict.ELSEWHERE: "arrived as the second number",
    Verdict.PASSED_OVER: "passed over, as another column came first",
    Verdict.NO_VALUE: "without a value that is kept",
    Verdict.KEPT: "where PHCS kept what it held",
    Verdict.OTHER_ROW: "where another row of the file says something else",
    Verdict.CHANGED_SINCE: "changed since",
    Verdict.TAKEN_BACK: "taken back",
    Verdict.NOT_IMPORTED: "in rows that were not imported",
    Verdict.UNEXPLAINED: "unexplained",
}
_TOLD = {Action.CREATE: "created", Action.UPDATE: "updated", Action.LINK: "linked"}


def equations_of(accounts: Accounts) -> tuple[Equation, ...]:
    """Every equation of a verification, in the order in which people read them."""
    return (
        *_of_rows(accounts),
        *(one for table in accounts.tables for one in _of_table(table, accounts.file_note)),
        *(
            one
            for table in accounts.tables
            for column in table.columns
            for one in _of_column(table, column, accounts.file_note, accounts.plan_note)
        ),
        *(one for account in accounts.records for one in _of_kind(account)),
        *_of_trail(accounts.trail),
        *_of_chains(accounts),
    )


def _of_rows(accounts: Accounts) -> Iterator[Equation]:
    """Every row has exactly one outcome."""
    ledger: Counter[str] = Counter()
    for table in accounts.tables:
        ledger.update(table.outcomes)
    outcomes = tuple(Term(word, ledger[action.value]) for action, word in OUTCOME_WORDS.items())
    in_file = Term("rows of the file", sum(table.rows_first for table in accounts.tables))
    yield Equation("rows.outcomes", "Every row has exactly one outcome", outcomes, (in_file,))
    for action, word in OUTCOME_WORDS.items():
        planned = accounts.planned_rows.get(action, 0)
        if planned or ledger[action.value]:
            yield Equation(
                f"rows.{action.value}",
                f"Rows that were {word}",
                (Term("in the approved plan", planned),),
                (Term("in the row ledger", ledger[action.value]),),
            )


def _of_table(table: TableAccount, note: str) -> Iterator[Equation]:
    rows = Term("rows in the file, read again", table.rows_now)
    where = f"Table {table.table_no} ({table.name})"
    yield Equation(
        "table.rows",
        f"{where}, its rows",
        (Term("when it was first read", table.rows_first),),
        (rows,),
        note,
    )
    both = table.rows_now - table.missing
    yield Equation(
        "table.ledger",
        f"{where}, its rows in the ledger",
        (rows,),
        (Term("of them in the row ledger", both),),
        note,
    )
    yield Equation(
        "table.surplus",
        f"{where}, what the ledger holds",
        (Term("rows in the row ledger", table.ledger),),
        (Term("of them in the file", table.ledger - table.surplus),),
        note,
    )
    yield Equation(
        "table.digests",
        f"{where}, what its rows say",
        (Term("rows in the file and in the ledger", both),),
        (Term("with the digest that the ledger keeps", table.equal_digests),),
        note,
    )


def _of_column(
    table: TableAccount, column: ColumnAccount, file_note: str, plan_note: str
) -> Iterator[Equation]:
    if column.fate is ColumnFate.DROPPED:
        return
    about = f"Column “{column.heading}” of {table.name}"
    now = Term("filled cells, read again", column.filled)
    yield Equation(
        "column.filled",
        f"{about}, its filled cells",
        (Term("when it was first read", column.filled_first),),
        (now,),
        file_note,
    )
    if column.fate is ColumnFate.MAPPED:
        explained = tuple(
            Term(word, column.verdicts[verdict])
            for verdict, word in VERDICT_WORDS.items()
            if verdict is not Verdict.UNEXPLAINED
        )
        yield Equation(
            "column.arrived", f"{about}, where they went", (now,), explained, file_note or plan_note
        )


def _of_kind(account: RecordAccount) -> Iterator[Equation]:
    kind = account.kind.value.replace("_", " ")
    for action, word in _TOLD.items():
        planned, told = account.planned.get(action, 0), account.told.get(word, 0)
        if planned or told:
            yield Equation(
                f"records.{word}",
                f"Records of the kind “{kind}” that were {word}",
                (Term("in the approved plan", planned),),
                (Term("in the audit trail", told),),
            )
    created, removed, restored = (account.told.get(word, 0) for word in ("created", "removed", "restored"))
    if created or account.live:
        yield Equation(
            "records.live",
            f"Records of the kind “{kind}” that the import made",
            (Term("created", created), Term("brought back by a redo", restored)),
            (Term("live", account.live), Term("removed by an undo", removed)),
        )


def _of_trail(trail: TrailAccount) -> Iterator[Equation]:
    for kind, touched in trail.records.items():
        yield Equation(
            "records.as_told",
            f"Records of the kind “{kind.value.replace('_', ' ')}” that the import touched",
            (Term("touched", touched),),
            (
                Term("as the audit trail says", trail.as_told[kind]),
                Term("removed by an undo", trail.taken_back[kind]),
                Term("whose values were erased from the trail", trail.unknown[kind]),
            ),
        )
    if trail.statements:
        yield Equation(
            "external_ids",
            "Ids of the other system",
            (Term("stated by the import", trail.statements),),
            (
                Term("found at their record", trail.found_ids),
                Term("moved or taken back since", trail.moved_ids),
            ),
        )


def _of_chains(accounts: Accounts) -> Iterator[Equation]:
    for chain in accounts.chains:
        yield Equation(
            "chain.events",
            f"Events in {chain.name}",
            (Term("that it should hold", chain.expected),),
            (Term("there and intact", chain.events if chain.is_intact else 0),),
        )
