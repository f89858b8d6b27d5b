"""What most tests read files with is a child as in production: limited, without settings, and not outliving us."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from phcs.core.reading import ReadLimits
from phcs.services.limited_reading import ChildLimits, child_order
from tests.warm_children import Nursery


def test_a_warm_child_is_limited_knows_no_setting_and_ends_with_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    path = tmp_path / "long.csv"
    path.write_text("id\n" + "1\n" * 5_000_000)
    nursery, limits = Nursery(), ChildLimits()
    order = child_order(name="long.csv", limits=ReadLimits(rows=100_000_000), child=limits)
    with path.open("rb") as file:
        child = nursery.start(file, order)
    its = Path(f"/proc/{child.pid}")
    assert came_true_in_time(lambda: f"{limits.memory_bytes}" in (its / "limits").read_text())
    environment, handed_on = (its / "environ").read_bytes(), len(list((its / "fd").iterdir()))

    nursery.end()

    assert b"secret" not in environment
    assert handed_on == 3
    assert came_true_in_time(lambda: not its.exists())
    assert child.wait() < 0
    child.stdout.close()


def came_true_in_time(reached: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not reached() and time.monotonic() < end:
        time.sleep(0.01)
    return reached()
