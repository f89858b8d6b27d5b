"""One line on a terminal that tells how far an import is; silent where nobody watches."""

import sys
from types import TracebackType


class ProgressLine:
    """Shows a stage and its rows on standard error, if that is a terminal."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._shown = False

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")

    def show(self, stage: str, done: int, total: int) -> None:
        """Show where the import is: a bar of 30 signs, and the numbers."""
        if not self._watched:
            return
        filled = 30 * done // total if total else 0
        sys.stderr.write(
            f"\r\033[K{stage:10} [{'#' * filled}{'.' * (30 - filled)}] {done:,} of {total:,} rows"
        )
        sys.stderr.flush()
        self._shown = True
