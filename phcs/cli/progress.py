"""One line on a terminal that tells how far an import is; silent where nobody watches."""

import sys
from types import TracebackType
from uuid import UUID

from phcs.extensions import current_settings
from phcs.services.advancing import advance_import
from phcs.services.working import workshop_from


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


def advance_and_show(import_id: UUID, *, chunk_rows: int | None = None) -> None:
    """Move an import on in this process as far as it goes without a person, and show how far it is."""
    with ProgressLine() as line:
        workshop = workshop_from(current_settings(), told=line.show, chunk_rows=chunk_rows)
        advance_import(import_id=import_id, workshop=workshop)
