"""Workers that freeze past their lease, lose their import to another, and wake up."""

import os
import signal
import time
from dataclasses import dataclass

from phcs.extensions import db
from tests.faults.campaign import NOT_REACHED, Campaign
from tests.faults.points import most_times
from tests.faults.processes import Driver, is_frozen, is_gone, kill_process

LOCKING = {"statement", "rows", "commit"}
"""What happens inside a transaction: on SQLite nobody else can write while a worker is frozen there."""

LEASE_AND_MORE = 2.5


@dataclass
class Freezing(Campaign):
    """A worker is stopped at a named point, another takes over, and the first is woken."""

    def freeze_one(self, driven: Driver, point: str) -> None:
        """One worker frozen and woken; what nobody could take over in the meantime it finishes itself."""
        with self.case():
            self.upload()
            times = self.dice.randint(1, most_times(point))
            frozen = driven.fork(f"worker SIGSTOP {point} {times}")
            self.until(lambda: is_frozen(frozen) or self.has_finished())
            self.moments[point if is_frozen(frozen) else NOT_REACHED] += 1
            another = driven.fork("worker")
            if db.engine.dialect.name == "sqlite" and point.split(".")[1] in LOCKING:
                time.sleep(LEASE_AND_MORE)
            else:
                self.until(self.has_finished)
            os.kill(frozen, signal.SIGCONT)
            self.until(self.has_finished)
            self.work_on(0.3)
            for worker in (frozen, another):
                if not is_gone(worker):
                    kill_process(worker)
