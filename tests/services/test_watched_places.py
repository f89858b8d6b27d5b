"""A watched folder is named below the organisation's own part, and files come when they are complete."""

from datetime import UTC, datetime, timedelta

import pytest

from phcs.core.errors import InvalidInputError
from phcs.services.watched_places import WatchedFile, is_ready, require_folder_name

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ["nightly", "a/b/c", "Visits 2026", "x.y_z-1"])
def test_a_plain_name_is_a_folder(name: str) -> None:
    require_folder_name(name)


@pytest.mark.parametrize(
    "name", ["", "/etc", "../other", "a/../b", "a//b", "./a", "a/", "a\\b", "a\n", "~root", "x" * 101]
)
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        require_folder_name(name)


@pytest.mark.parametrize(
    ("name", "size", "seconds", "ready"),
    [
        ("visits.csv", 5, 60, True),
        ("visits.csv", 0, 60, False),
        ("visits.csv", 5, 5, False),
        ("visits.csv.part", 5, 60, False),
        ("visits.CSV.TMP", 5, 60, False),
        ("~$visits.xlsx", 5, 60, False),
        (".visits.csv", 5, 60, False),
    ],
)
def test_only_a_complete_file_is_taken(name: str, size: int, seconds: int, ready: bool) -> None:  # noqa: FBT001
    file = WatchedFile(name, size, NOW - timedelta(seconds=seconds))

    assert is_ready(file, now=NOW) is ready
