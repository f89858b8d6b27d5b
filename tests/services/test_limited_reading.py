"""The reading child: it gives what the core gives, and its death is a sentence."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadingChoices, ReadLimits, SourceRow, TableReading, inspect_table, read_rows
from phcs.services import limited_reading
from phcs.services.limited_reading import ChildLimits, inspect_file, read_chunks

pytestmark = pytest.mark.usefixtures("cold_children")
LIMITS = ReadLimits()
CHILD = ChildLimits()
EXPORTS = Path(__file__).parent.parent / "exports" / "reading"
FILES = sorted(path for path in EXPORTS.iterdir() if not path.name.endswith(".expected.json"))

Chunks = Generator[list[SourceRow], None, None]


def inspect(path: Path, *, limits: ReadLimits = LIMITS, child: ChildLimits = CHILD) -> TableReading:
    (reading,) = inspect_file(path, name=path.name, limits=limits, child=child)
    return reading


def chunks(
    path: Path, reading: TableReading, *, child: ChildLimits = CHILD, chunk_rows: int = 2_000
) -> Chunks:
    return read_chunks(path, reading, limits=LIMITS, child=child, chunk_rows=chunk_rows)


@pytest.fixture
def many_rows(tmp_path: Path) -> Path:
    path = tmp_path / "many.csv"
    path.write_text("id,name,note\n" + "".join(f"{number},Ana,{'x' * 50}\n" for number in range(100_000)))
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_child_reads_what_the_core_reads(path: Path) -> None:
    with path.open("rb") as stream:
        expected = inspect_table(stream, name=path.name, limits=LIMITS)
        rows = list(read_rows(stream, expected, limits=LIMITS))

    reading = inspect(path)

    assert reading == expected
    assert [row for chunk in chunks(path, reading, chunk_rows=2) for row in chunk] == rows


def test_what_was_chosen_reaches_the_child(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes("1;Le\u00f3n,x\n2;Eva,y\n".encode("cp850"))
    choices = ReadingChoices(encoding="cp850", delimiter=";", header_row=0)

    (reading,) = inspect_file(path, name=path.name, limits=LIMITS, child=CHILD, choices=choices)

    assert reading.choices == choices
    assert [row.cells for chunk in chunks(path, reading) for row in chunk] == [
        ["1", "León,x"],
        ["2", "Eva,y"],
    ]


def test_reading_goes_on_after_the_row_that_was_done(many_rows: Path) -> None:
    rest = read_chunks(
        many_rows, inspect(many_rows), limits=LIMITS, child=CHILD, chunk_rows=700, after_row=99_001
    )

    assert [(len(chunk), chunk[0].row_no, chunk[-1].row_no) for chunk in rest] == [
        (700, 99_002, 99_701),
        (300, 99_702, 100_001),
    ]


def test_a_refusal_of_the_child_arrives_with_its_code_and_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(b'id,name\n1,"Ana\n')

    with pytest.raises(UnreadableFileError, match="opened in row 2") as refused:
        inspect(path)

    assert refused.value.reason == "file.bad_quotes"


def test_a_thousand_long_headings_are_not_too_much_for_the_order(tmp_path: Path) -> None:
    path = tmp_path / "wide.json"
    path.write_text("[{" + ",".join(f'"{"h" * 300}{number}": "{number}"' for number in range(1_000)) + "}]")

    (chunk,) = chunks(path, inspect(path))

    assert chunk == [SourceRow(1, [str(number) for number in range(1_000)])]


def test_rows_too_large_for_one_frame_come_in_several(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("id,note\n" + "".join(f"{number},{'x' * 30_000}\n" for number in range(400)))

    read = list(chunks(path, inspect(path)))

    assert len(read) > 1
    assert [row.row_no for chunk in read for row in chunk] == list(range(2, 402))


def test_a_file_that_needs_more_memory_than_allowed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv"
    path.write_text("id,name \U0001f436\n" + "\U0001f436" + "x" * 40_000_000)

    with pytest.raises(UnreadableFileError) as refused:
        inspect(path, child=ChildLimits(memory_bytes=100 << 20))

    assert refused.value.reason == "file.too_much_memory"


def test_a_child_that_uses_up_its_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "slow.csv"
    path.write_text("id\n" + "1\n" * 12_000_000)

    with pytest.raises(UnreadableFileError) as refused:
        inspect(path, limits=ReadLimits(rows=100_000_000), child=ChildLimits(cpu_seconds=1))

    assert refused.value.reason == "file.too_slow"


def test_a_child_that_stays_silent_is_refused_and_ended(tmp_path: Path) -> None:
    path = tmp_path / "silent.csv"
    path.write_text("id\n" + "1\n" * 3_000_000)

    with pytest.raises(UnreadableFileError) as refused:
        inspect(path, limits=ReadLimits(rows=100_000_000), child=ChildLimits(silence_seconds=0.2))

    assert refused.value.reason == "file.too_slow"
    assert readers_of(os.getpid()) == []


def test_a_child_that_is_killed_midway_ends_the_reading_with_a_sentence(many_rows: Path) -> None:
    reading = inspect(many_rows)

    with closing(chunks(many_rows, reading)) as rest:
        next(rest)
        (child,) = readers_of(os.getpid())
        os.kill(child, signal.SIGKILL)
        with pytest.raises(UnreadableFileError, match="reader stopped unexpectedly") as refused:
            list(rest)

    assert refused.value.reason == "file.reader_died"


@pytest.mark.parametrize("let_go", [Chunks.close, lambda _: None], ids=["closed", "forgotten"])
def test_an_abandoned_iteration_ends_its_child(many_rows: Path, let_go: Callable[[Chunks], None]) -> None:
    rest = chunks(many_rows, inspect(many_rows))
    next(rest)
    assert len(readers_of(os.getpid())) == 1

    let_go(rest)
    del rest

    assert readers_of(os.getpid()) == []


def test_the_child_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("id\n" + "1\n" * 20_000_000)
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from phcs.core.reading import ReadLimits\n"
        "from phcs.services.limited_reading import ChildLimits, inspect_file\n"
        "limits = ReadLimits(rows=100_000_000)\n"
        "inspect_file(Path(sys.argv[1]), name='x', limits=limits, child=ChildLimits())\n"
    )
    root = Path(limited_reading.__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=root)
    assert wait_until(lambda: bool(readers_of(parent.pid)), seconds=30)
    (child,) = readers_of(parent.pid)
    assert wait_until(lambda: is_limited(child), seconds=30)

    parent.kill()
    parent.wait()

    assert wait_until(lambda: not is_reading(child), seconds=3)


def readers_of(pid: int) -> list[int]:
    """The reading children of this process that still live."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split() if is_reading(int(child))]


def is_limited(pid: int) -> bool:
    """Whether the child has set its limits and gone on to read its file."""
    return int(Path(f"/proc/{pid}/fdinfo/0").read_text().split()[1]) > 0


def is_reading(pid: int) -> bool:
    try:
        return b"phcs.core.reading.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], bool], *, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_the_child_knows_no_setting_of_its_parent(many_rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    reading = inspect(many_rows)

    with closing(chunks(many_rows, reading)) as rest:
        next(rest)
        (child,) = readers_of(os.getpid())
        environment = Path(f"/proc/{child}/environ").read_bytes()
        limits = Path(f"/proc/{child}/limits").read_text()

    assert b"secret" not in environment
    assert f"{CHILD.memory_bytes}" in limits


def test_files_are_read_side_by_side_in_threads(many_rows: Path) -> None:
    counts: list[int] = []
    reading = inspect(many_rows)

    def count() -> None:
        counts.append(sum(len(chunk) for chunk in chunks(many_rows, reading)))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts == [100_000] * 3


def test_a_child_starts_and_answers_with_little_work(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("id,name\n1,Ana\n")

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        inspect(path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.3
