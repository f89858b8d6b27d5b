"""The audit trail of an import against the live records: its chains, and every record that it touched, one by one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.audit_form import chain_text
from phcs.core.chain import ChainedEvent, ChainHead, verify
from phcs.core.records import RecordKind, fact_names
from phcs.core.row_places import row_named
from phcs.core.verifying.accounts import ChainAccount, Problem, Problems, TrailAccount
from phcs.core.verifying.trails import TrailEvent, altered_facts, expected_record
from phcs.queries.audit_chains import chained, says_what_was_recorded
from phcs.queries.verification_live import LiveFacts, holders_of, live_facts_among, normal_value
from phcs.queries.verification_trail import (
    KINDS,
    Anchor,
    ImportScope,
    chain_pieces,
    head_of,
    trail_event,
    trails_of,
)

ANCHORED = {
    "import.promoted": "the chain of the promotion",
    "import.undone": "the chain of the undo",
    "import.redone": "the chain of the redo",
}
MOVING = frozenset({"removed", "reverted", "merged", "archived", "unmerged", "unarchived"})
"""What may take an external id from a record, or give it to another."""


class RecordsPass:
    """Goes through the events of the promotion and compares each record that they tell of with the live one."""

    def __init__(
        self, session: Session, scope: ImportScope, problems: Problems, alive: Callable[[int], None]
    ) -> None:
        """`alive` is called after every piece with 0: no more rows of the file are done."""
        self.session = session
        self.alive = alive
        self.scope = scope
        self.problems = problems
        self.account = TrailAccount()

    def check_chains(self, anchors: Sequence[Anchor]) -> list[ChainAccount]:
        """Check the organisation's own chain and those of the import; the promotion's records on the way."""
        organisation_id = self.scope.organisation_id
        own = head_of(self.session, organisation_id=organisation_id, chain_id=organisation_id)
        found = [self._chain("the organisation's chain", organisation_id, own)]
        for anchor in anchors:
            is_promotion = anchor.action == "import.promoted"
            found.append(
                self._chain(ANCHORED[anchor.action], anchor.chain_id, anchor.head, looks=is_promotion)
            )
        return found

    def _chain(
        self, name: str, chain_id: UUID, head: ChainHead | None, *, looks: bool = False
    ) -> ChainAccount:
        text = chain_text(organisation_id=self.scope.organisation_id, chain_id=chain_id)
        report = verify(self._events(chain_id, looks=looks), chain_id=text, head=head)
        expected = head.seq if head else 0
        is_intact = report.is_intact and head is not None and report.head == head
        sentence = report.sentence
        if report.is_intact and not is_intact:
            sentence = f"It has {report.events:,} events and should have {expected:,}."
        if not is_intact:
            self.problems.add(Problem("chain.altered", f"In {name}: {sentence}"))
        return ChainAccount(name, str(chain_id), expected, report.events, is_intact, sentence)

    def _events(self, chain_id: UUID, *, looks: bool) -> Iterator[ChainedEvent]:
        for piece in chain_pieces(
            self.session, organisation_id=self.scope.organisation_id, chain_id=chain_id
        ):
            for row in piece:
                if not says_what_was_recorded(row):
                    self.problems.add(
                        Problem(
                            "event.values",
                            f"The values of event {row.seq:,} of the chain {chain_id} were changed.",
                            row_no=row.row_no or 0,
                            kind=row.subject_kind,
                            record_id=str(row.subject_id or ""),
                        )
                    )
            if looks:
                self._compare(chain_id, piece)
            yield from map(chained, piece)
            self.alive(0)

    def _compare(self, chain_id: UUID, piece: Sequence[Any]) -> None:
        """Compare the records that these events tell of; one that an earlier piece told of is compared already."""
        told: dict[UUID, list[TrailEvent]] = defaultdict(list)
        kinds: dict[UUID, RecordKind] = {}
        for row in piece:
            if row.subject_id is not None and row.subject_kind in KINDS:
                told[row.subject_id].append(trail_event(row, self.scope.file_name))
                kinds[row.subject_id] = RecordKind(row.subject_kind)
        others = trails_of(
            self.session, self.scope, told.keys(), but_chain=(chain_id, piece[0].seq, piece[-1].seq)
        )
        first = {row.subject_id: row.id for row in reversed(piece)}
        wanted: dict[RecordKind, list[UUID]] = defaultdict(list)
        for record_id, kind in kinds.items():
            if not self._was_told_before(others.get(record_id, ()), first[record_id]):
                wanted[kind].append(record_id)
        live = live_facts_among(self.session, self.scope, wanted)
        for kind, ids in wanted.items():
            for record_id in ids:
                trail = sorted((*told[record_id], *others.get(record_id, ())), key=lambda one: one.number)
                self._record(kind, record_id, trail, live.get(record_id))
        self._ids(piece, others)

    def _was_told_before(self, others: Iterable[TrailEvent], first: int) -> bool:
        own = str(self.scope.import_id)
        return any(one.number < first and one.import_id == own for one in others)

    def _record(
        self, kind: RecordKind, record_id: UUID, trail: Sequence[TrailEvent], live: LiveFacts | None
    ) -> None:
        self.account.records[kind] += 1
        expected = expected_record(trail)
        own = next(one for one in trail if one.import_id == str(self.scope.import_id))
        place = {
            "table_no": own.table_no,
            "row_no": own.row_no,
            "kind": kind.value,
            "record_id": str(record_id),
        }
        if live is None:
            self._missing(kind, is_explained=expected.gone_by is not None, place=place)
            return
        if expected.gone_by is not None:
            self._add("record.there", "is there, though the audit trail says that it was removed", place)
            return
        if not expected.is_whole and any(one.is_erased for one in trail):
            self.account.unknown[kind] += 1
            return
        altered = altered_facts(expected, live, fact_names(kind), normal=normal_value)
        if not altered:
            self.account.as_told[kind] += 1
            return
        names = ", ".join(name.replace("_", " ") for name in altered)
        self._add("record.altered", f"says something else than the audit trail says: {names}", place)

    def _missing(self, kind: RecordKind, *, is_explained: bool, place: Mapping[str, Any]) -> None:
        if is_explained:
            self.account.taken_back[kind] += 1
            return
        self._add("record.gone", "is not there, and the audit trail does not say who removed it", place)

    def _add(self, code: str, what: str, place: Mapping[str, Any]) -> None:
        where = row_named(place["table_no"], place["row_no"], self.scope.table_names)
        kind = str(place["kind"]).replace("_", " ")
        sentence = f"The {kind} of {where} ({place['record_id']}) {what}."
        self.problems.add(Problem(code, sentence, **place))

    def _ids(self, piece: Sequence[Any], others: Mapping[UUID, Sequence[TrailEvent]]) -> None:
        """Look for the external ids that these events state."""
        stated = [
            row for row in piece if row.subject_id is not None and (row.values or {}).get("external_id")
        ]
        holders = holders_of(self.session, self.scope, {row.values["external_id"] for row in stated})
        for row in stated:
            self.account.statements += 1
            holder = holders.get((row.subject_kind, row.values["external_id"]))
            if holder == row.subject_id:
                self.account.found_ids += 1
            elif any(one.done in MOVING for one in others.get(row.subject_id, ())):
                self.account.moved_ids += 1
            else:
                place = {
                    "table_no": (row.detail or {}).get("table", 1),
                    "row_no": row.row_no or 0,
                    "kind": row.subject_kind,
                    "record_id": str(row.subject_id),
                }
                self._add("external_id.lost", "has lost its id of the other system", place)
