"""Columns and fields, one to one: the assignment with the greatest sum of confidences."""

from collections.abc import Mapping, Sequence

from phcs.core.mapping.similar_headings import Candidate

_SCALE = 10_000
"""One point of confidence outweighs any difference of position: a table has at most a thousand columns."""

_FAR = 10**9


def assigned(candidates: Mapping[int, Sequence[Candidate]]) -> dict[int, Candidate]:
    """Return position → candidate so that each target is used once and the confidences' sum is greatest.

    Among equals the column that stands first is served first, so that the answer is always the same.
    """
    best = {
        position: {one.target: one for one in sorted(given, key=lambda one: one.confidence)}
        for position, given in candidates.items()
    }
    targets = sorted({target for given in best.values() for target in given})
    positions = _telling(best, targets)
    if not targets or not positions:
        return {}
    matched = _matched(
        [[_cost(best[position].get(target), position) for position in positions] for target in targets]
    )
    return {
        positions[column]: best[positions[column]][targets[row]]
        for row, column in matched.items()
        if column < len(positions) and targets[row] in best[positions[column]]
    }


def _cost(candidate: Candidate | None, position: int) -> int:
    return 0 if candidate is None else position - candidate.confidence * _SCALE


def _telling(best: Mapping[int, Mapping[str, Candidate]], targets: Sequence[str]) -> list[int]:
    """Return the columns that may be chosen: for each target, no more of its best than there are targets."""
    kept: set[int] = set()
    for target in targets:
        having = [position for position, given in best.items() if target in given]
        having.sort(key=lambda position: (-best[position][target].confidence, position))
        kept.update(having[: len(targets)])
    return sorted(kept)


def _matched(costs: list[list[int]]) -> dict[int, int]:
    """Return row → column with the smallest sum (Hungarian method); columns beyond the last stand for none."""
    rows = len(costs)
    matching = _Matching([line + [0] * rows for line in costs])
    for row in range(rows):
        matching.add(row)
    return {row: column for column, row in enumerate(matching.owner) if row >= 0}


class _Matching:
    """A matching that grows by one row at a time; its prices keep every step as cheap as can be."""

    def __init__(self, costs: list[list[int]]) -> None:
        self._costs = costs
        self._of_row = [0] * len(costs)
        self._of_column = [0] * len(costs[0])
        self.owner = [-1] * len(costs[0])

    def add(self, row: int) -> None:
        """Match one more row, moving others to other columns where that is cheaper."""
        width = len(self.owner)
        slack, came_from = [_FAR] * width, [-1] * width
        done: list[int] = []
        current, column = row, -1
        while column < 0 or self.owner[column] >= 0:
            current = row if column < 0 else self.owner[column]
            open_columns = [other for other in range(width) if other not in done]
            self._relax(current, column, open_columns, slack, came_from)
            nearest = min(open_columns, key=slack.__getitem__)
            delta = slack[nearest]
            self._reprice(row, delta, done)
            for other in open_columns:
                slack[other] -= delta
            column = nearest
            done.append(column)
        while column >= 0:
            before = came_from[column]
            self.owner[column] = row if before < 0 else self.owner[before]
            column = before

    def _relax(
        self, row: int, column: int, open_columns: list[int], slack: list[int], came_from: list[int]
    ) -> None:
        prices, line = self._of_row[row], self._costs[row]
        for other in open_columns:
            reduced = line[other] - prices - self._of_column[other]
            if reduced < slack[other]:
                slack[other], came_from[other] = reduced, column

    def _reprice(self, row: int, delta: int, done: list[int]) -> None:
        self._of_row[row] += delta
        for column in done:
            self._of_row[self.owner[column]] += delta
            self._of_column[column] -= delta
