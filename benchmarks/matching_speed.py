"""How fast owners are recognised among a million: `python -m benchmarks.matching_speed`, a part of `make bench`.

The owners are put into the tables in bulk, with their keys and name frequencies, by a process of its own. Another one
then answers the rows of a file, chunk by chunk as a plan does, without writing. Seconds of a busy machine say little:
the table also gives the processor's time of the matching process.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from benchmarks.contestants import product_environment
from benchmarks.databases import fresh_databases
from benchmarks.matching_crowd import Crowd
from benchmarks.memory import peak_mb, reset_peak
from phcs.app import create_app
from phcs.config import ROOT
from phcs.core.findings import RowStatus
from phcs.core.matching.keys import owner_keys
from phcs.core.options import ImportOptions
from phcs.core.records import OwnerFacts, RecordKind, RowRecord, fact_names, facts_as_json
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.records import MatchKey, Owner, Pet
from phcs.queries.live_facts import ReadyColumns
from phcs.queries.planned_records import WorldScope
from phcs.queries.source_tables import TableInPlan
from phcs.services import bulk
from phcs.services.chunk_planning import ChunkPlanner
from phcs.services.garbage import collect_seldom
from phcs.services.identifiers import new_id
from phcs.services.name_counts import NameTally
from phcs.services.organisations import create_organisation
from phcs.services.owner_keys import KEY_COLUMNS
from phcs.services.plan_rows import StagedRecord
from phcs.services.record_writing import RECORD_COLUMNS
from phcs.services.transactions import transaction
from phcs.services.working import utc_now

TARGETS = {"postgresql": 8_000, "sqlite": 6_000}
"""Rows a second against 1,000,000 owners."""
MOST_MB = 600
OWNERS, ROWS, SEED = 1_000_000, 100_000, 20_261
FROM_ROWS = 1_000_000
"""`make bench ROWS=1000000` also runs this; putting a million owners there takes minutes."""
ROWS_AT_ONCE = 2_000
FILL_AT_ONCE = 5_000
SOURCE = "waitwhile"


@dataclass(frozen=True, slots=True)
class Speed:
    """What one database has given; `right` links are to the true owner."""

    system: str
    owners: int
    rows: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    links: int
    right: int
    reviews: int
    truth: int
    blocks_skipped: int
    fill_seconds: float

    @property
    def rows_per_second(self) -> float:
        """By the clock."""
        return self.rows / self.seconds

    @property
    def rows_per_cpu_second(self) -> float:
        """By the processor's time of this process; the database's own is not in it."""
        return self.rows / self.cpu_seconds


def all_figures(
    *,
    owners: int = OWNERS,
    rows: int = ROWS,
    systems: tuple[str, ...] = ("sqlite", "postgresql"),
    seed: int = SEED,
) -> list[Speed]:
    """Measure each database, one after the other."""
    found = []
    for system in systems:
        with (
            tempfile.TemporaryDirectory() as folder,
            fresh_databases(system, Path(folder)) as fresh,
            fresh("matching") as database,
        ):
            environment = product_environment(database, Path(folder) / "instance")
            command = [sys.executable, "-m", "flask", "--app", "phcs.app", "db", "upgrade"]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
            words = [str(owners), str(rows), str(seed)]
            fill = _child("fill", words, environment)
            found.append(
                Speed(system=system, fill_seconds=fill["seconds"], **_child("match", words, environment))
            )
    return found


def as_markdown(found: list[Speed]) -> str:
    """The table."""
    lines = [
        f"## Recognising {found[0].rows:,} owners among {found[0].owners:,}",
        "",
        "| database | rows/s | rows/CPU-s | target | peak MB | links, right of true | reviews | keys passed over |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.system} | {one.rows_per_second:,.0f} | {one.rows_per_cpu_second:,.0f} | {TARGETS[one.system]:,} |"
        f" {one.peak_mb:.0f} | {one.links:,}, {one.right:,} of {one.truth:,} | {one.reviews:,} |"
        f" {one.blocks_skipped:,} |"
        for one in found
    ]
    return "\n".join(lines)


def _child(part: str, words: list[str], environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.matching_speed", "--part", part, *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part}: {done.stderr[-3000:]}")
    sys.stderr.write(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _owner_id(number: int) -> UUID:
    return UUID(int=(0x0190_0000_0000_7000_8000 << 48) + number + 1)


def fill(crowd: Crowd) -> dict[str, Any]:
    """Put the owners into the tables as promotions would have, some thousand at a time."""
    started = time.perf_counter()
    organisation_id = create_organisation(now=utc_now(), name="Town", region="ES", time_zone="UTC")
    for start in range(0, crowd.owners, FILL_AT_ONCE):
        with transaction() as session:
            _fill_some(session, crowd, organisation_id, range(start, min(start + FILL_AT_ONCE, crowd.owners)))
    with transaction() as session:
        bulk.learn_sizes(session, Owner, Pet, MatchKey)
    return {"seconds": time.perf_counter() - started}


def _fill_some(session: Any, crowd: Crowd, organisation_id: UUID, numbers: range) -> None:
    moment = bulk.moment_text(session, utc_now())
    columns = {kind: ReadyColumns(fact_names(kind), str) for kind in (RecordKind.OWNER, RecordKind.PET)}
    owners, pets, keys, names = [], [], [], NameTally()
    for number in numbers:
        facts, animals = crowd.owner(number)
        owner_id = _owner_id(number)
        made = (organisation_id.hex, "", None, 1, moment, moment)
        names.add(facts)
        owners.append((owner_id.hex, *made, *columns[RecordKind.OWNER].of(facts_as_json(facts))))
        pets += [
            (new_id().hex, *made, owner_id.hex, *columns[RecordKind.PET].of(facts_as_json(pet)))
            for pet in animals
        ]
        keys += [
            (organisation_id.hex, key, owner_id.hex, None)
            for key in owner_keys(facts, animals, source="", external_id="")
        ]
    bulk.insert_rows(session, Owner, (*RECORD_COLUMNS, *fact_names(RecordKind.OWNER)), owners, ready=True)
    bulk.insert_rows(
        session, Pet, (*RECORD_COLUMNS, "owner_id", *fact_names(RecordKind.PET)), pets, ready=True
    )
    bulk.insert_rows(session, MatchKey, KEY_COLUMNS, keys, ready=True)
    names.keep(session, organisation_id)


def match(crowd: Crowd, rows: int) -> dict[str, Any]:
    """Answer the rows as a plan does; making the rows is not counted."""
    organisation_id = db.session.scalars(sa.select(Organisation.id)).one()
    db.session.rollback()
    found = _import(organisation_id)
    planner = ChunkPlanner(found=found)
    scope = WorldScope(organisation_id, found.id, SOURCE)
    table = TableInPlan(1, found.file_name, RecordKind(found.kind), SOURCE)
    answers: Counter[str] = Counter()
    right = truth = 0
    seconds = cpu_seconds = 0.0
    incoming = list(crowd.incoming(rows))
    collect_seldom()  # as workers do
    reset_peak()
    for start in range(0, rows, ROWS_AT_ONCE):
        some = incoming[start : start + ROWS_AT_ONCE]
        staged = [_staged(start + place + 1, told) for place, (_, told) in enumerate(some)]
        began, began_cpu = time.perf_counter(), time.process_time()
        plan = planner.plan(db.session(), scope, staged, table=table)
        db.session.rollback()
        seconds += time.perf_counter() - began
        cpu_seconds += time.process_time() - began_cpu
        for (number, _), planned in zip(some, plan.rows, strict=True):
            answer = planned.match
            answers[str(answer.outcome) if answer else ""] += 1
            truth += number is not None
            if number is not None and answer and answer.outcome == "link" and answer.owner:
                right += answer.owner.id == _owner_id(number)
    return {
        "owners": crowd.owners,
        "rows": rows,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "peak_mb": peak_mb(),
        "links": answers["link"],
        "right": right,
        "reviews": answers["review"],
        "truth": truth,
        "blocks_skipped": len(planner.skipped_blocks),
    }


def _import(organisation_id: UUID) -> Import:
    """An import that is in no table: planning only reads what it says."""
    return Import(
        id=new_id(),
        organisation_id=organisation_id,
        source=SOURCE,
        kind=RecordKind.OWNER.value,
        options=ImportOptions().as_json(),
    )


def _staged(row_no: int, told: tuple[OwnerFacts, Any]) -> StagedRecord:
    facts, pets = told
    return StagedRecord(row_no, RowStatus.VALID, RowRecord(owner=facts, pets=pets), "")


def main() -> None:
    """Measure, or be one of the processes that do."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=["fill", "match"], help=argparse.SUPPRESS)
    parser.add_argument("--databases", nargs="+", choices=list(TARGETS), default=["sqlite", "postgresql"])
    parser.add_argument("owners", type=int, nargs="?", default=OWNERS)
    parser.add_argument("rows", type=int, nargs="?", default=ROWS)
    parser.add_argument("seed", type=int, nargs="?", default=SEED)
    wanted = parser.parse_args()
    if not wanted.part:
        found = all_figures(
            owners=wanted.owners, rows=wanted.rows, seed=wanted.seed, systems=tuple(wanted.databases)
        )
        print(as_markdown(found))
        print(json.dumps([asdict(one) for one in found]), file=sys.stderr)
        return
    crowd = Crowd(owners=wanted.owners, seed=wanted.seed)
    with create_app().app_context():
        answer = fill(crowd) if wanted.part == "fill" else match(crowd, wanted.rows)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
