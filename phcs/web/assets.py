"""Static files under addresses that change with their contents, so that browsers may keep them for a year."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app

VENDORED = "vendor/vendor.json"


def version_of(filename: str) -> str:
    """Give the first digits of the file's hash; '' for a file that is not there."""
    path = Path(str(current_app.static_folder)) / filename
    try:
        return _digest(str(path), path.stat().st_mtime_ns)
    except FileNotFoundError:
        return ""


def integrity(filename: str) -> str:
    """Give the hash that the browser checks a vendored file against. Raises KeyError for a file not listed."""
    return _integrities(str(Path(str(current_app.static_folder)) / VENDORED))[filename]


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Add `v=…` to the address of a static file."""
    if endpoint == "static" and "filename" in values and (version := version_of(values["filename"])):
        values["v"] = version


def register(app: Flask) -> None:
    """Version every static address; give templates `integrity`."""
    app.url_defaults(add_version)
    app.jinja_env.globals["integrity"] = integrity
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


@lru_cache(maxsize=200)
def _digest(path: str, _changed_at: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=4)
def _integrities(path: str) -> dict[str, str]:
    return {one["file"]: one["sha384"] for one in json.loads(Path(path).read_text())}
