"""The peer's own Python environment, so that the product's requirements stay the product's."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements-peer.txt"
ENVIRONMENT = HERE.parent / ".venv" / "peer"
READY = ENVIRONMENT / ".ready"


def peer_python() -> Path:
    """The interpreter with the pinned peer installed; made on first use, and again when its requirements change."""
    python = ENVIRONMENT / "bin" / "python"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if READY.exists() and READY.read_text() == wanted:
        return python
    print(f"Installing what the comparison needs into {ENVIRONMENT}, once.", file=sys.stderr)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes",
         "-r", str(REQUIREMENTS)],
        check=True,
    )  # fmt: skip
    READY.write_text(wanted)  # last, so that a broken installation is simply done again
    return python
