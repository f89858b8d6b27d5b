"""Whoever follows docs/adding-a-source.md word by word gets a source that works."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from phcs.config import ROOT

PAGE = (ROOT / "docs" / "adding-a-source.md").read_text("utf-8")
BLOCK = re.compile(r"`([\w./]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
LINE = re.compile(r"```python\n(from phcs\.core\.sources\.\w+ import (\w+))\n```")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the page's golden file becomes in a copy of the project to which the page was applied."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copytree(
        ROOT / "phcs" / "core", copy / "phcs" / "core", ignore=shutil.ignore_patterns("__pycache__")
    )
    (copy / "phcs" / "__init__.py").touch()
    for name in ("__init__.py", "core/__init__.py", "core/test_source_exports.py"):
        (copy / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        original = ROOT / "tests" / name
        (copy / "tests" / name).write_text(original.read_text("utf-8") if original.exists() else "", "utf-8")
    files = dict(BLOCK.findall(PAGE))
    for name, text in files.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, "utf-8")
    add_to_the_list(copy / "phcs" / "core" / "sources" / "__init__.py")
    subprocess.run([sys.executable, "-m", "tests.core.test_source_exports"], cwd=copy, check=True)
    golden = next(name for name in files if name.endswith(".csv"))
    found: dict[str, Any] = json.loads((copy / f"{golden}.expected.json").read_text("utf-8"))
    return found


def add_to_the_list(path: Path) -> None:
    [(line, name)] = LINE.findall(PAGE)
    text = path.read_text("utf-8").replace(
        "from phcs.core.sources.plain", f"{line}\nfrom phcs.core.sources.plain"
    )
    path.write_text(text.replace("    PLAIN,\n)", f"    {name},\n    PLAIN,\n)"), "utf-8")


def test_the_pages_source_is_recognised(outcome: dict[str, Any]) -> None:
    told = (outcome["source"], outcome["kind"], outcome["recognised"])
    assert told == (
        "pawbase",
        "owner",
        "PawBase clients: 7 of 7 headings; to be confirmed with a real export",
    )


def test_its_columns_feed_what_the_page_says(outcome: dict[str, Any]) -> None:
    assert outcome["targets"] == {
        "Client Ref": "owner.external_id",
        "Client": "owner.full_name",
        "Mobile No": "owner.phone",
        "Pet Called": "pet.name",
        "Pet Born": "pet.birth_date",
    }
    assert outcome["never_by_itself"] == ["Driver Licence"]


def test_its_rows_become_owners_with_pets_and_findings(outcome: dict[str, Any]) -> None:
    first, second = outcome["rows"]
    assert (first["status"], first["findings"]) == ("valid", [])
    assert first["record"]["pets"] == [{"name": "Luna", "birth_date": "2024-02-01"}]
    assert second["findings"] == ["error phone.invalid | Mobile No | 12345"]
