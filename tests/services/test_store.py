"""Both stores keep the same promises: a folder, and an object store on a real S3-compatible server."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from phcs.config import ROOT, SettingError
from phcs.core.errors import UnreadableFileError
from phcs.services.object_store import PART_BYTES, object_store
from phcs.services.store import FolderStore, StoredFile, UploadStore, open_store
from phcs.services.watched_places import open_watched
from tests import servers

MEGABYTE = 1 << 20
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with servers.object_server() as address:
        yield address


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    name = f"uploads-{uuid4().hex}"
    return boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=name)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> UploadStore:
    if request.param == "folder":
        return open_store(str(tmp_path / "uploads"))
    bucket, endpoint = request.getfixturevalue("bucket"), request.getfixturevalue("endpoint")
    return open_store(f"s3://{bucket.name}/phcs/uploads?endpoint={endpoint}&region=us-east-1")


def save(store: UploadStore, data: bytes, *, max_bytes: int = 100 * MEGABYTE) -> StoredFile:
    return store.save(io.BytesIO(data), file_id=uuid4(), max_bytes=max_bytes)


def content(store: UploadStore, stored: StoredFile) -> bytes:
    with store.fetched(stored.name, sha256=stored.sha256) as path:
        return path.read_bytes()


@pytest.mark.parametrize("size", [1, PART_BYTES, 2 * PART_BYTES + 1])
def test_what_is_saved_is_fetched_again(store: UploadStore, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)

    stored = save(store, data)

    assert content(store, stored) == data
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(("size", "reason"), [(0, "file.empty"), (3 * PART_BYTES, "file.too_large")])
def test_a_refused_upload_leaves_nothing(store: UploadStore, size: int, reason: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        save(store, bytes(size), max_bytes=2 * PART_BYTES)

    assert refused.value.reason == reason
    assert list(store.names_before(datetime.now(UTC) + timedelta(hours=1))) == []


def test_an_upload_that_breaks_off_leaves_nothing(store: UploadStore) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            self.left = getattr(self, "left", 12) - 1
            if not self.left:
                raise ConnectionResetError
            return bytes(MEGABYTE)

    with pytest.raises(ConnectionResetError):
        store.save(Broken(), file_id=uuid4(), max_bytes=100 * MEGABYTE)  # type: ignore[arg-type]

    assert list(store.names_before(datetime.now(UTC) + timedelta(hours=1))) == []


def test_a_deleted_file_is_missing_in_words_and_may_be_deleted_again(store: UploadStore) -> None:
    stored = save(store, b"id,name\n")

    store.delete(stored.name)
    store.delete(stored.name)

    with pytest.raises(UnreadableFileError, match="no longer there") as refused:
        content(store, stored)
    assert refused.value.reason == "file.missing"


def test_a_file_that_a_folder_does_not_give_up_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / uuid4().hex).mkdir()
    (name,) = (path.name for path in tmp_path.iterdir())

    with pytest.raises(OSError, match=r"directory|permitted"):
        open_store(str(tmp_path)).delete(name)


def test_a_file_that_a_bucket_does_not_give_up_is_an_error_of_the_system(bucket: Any, endpoint: str) -> None:
    store = open_store(f"s3://no-{bucket.name}/phcs?endpoint={endpoint}&region=us-east-1")

    with pytest.raises(OSError, match="does not delete"):
        store.delete(uuid4().hex)


def test_a_file_that_is_not_what_was_saved_is_refused(store: UploadStore) -> None:
    stored = save(store, b"id,name\n")

    with (
        pytest.raises(UnreadableFileError, match="not the one that was uploaded") as refused,
        store.fetched(stored.name, sha256="0" * 64),
    ):
        pass

    assert refused.value.reason == "file.changed"


def test_only_files_of_our_own_that_are_old_enough_are_named(store: UploadStore) -> None:
    stored = save(store, b"id,name\n")
    soon = datetime.now(UTC) + timedelta(minutes=1)

    assert list(store.names_before(soon)) == [stored.name]
    assert list(store.names_before(soon - timedelta(hours=1))) == []


def test_a_name_cannot_lead_out_of_the_store(store: UploadStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")

    with (
        pytest.raises(UnreadableFileError),
        store.fetched("../secret", sha256=hashlib.sha256(b"secret").hexdigest()),
    ):
        pass


def test_objects_of_others_in_the_bucket_are_not_ours(endpoint: str, bucket: Any) -> None:
    store = open_store(f"s3://{bucket.name}/phcs?endpoint={endpoint}&region=us-east-1")
    bucket.put_object(Key="phcs/report.pdf", Body=b"theirs")
    bucket.put_object(Key=f"other/{uuid4().hex}", Body=b"theirs")
    stored = save(store, b"ours")

    names = list(store.names_before(datetime.now(UTC) + timedelta(minutes=1)))

    assert names == [stored.name]
    assert {entry.key for entry in bucket.objects.all()} > {f"phcs/{stored.name}", "phcs/report.pdf"}


def test_the_copy_of_an_object_is_gone_after_use(endpoint: str, bucket: Any) -> None:
    store = open_store(f"s3://{bucket.name}?endpoint={endpoint}&region=us-east-1")
    stored = save(store, b"id,name\n")

    with store.fetched(stored.name, sha256=stored.sha256) as path:
        assert path.stat().st_mode & 0o077 == 0

    assert not path.exists()


def test_a_large_upload_is_sent_with_little_memory(endpoint: str, bucket: Any) -> None:
    """200 MB through a process whose memory may grow by a few parts only."""
    program = (
        "import io, resource, sys, uuid\n"
        "from phcs.services.store import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "class Zeros(io.RawIOBase):\n"
        "    left = 200\n"
        "    def read(self, size=-1):\n"
        "        self.left -= 1\n"
        "        return bytes(min(size, 1 << 20)) if self.left >= 0 else b''\n"
        "store.save(io.BytesIO(bytes(1 << 20)), file_id=uuid.uuid4(), max_bytes=1 << 30)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "stored = store.save(Zeros(), file_id=uuid.uuid4(), max_bytes=1 << 30)\n"
        "print(stored.size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    where = f"s3://{bucket.name}?endpoint={endpoint}&region=us-east-1"

    done = subprocess.run(
        [sys.executable, "-c", program, where], cwd=ROOT, capture_output=True, text=True, check=True
    )
    size, kilobytes = map(int, done.stdout.split())

    assert size == 200 * MEGABYTE
    assert kilobytes < 80_000


@pytest.mark.parametrize("where", ["s3://", "s3:///prefix", "s3://bucket?endpint=http://x"])
def test_an_address_that_cannot_be_used_is_refused_by_name(where: str) -> None:
    with pytest.raises(SettingError, match="UPLOAD_STORE"):
        object_store(where)


def test_a_folder_needs_no_library_for_object_stores() -> None:
    program = "import phcs.app, sys; print({'boto3', 'botocore'} & set(sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"
    assert isinstance(open_store("instance/uploads"), FolderStore)


def test_an_organisation_s_watched_prefix_of_an_object_store_shows_its_own_files_only(
    bucket: Any, endpoint: str
) -> None:
    mine, other = uuid4(), uuid4()
    for key in (f"in/{mine}/nightly/a.csv", f"in/{mine}/nightly/old/b.csv", f"in/{other}/nightly/c.csv"):
        bucket.put_object(Key=key, Body=b"name\nAna\n")
    root = f"s3://{bucket.name}/in?endpoint={endpoint}&region=us-east-1"
    place = open_watched(root, organisation_id=mine, name="nightly")
    copy, cut = io.BytesIO(), io.BytesIO()

    assert [(file.name, file.size) for file in place.files()] == [("a.csv", 9)]
    place.copy("a.csv", copy, max_bytes=100)
    place.copy("a.csv", cut, max_bytes=3)

    assert copy.getvalue() == b"name\nAna\n"
    assert len(cut.getvalue()) == 4
    with pytest.raises(OSError, match="gave no file"):
        place.copy("c.csv", io.BytesIO(), max_bytes=100)
