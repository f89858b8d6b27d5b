"""This product in a process of its own: the commands that people use, timed after everything is loaded.

`python -m benchmarks.product OWNERS VISITS` imports the known owners, which is not measured and leaves the process as
warm as a worker's. Then it runs `flask imports run VISITS` up to its preview, prints what that took as a line of JSON,
waits for a line of input, approves and promotes the import and prints another. The settings come from the
environment. Memory is this process's own; whoever started it watches its children.
"""

import json
import sys
import time
from typing import Any

from flask import Flask

from benchmarks.memory import peak_mb, reset_peak
from phcs.app import create_app

DONE = frozenset({0, 3})  # 3: done, with rejected rows


def main() -> None:
    """Prepare, preview, wait, promote."""
    owners, visits = sys.argv[1:]
    app = create_app()
    timed(app, "run", owners, "--kind", "owner", "--approve")
    reset_peak()
    preview = timed(app, "run", visits)
    print(json.dumps(preview), flush=True)
    sys.stdin.readline()
    print(json.dumps(timed(app, "approve", preview["report"]["import"])), flush=True)


def timed(app: Flask, *words: str) -> dict[str, Any]:
    """Run one command of `flask imports`; gives its seconds, this process's peak since, and its report."""
    started = time.perf_counter()
    result = app.test_cli_runner().invoke(args=["imports", *words, "--json"])
    seconds = time.perf_counter() - started
    if result.exit_code not in DONE:
        said = result.output[-2000:]
        raise SystemExit(
            f"flask imports {words[0]} ended with {result.exit_code}: {said}"
        ) from result.exception
    report = json.loads(result.stdout.splitlines()[-1])
    return {"seconds": seconds, "peak_mb": peak_mb(), "report": report}


if __name__ == "__main__":
    main()
