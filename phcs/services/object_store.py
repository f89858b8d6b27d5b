"""Uploads in an S3-compatible object store. Loaded by `store.open_store` where one is used, and only there."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import SplitResult, parse_qsl, urlsplit
from uuid import UUID

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from phcs.config import SettingError
from phcs.services.store import (
    OWN_NAME,
    MeasuredStream,
    Readable,
    StoredFile,
    changed_file,
    missing_file,
    pieces,
)
from phcs.services.watched_places import MOST_FILES, WatchedFile

PART_BYTES = 8 << 20
_ONE_BY_ONE = TransferConfig(
    multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False
)
_GONE = frozenset({"NoSuchKey", "404", "NotFound"})


class ObjectStore:
    """Keeps uploads in one bucket, below one prefix."""

    def __init__(self, client: Any, *, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    def save(self, stream: Readable, *, file_id: UUID, max_bytes: int) -> StoredFile:
        """Send the stream in parts, each held in memory once; see UploadStore.

        The store shows the file only when it is complete; a broken upload's parts are given up.
        """
        name = file_id.hex
        measured = MeasuredStream(stream, max_bytes=max_bytes)
        self._client.upload_fileobj(measured, self._bucket, self._key(name), Config=_ONE_BY_ONE)
        try:
            return measured.as_stored(name)
        except BaseException:
            self.delete(name)
            raise

    @contextmanager
    def fetched(self, name: str, *, sha256: str) -> Iterator[Path]:
        """A copy of the file that is gone after the block; see UploadStore."""
        with tempfile.NamedTemporaryFile(prefix="phcs-", suffix=".upload") as copy:
            digest = hashlib.sha256()
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=self._key(name))["Body"]
            except ClientError as problem:
                if problem.response["Error"]["Code"] in _GONE:
                    raise missing_file() from problem
                raise
            with body:
                for piece in pieces(body):
                    digest.update(piece)
                    copy.write(piece)
            copy.flush()
            if digest.hexdigest() != sha256:
                raise changed_file()
            yield Path(copy.name)

    def names_before(self, moment: datetime) -> Iterator[str]:
        """The names of our own that were last written before a moment."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                name = entry["Key"].removeprefix(self._prefix)
                if OWN_NAME.match(name) and entry["LastModified"] < moment:
                    yield name

    def delete(self, name: str) -> None:
        """Forget a file; see UploadStore."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))
        except (BotoCoreError, ClientError) as problem:
            raise OSError("The object store does not delete the file.") from problem

    def _key(self, name: str) -> str:
        return self._prefix + name.rsplit("/", 1)[-1]


@lru_cache(maxsize=4)
def object_store(where: str) -> ObjectStore:
    """The store at `s3://BUCKET/PREFIX?endpoint=URL&region=NAME`; its credentials are boto3's own variables.

    Raises SettingError when the address names no bucket, or something that is not known.
    """
    parts, options = _address(where, "UPLOAD_STORE")
    return ObjectStore(_client(options), bucket=parts.netloc, prefix=parts.path.strip("/"))


class WatchedPrefix:
    """The objects directly below one prefix, for scheduled imports; see WatchedPlace."""

    def __init__(self, client: Any, *, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/"

    def files(self) -> Iterator[WatchedFile]:
        """The objects, by name."""
        answer = self._client.list_objects_v2(
            Bucket=self._bucket, Prefix=self._prefix, Delimiter="/", MaxKeys=MOST_FILES
        )
        for entry in answer.get("Contents", ()):
            if name := entry["Key"].removeprefix(self._prefix):
                yield WatchedFile(name, entry["Size"], entry["LastModified"])

    def copy(self, name: str, into: BinaryIO, *, max_bytes: int) -> None:
        """Write one object into a file."""
        try:
            with self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"] as body:
                into.write(body.read(max_bytes + 1))
        except ClientError as problem:
            raise OSError("The object store gave no file.") from problem


def watched_prefix(where: str, below: str) -> WatchedPrefix:
    """The objects below a prefix of `s3://BUCKET/PREFIX?endpoint=URL&region=NAME`. Raises SettingError."""
    parts, options = _address(where, "PHCS_WATCH_ROOT")
    prefix = "/".join(part for part in (parts.path.strip("/"), below) if part)
    return WatchedPrefix(_client(options), bucket=parts.netloc, prefix=prefix)


def _address(where: str, variable: str) -> tuple[SplitResult, dict[str, str]]:
    parts = urlsplit(where)
    options = dict(parse_qsl(parts.query))
    if not parts.netloc or not options.keys() <= {"endpoint", "region"}:
        raise SettingError(
            f"{variable} is no s3://BUCKET/PREFIX?endpoint=URL&region=NAME; see docs/scaling.md."
        )
    return parts, options


def _client(options: dict[str, str]) -> Any:
    """A client that other makers' stores understand too: signature 4, paths, no checksums of Amazon's own."""
    endpoint = options.get("endpoint")
    config = Config(
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=60,
        retries={"total_max_attempts": 4, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    return boto3.client("s3", endpoint_url=endpoint, region_name=options.get("region"), config=config)
