"""The tables that a run ends with, in Markdown, and the same as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.measuring import BULK, DEFAULT, MOST_ROWS, PRODUCT, Measures
from benchmarks.targets import FEWEST_ROWS, Verdict, memory_mb, ratio, verdicts

NAMES = {
    PRODUCT: "this product",
    DEFAULT: "django-import-export, default",
    BULK: "django-import-export, bulk",
}
CONCURRENT = ("read", "check")
"""Stages that children do beside the rest."""


def as_markdown(found: Sequence[Measures]) -> str:
    """Everything that was measured, for people."""
    parts = [
        "## Contestants, in turn on the same file; medians",
        _table(
            "rows|database|contestant|runs|preview s|import s|preview rows/s|import rows/s|both rows/s|"
            "this product is … times as fast|peak MB (children)",
            (line for one in found for line in _contestants(one)),
        ),
        "## Bare limits, and the targets",
        _table("rows|database|bare work|s|rows/s", (line for one in found for line in _limits(one))),
        _table("rows|database|figure|measured|target|", map(_verdict, verdicts(found))),
        "## Where the time goes: this product, seconds by stage",
        _table(
            "rows|database|stages|everything else (the wait for the reader, …)|children's, beside the rest",
            map(_stages, found),
        ),
        "## Truth",
        "\n".join(_truth(one) for one in found),
    ]
    return "\n\n".join(parts)


def as_json(found: Sequence[Measures]) -> dict[str, Any]:
    """Everything that was measured, for programs."""
    return {
        "measures": [{**asdict(one), "medians": _medians(one)} for one in found],
        "verdicts": [{**asdict(one), "met": one.met} for one in verdicts(found)],
    }


def _medians(one: Measures) -> dict[str, dict[str, float | None]]:
    figures = ("preview_s", "import_s", "both_s", "peak_mb", "children_mb")
    return {name: {figure: one.median(name, figure) for figure in figures} for name in one.runs}


def _table(headings: str, lines: Iterable[Sequence[str]]) -> str:
    names = headings.split("|")
    head = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join([*head, *(f"| {' | '.join(cells)} |" for cells in lines)])


def _contestants(one: Measures) -> Iterator[list[str]]:
    ours = one.median(PRODUCT, "both_s")
    for contestant, name in NAMES.items():
        runs = one.runs.get(contestant, [])
        place = [f"{one.rows:,}", one.system, name, str(len(runs))]
        both = one.median(contestant, "both_s")
        if both is None:
            yield [*place, _why_not(one, contestant), *[""] * 6]
            continue
        preview, imported = one.median(contestant, "preview_s"), one.median(contestant, "import_s")
        times = ratio(both, ours) or 1.0
        yield [
            *place,
            f"{preview:.2f}",
            f"{imported:.2f}",
            *(_rate(one.rows, seconds) for seconds in (preview, imported, both)),
            "" if contestant == PRODUCT else f"{times:.1f}",
            f"{max(run.peak_mb for run in runs):.0f}"
            + (f" ({max(run.children_mb for run in runs):.0f})" if contestant == PRODUCT else ""),
        ]


def _why_not(one: Measures, contestant: str) -> str:
    return "not run: too slow" if one.rows > MOST_ROWS[contestant] else "not run"


def _limits(one: Measures) -> Iterator[list[str]]:
    copy = "COPY" if one.system == "postgresql" else "executemany"
    for name, bare in ((f"{copy} of the staged rows", one.staging), ("INSERT … SELECT", one.promotion)):
        if bare is not None:
            rows = f"{name}, {bare.rows:,} rows"
            place = [f"{one.rows:,}", one.system]
            yield [*place, rows, f"{bare.seconds:.3f}", _rate(bare.rows, bare.seconds)]


def _rate(rows: int, seconds: float | None) -> str:
    return f"{rows / seconds:,.0f}" if seconds else ""


def _verdict(one: Verdict) -> list[str]:
    value = "not measured" if one.value is None else f"{one.value:.2f}{one.unit}"
    target = f"{'≥' if one.at_least else '≤'} {one.target:g}{one.unit}"
    verdict = {None: "not promised" if one.rows < FEWEST_ROWS else "", True: "met", False: "**missed**"}[
        one.met
    ]
    return [f"{one.rows:,}", one.system, one.figure, value, target, verdict]


def _stages(one: Measures) -> list[str]:
    """The stages of the run in the middle; no stage counts the wait for the reader, approval, start-up."""
    runs = sorted(one.runs[PRODUCT], key=lambda run: run.preview_s + run.import_s)
    run = runs[(len(runs) - 1) // 2]
    total = run.preview_s + run.import_s
    own = {stage: seconds for stage, seconds in run.timings.items() if stage not in CONCURRENT}
    beside = {stage: seconds for stage, seconds in run.timings.items() if stage in CONCURRENT}
    rest = total - sum(own.values())
    return [
        f"{one.rows:,}",
        one.system,
        _shares(own, total),
        _shares({"": rest}, total),
        _shares(beside, total),
    ]


def _shares(seconds: dict[str, float], total: float) -> str:
    return ", ".join(f"{stage} {one:.2f} ({one / total:.0%})".strip() for stage, one in seconds.items())


def _truth(one: Measures) -> str:
    noise = f"yardstick {min(one.yardsticks):.3f} to {max(one.yardsticks):.3f} s"
    memory = f"memory {memory_mb(one) or 0:.0f} MB with children"
    counts = "; ".join(one.wrong) or "every count equals the truth"
    return f"- {one.rows:,} rows, {one.system}: {counts} ({memory}; {noise})"
