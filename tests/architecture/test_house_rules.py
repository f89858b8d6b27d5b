"""The rules of docs/architecture.md that a program can check."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from phcs.config import ROOT
from tests.architecture.sources import functions, lines_of_body, place, python_files, tree

LINES_OF_A_FILE = {"phcs": 300, "benchmarks": 300, "migrations": 300, "tests": 400}
LINES_OF_A_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
THE_ONLY_COMMIT = ROOT / "phcs" / "services" / "transactions.py"
BRANCHES = ast.If | ast.IfExp | ast.ExceptHandler | ast.Match


def test_only_transactions_commits() -> None:
    calls = [
        place(path, node)
        for path in python_files("phcs")
        if path != THE_ONLY_COMMIT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"commit", "begin"}
    ]

    assert calls == []


@pytest.mark.parametrize(("folder", "limit"), LINES_OF_A_FILE.items())
def test_a_file_can_be_read_in_one_sitting(folder: str, limit: int) -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python_files(folder)}

    assert {path: count for path, count in lines.items() if count > limit} == {}


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{place(path, node)} {node.name}"
        for path in python_files()
        for node in functions(path)
        if lines_of_body(node) > LINES_OF_A_FUNCTION
    ]

    assert long == []


def test_every_import_stands_at_the_top() -> None:
    hidden = [
        place(path, inner)
        for path in python_files()
        for node in functions(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_a_file_is_named_after_what_it_holds() -> None:
    assert [path for path in python_files() if NAMES_THAT_SAY_NOTHING & {path.stem, path.parent.name}] == []


def test_no_assertion_hides_behind_a_condition() -> None:
    hidden = [
        place(path, inner)
        for path in python_files("tests")
        for node in functions(path)
        if node.name.startswith("test_")
        for branch in ast.walk(node)
        if isinstance(branch, BRANCHES)
        for inner in ast.walk(branch)
        if isinstance(inner, ast.Assert)
    ]

    assert hidden == []


def test_no_error_is_swallowed_whole() -> None:
    swallowed = [
        place(path, node)
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and _does_nothing(node)
    ]

    assert swallowed == []


def test_the_layers_point_inwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    outcome = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_importing_the_package_loads_no_framework() -> None:
    program = "import phcs, sys; print(sorted({'flask', 'sqlalchemy', 'celery'} & set(sys.modules)))"

    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "[]"


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or getattr(handler.type, "id", "") in {"Exception", "BaseException"}


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(isinstance(statement, ast.Pass | ast.Continue) for statement in handler.body)
