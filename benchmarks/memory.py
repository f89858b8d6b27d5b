"""How much memory a process has needed, and how fast this machine is just now."""

import time
from pathlib import Path


def reset_peak() -> None:
    """Count this process's peak from now on (Linux; elsewhere it stays that of the whole process)."""
    forget = Path("/proc/self/clear_refs")
    if forget.exists():
        forget.write_text("5")


def peak_mb(process: int | str = "self") -> float:
    """The most memory that a process has held at once, in megabytes; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def yardstick() -> float:
    """Seconds that a fixed piece of Python takes: about 0.02 on a free core, more when others work too."""
    started = time.perf_counter()
    kept: dict[int, str] = {}
    for number in range(200_000):
        kept[number & 1023] = f"{number}x"
    return time.perf_counter() - started
