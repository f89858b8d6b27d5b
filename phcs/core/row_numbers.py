"""Numbers of rows as people write them: `4, 17-20`."""

import re

from phcs.core.errors import InvalidInputError

MOST_ROWS = 100
_PART = re.compile(r"(\d{1,9})(?:\s*[-\u2013]\s*(\d{1,9}))?", re.ASCII)
WRONG = "Write the numbers of rows like this: 4, 17-20."


def read_row_numbers(texts: list[str]) -> list[int]:
    """The numbers in these texts, each once. Raises InvalidInputError for anything else, or for too many."""
    found: set[int] = set()
    for part in filter(
        None, (part.strip() for text in texts for part in re.split(r"[,;\n]|(?<=\d)\s+(?=\d)", text))
    ):
        match = _PART.fullmatch(part)
        if match is None:
            raise InvalidInputError(WRONG)
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last - first >= MOST_ROWS:
            raise InvalidInputError(f"Name at most {MOST_ROWS} rows, the smaller number of a range first.")
        found |= set(range(first, last + 1))
    return sorted(found)
