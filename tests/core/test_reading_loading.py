"""What a reading child loads before it knows the file."""

import subprocess
import sys
from types import ModuleType

import pytest

from phcs.core.reading.loading import loaded_when_used

CHILD = "import sys; import phcs.core.reading.child; print(*sys.modules)"


def test_a_child_loads_no_rules_and_no_readers_of_other_formats_before_it_needs_them() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "phcs.core.reading.delimited" in loaded
    seldom = {"phcs.core.checking", "phcs.core.sources", "phonenumbers", "openpyxl", "python_calamine"}
    assert seldom.isdisjoint(loaded)


def test_a_module_runs_when_it_is_first_asked_for_something() -> None:
    module = loaded_when_used("this")
    assert isinstance(module, ModuleType)
    assert module.d["A"] == "N"
    assert loaded_when_used("this") is module


def test_a_module_that_is_not_there_is_missed_at_once() -> None:
    with pytest.raises(ModuleNotFoundError):
        loaded_when_used("phcs.core.reading.nothing")
