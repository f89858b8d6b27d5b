"""The project's own Python files, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from phcs.config import ROOT

FOLDERS = ("phcs", "tests", "benchmarks", "migrations")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    """Every Python file below these folders of the project, all of them when none is named."""
    found = [path for folder in folders or FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "versions" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, inner ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def lines_of_body(function: Function) -> int:
    """How many lines a function has below its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def place(path: Path, node: ast.AST) -> str:
    """Where that is, for a person."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
