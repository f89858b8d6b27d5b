import os
import subprocess
import sys

import pytest
from flask import Flask

from phcs.config import ROOT

LOOK = "import celery_worker, os; print(os.getpriority(os.PRIO_PROCESS, 0))"


@pytest.mark.parametrize(("settings", "niceness"), [({}, 5), ({"PHCS_WORKER_NICE": "0"}, 0)])
def test_a_worker_stands_back_for_the_pages_unless_it_is_told_not_to(
    app: Flask, environment: dict[str, str], settings: dict[str, str], niceness: int
) -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    process_environment = {**os.environ, **environment, **settings}

    looked = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=ROOT,
        env=process_environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(looked.stdout) == max(before, niceness)
