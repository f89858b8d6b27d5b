"""The peers' own Python environments, so that the product's requirements stay the product's."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent / ".venv"


def peer_python() -> Path:
    """The interpreter with the pinned importer that this product is compared with."""
    return _python("peer")


def linkage_python() -> Path:
    """The interpreter with what the matching is compared with (Splink), and FEBRL 4."""
    return _python("linkage")


def _python(name: str) -> Path:
    """An interpreter with pinned requirements; made on first use, and again when these change."""
    requirements, environment = HERE / f"requirements-{name}.txt", ENVIRONMENTS / name
    python, ready = environment / "bin" / "python", environment / ".ready"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if ready.exists() and ready.read_text() == wanted:
        return python
    print(f"Installing what the comparison needs into {environment}, once.", file=sys.stderr)
    shutil.rmtree(environment, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes",
         "-r", str(requirements)],
        check=True,
    )  # fmt: skip
    ready.write_text(wanted)  # last, so that a broken installation is simply done again
    return python
