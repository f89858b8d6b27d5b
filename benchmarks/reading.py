"""What the reading child needs for large files: `python -m benchmarks.reading`; also at the end of `make bench`.

Each file is inspected and then read, each time by a child of its own with the limits of production. CPU seconds are
those of the child; memory is the peak of the hungrier one.
"""

import csv
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from phcs.core.reading import ReadLimits
from phcs.services.limited_reading import ChildLimits, inspect_file, read_chunks

ROWS = 100_000
COLUMNS = 20
TARGET_SECONDS = 10.0
TARGET_MEGABYTES = 512
_START = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReadingFigure:
    """One file: its size, the rows that came, and what its children needed."""

    name: str
    megabytes: float
    rows: int
    inspect_seconds: float
    rows_seconds: float
    peak_megabytes: int

    @property
    def is_met(self) -> bool:
        """Whether the targets are met."""
        return max(self.inspect_seconds, self.rows_seconds) < TARGET_SECONDS and (
            self.peak_megabytes < TARGET_MEGABYTES
        )


def table_rows(*, odd: bool) -> Iterator[list[Any]]:
    """Headings, then visits; `odd` ones have a formula without a result in each row and some errors."""
    yield [f"Heading {number}" for number in range(COLUMNS)]
    for number in range(ROWS):
        created = (_START + timedelta(minutes=number)).replace(tzinfo=None)
        head = [
            f"V{number}",
            f"Ana {number % 5_000}",
            34_600_111_222 + number,
            created,
            "dog",
            "food",
            "closed",
        ]
        formula = "=A1" if odd else "a"
        tail = [formula, "#N/A" if odd and not number % 100 else "b", *("cdefgh"), created.date()]
        yield [*head, number % 7, f"note {number} with some text", None, number * 1.5, *tail]


def write_files(folder: Path) -> list[Path]:
    """The same table as a workbook, as one full of oddities, and as CSV."""
    paths = [folder / "plain.xlsx", folder / "odd.xlsx", folder / "plain.csv"]
    for path in paths[:2]:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Visits")
        for row in table_rows(odd=path.stem == "odd"):
            sheet.append(row)
        book.save(path)
    with paths[2].open("w", newline="") as file:
        csv.writer(file).writerows(table_rows(odd=False))
    return paths


def measured(path: Path) -> ReadingFigure:
    """Measured in a small process of its own: a child's peak is never less than that of its parent."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading", str(path)], check=True, capture_output=True, text=True
    )
    return ReadingFigure(**json.loads(ran.stdout))


def all_figures() -> list[ReadingFigure]:
    """Write the files and measure them; about a minute."""
    with tempfile.TemporaryDirectory() as folder:
        return [measured(path) for path in write_files(Path(folder))]


def as_markdown(figures: list[ReadingFigure]) -> str:
    """The table that is printed."""
    target = f"below {TARGET_SECONDS:g} CPU s each and {TARGET_MEGABYTES} MB"
    lines = [
        f"## Reading {ROWS:,} rows of {COLUMNS} columns in the child ({target})",
        "",
        "| file | MB | rows | inspect s | rows s | peak MB | |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.megabytes:.1f} | {one.rows:,} | {one.inspect_seconds:.1f} | {one.rows_seconds:.1f} "
        f"| {one.peak_megabytes} | {'met' if one.is_met else 'missed'} |"
        for one in figures
    ]
    return "\n".join(lines)


def _measure(path: Path) -> dict[str, Any]:
    child = ChildLimits()
    started = _cpu_seconds()
    (reading,) = inspect_file(path, name=path.name, limits=ReadLimits(), child=child)
    inspected = _cpu_seconds()
    rows = sum(len(chunk) for chunk in read_chunks(path, reading, limits=ReadLimits(), child=child))
    return {
        "name": path.name,
        "megabytes": path.stat().st_size / 1e6,
        "rows": rows,
        "inspect_seconds": inspected - started,
        "rows_seconds": _cpu_seconds() - inspected,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_measure(Path(sys.argv[1]))))
    else:
        print(as_markdown(all_figures()))
