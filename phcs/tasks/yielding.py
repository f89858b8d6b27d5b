"""People go first: where processors are scarce, pages and polls are answered before an import goes on."""

import os


def let_people_go_first(niceness: int) -> None:
    """Let every other program of the machine have a processor before this worker and its children.

    `niceness` is 0 to 19 as for nice(1). A worker that is that nice already, or nicer, stays as it is.
    """
    if os.getpriority(os.PRIO_PROCESS, 0) < niceness:
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
