"""The files of others that we carry are exactly those they published, and say under which licence."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from phcs.config import ROOT

LISTS = [ROOT / "phcs/static/vendor/vendor.json", ROOT / "tests/browser/vendor.json"]
ENTRIES = [(listing.parent, entry) for listing in LISTS for entry in json.loads(listing.read_text())]


@pytest.mark.parametrize(("folder", "entry"), ENTRIES, ids=[entry["file"] for _, entry in ENTRIES])
def test_a_vendored_file_has_the_hash_that_is_written_beside_it(folder: Path, entry: dict[str, str]) -> None:
    digest = hashlib.sha384((folder / entry["file"]).read_bytes()).digest()

    assert entry["sha384"] == f"sha384-{base64.b64encode(digest).decode()}"
    assert (folder / f"{entry['file'].split('.')[0]}.LICENSE").read_text().strip()


def test_nothing_is_vendored_without_being_listed() -> None:
    present = {
        path.name for path in (ROOT / "phcs/static/vendor").glob("*") if path.suffix in {".js", ".css"}
    }

    assert present == {entry["file"] for folder, entry in ENTRIES if folder.name == "vendor"}
