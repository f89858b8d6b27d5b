"""Planning that follows the staging of a single table in chunks, as far as rows are staged without a gap."""

from collections.abc import Callable

from phcs.core.row_places import RowPlace
from phcs.extensions import db
from phcs.services import staging_chunks
from phcs.services.limited_reading import HandedChunk
from phcs.services.planning import PlanInMaking
from phcs.services.staged_records import handed_records
from phcs.services.staging_chunks import HeldChunk
from phcs.services.staging_order import StagingOrder

Take = Callable[[], HeldChunk | None]


class PlanFollowing:
    """Plans in file order: rows in hand, and what others have staged."""

    def __init__(self, plan: PlanInMaking, order: StagingOrder) -> None:
        self._plan = plan
        self._order = order
        self._next_chunk = 1

    def first(self, take: Take) -> Take:
        """Before a chunk is taken, plan what others have staged: nobody else does, and no chunk is held that long."""

        def planned_first() -> HeldChunk | None:
            self.catch_up()
            return take()

        return planned_first

    def kept(self, held: HeldChunk, handed: HandedChunk) -> None:
        """Plan rows that have just been kept, unless there is a gap before them."""
        if held.chunk_no != self._next_chunk:
            return
        if handed.rows:
            self._plan.catch_up(through=RowPlace(held.table_no, handed.rows[0].row_no - 1))
            self._plan.take(handed_records(handed.rows), table_no=held.table_no)
        self._next_chunk += handed.is_last

    def catch_up(self) -> None:
        """Plan the chunks that others have finished, as far as there is no gap."""
        found = self._order.found
        while True:
            through = staging_chunks.last_row_done(
                db.session(),
                organisation_id=found.organisation_id,
                import_id=found.id,
                chunk_no=self._next_chunk,
            )
            db.session.rollback()
            if through is None:
                return
            self._plan.catch_up(through=RowPlace(self._order.table_no, through))
            self._next_chunk += 1
