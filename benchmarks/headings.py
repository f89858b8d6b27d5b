"""How many headings of hand-made lists are suggested right, wrong, or left to the person: headings alone, no rows.

`python -m benchmarks.headings` prints the figures and every heading that was not right; `make bench` prints
the figures.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.sources import recognise

FOLDER = Path(__file__).parent
SETS = {name: FOLDER / f"headings_{name}.txt" for name in ("first", "second", "third")}
LEFT, UNCOUNTED = "-", "?"
MOST_WRONG, LEAST_RIGHT = 0.01, 0.85


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with the targets that are right for it; none means that it must be left to the person."""

    text: str
    right: frozenset[str]
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was suggested for a counted heading."""

    table: str
    heading: Heading
    target: str

    @property
    def is_right(self) -> bool:
        return self.target in self.heading.right

    @property
    def is_wrong(self) -> bool:
        return bool(self.target) and not self.is_right


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one set; `answerable` are the headings that have a right answer."""

    name: str
    counted: int
    answerable: int
    right: int
    wrong: int
    left: int
    rightly_left: int

    @property
    def is_met(self) -> bool:
        return self.wrong <= MOST_WRONG * self.counted and self.right >= LEAST_RIGHT * self.answerable


def tables_of(path: Path) -> dict[str, list[Heading]]:
    """Return the lists of a file with their headings; the file's own head says how it is written."""
    tables: dict[str, list[Heading]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("= "):
            headings = tables.setdefault(line[2:].strip(), [])
        elif "\t" in line and not line.startswith("#"):
            text, _, answer = line.partition("\t")
            right = frozenset(answer.split("|")) - {LEFT, UNCOUNTED}
            headings.append(Heading(text, right, answer != UNCOUNTED))
    return tables


def answers_of(path: Path) -> Iterator[Answer]:
    """Suggest a mapping for each list of a file, from nothing but its headings."""
    for name, headings in tables_of(path).items():
        columns = tuple(
            ColumnReading(position, one.text, one.text, 0, ()) for position, one in enumerate(headings)
        )
        mapping = recognise(TableReading(name, "delimited", "utf-8", ",", 1, columns, 0, 0, 0, ()))
        for heading, column in zip(headings, mapping.columns, strict=True):
            if heading.is_counted:
                yield Answer(name, heading, column.target)


def figures_of(name: str, path: Path) -> Figures:
    """Count one set."""
    answers = list(answers_of(path))
    answerable = [one for one in answers if one.heading.right]
    return Figures(
        name=name,
        counted=len(answers),
        answerable=len(answerable),
        right=sum(one.is_right for one in answerable),
        wrong=sum(one.is_wrong for one in answers),
        left=sum(not one.target for one in answerable),
        rightly_left=sum(not one.target and not one.heading.right for one in answers),
    )


def all_figures() -> list[Figures]:
    """Count every set."""
    return [figures_of(name, path) for name, path in SETS.items()]


def as_markdown(found: list[Figures]) -> str:
    """The figures as a table with its targets."""
    lines = [
        "## Headings alone: what is suggested for lists that were not seen before",
        "| set | headings | with an answer | right | wrong | left to the person | rightly left | target |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        share_right, share_wrong = one.right / one.answerable, one.wrong / one.counted
        target = (
            f"right ≥ {LEAST_RIGHT:.0%}, wrong ≤ {MOST_WRONG:.0%}: {'met' if one.is_met else '**missed**'}"
        )
        cells = (one.name, one.counted, one.answerable, f"{one.right} ({share_right:.1%})")
        more = (f"{one.wrong} ({share_wrong:.1%})", one.left, one.rightly_left, target)
        lines.append(f"| {' | '.join(map(str, (*cells, *more)))} |")
    return "\n".join(lines)


def _told(one: Answer) -> str:
    wanted = "|".join(sorted(one.heading.right)) or "leave it"
    verdict = "WRONG" if one.is_wrong else "left "
    return f"{verdict} {one.table}: {one.heading.text} → {one.target or LEFT}, not {wanted}"


def main() -> int:
    """Print the figures and what was not right; 1 when a target is missed."""
    for path in SETS.values():
        for one in answers_of(path):
            if one.is_wrong or (one.heading.right and not one.target):
                print(_told(one))
    found = all_figures()
    print(as_markdown(found))
    return 0 if all(one.is_met for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
