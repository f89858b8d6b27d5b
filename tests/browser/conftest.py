"""The product as `make run` starts it, and a browser to look at it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = (Path(__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_SECONDS = 60


@dataclass(frozen=True)
class Running:
    """The running product: where it is, and how its demo people sign in."""

    address: str
    passwords: dict[str, str]
    sample: Path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`python -m phcs` in a folder of its own, started as a newcomer would and stopped with Ctrl-C."""
    folder = tmp_path_factory.mktemp("browser")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PHCS_", "CELERY_"))
    }
    environment.pop("DATABASE_URL", None)
    environment |= {"PHCS_INSTANCE": str(folder), "PORT": str(port)}
    log = folder / "printed.txt"
    with log.open("w") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "phcs"],
            cwd=ROOT,
            env=environment,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
    try:
        address = _address(process, log)
        found = re.findall(r"^\s+(admin|reviewer|auditor)\s+(\S+)\s+(\S+)$", log.read_text(), re.MULTILINE)
        assert found, log.read_text()
        yield Running(
            address=address,
            passwords={email: password for _, email, password in found},
            sample=folder / "samples" / "waitwhile-sample.csv",
        )
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(r"http://127\.0\.0\.1:\d+/(?=\s+\(Ctrl)", log.read_text()):
            return found[0].rstrip("/")
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"No address within {START_SECONDS} s: {log.read_text()}")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The machine's own Chromium; nothing is downloaded."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *as_root])
        yield launched
        launched.close()


@pytest.fixture
def look() -> Callable[[Page], list[str]]:
    """What axe has against a page, and whether it is wider than its window."""

    def problems(page: Page) -> list[str]:
        page.wait_for_load_state("load")
        page.evaluate(AXE)  # through the debugger, so the page's policy does not stop it
        # What is half scrolled under the masthead is small to axe, and a link into the page may scroll at any moment.
        page.evaluate("document.querySelector('.masthead')?.style.setProperty('position', 'static')")
        found = page.evaluate(f"axe.run({{runOnly: {RULES}}})")
        page.evaluate("document.querySelector('.masthead')?.style.removeProperty('position')")
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        broken = [
            f"{page.url}: {rule['id']}: {rule['help']}: {node['html'][:120]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
        return [*broken, f"{page.url}: wider than the window"] if wide else broken

    return problems
