"""Records instead of a file: up to ten thousand at a time, taken in as a file of them would be."""

import io
from datetime import UTC, datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID

import orjson
from flask import Blueprint, Response, jsonify, request, url_for

from phcs.api import examples, problems
from phcs.api.access import check_access
from phcs.api.describing import Answer, Body, described
from phcs.api.import_answers import import_answer
from phcs.api.shapes import ImportShape
from phcs.api.uploads import (
    allow_a_file,
    made_before,
    received,
    seconds_to_wait,
    wait_until_read,
    webhook_secret,
)
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.matching.presets import MatchPreset
from phcs.core.packing import NamedFile
from phcs.core.permissions import Permission
from phcs.core.planning import DuplicateStrategy
from phcs.core.records import RecordKind
from phcs.core.sources.contact_records import CONTACT_RECORDS
from phcs.services.uploading import UploadChoices

MOST_RECORDS = 10_000
WAIT_SECONDS = 3.0
STRATEGIES = {"create_new": DuplicateStrategy.CREATE.value} | {
    one.value: one.value for one in DuplicateStrategy
}
"""How callers may name what happens to people whom PHCS knows."""

MATCH_FIELDS = {
    frozenset({"phone", "name", "pet"}): MatchPreset.PHONE_NAME_PET,
    frozenset({"email", "phone"}): MatchPreset.EMAIL_OR_PHONE,
    frozenset({"email", "phone", "name", "birth_date"}): MatchPreset.EMAIL_PHONE_OR_NAME_DOB,
}
"""Which fields can be asked for, and the rules that compare them."""

bp = Blueprint("api_bulk", __name__, url_prefix="/api/v1/imports")
problems.register(bp)


class BulkShape(TypedDict):
    """Records in the names of customer systems (`first_name` …) or in our own (`owner.full_name` …)."""

    records: list[dict[str, Any]]
    duplicate_strategy: NotRequired[str]
    match_fields: NotRequired[list[str]]
    on_error: NotRequired[str]
    external_id: NotRequired[str]
    webhook_url: NotRequired[str]
    wait: NotRequired[float]


_EXAMPLE: BulkShape = {
    "records": [
        {
            "first_name": "Ana",
            "last_name": "Silva",
            "email": "ana@example.org",
            "phone": "+14155550123",
            "tags": ["foster"],
            "custom_fields": {"shirt": "M"},
        }
    ],
    "duplicate_strategy": "update",
    "match_fields": ["email", "phone"],
    "on_error": "skip",
    "external_id": "sync-2026-11-21",
}


@bp.before_request
def admit() -> None:
    """Let a known caller in; the records may be as large as a file may be."""
    check_access()
    allow_a_file()


@bp.post("/bulk")
@requires(Permission.UPLOAD)
@described(
    "Imports",
    Answer("The import of these records.", 202, ImportShape, examples.IMPORT),
    body=Body(shape=BulkShape, example=_EXAMPLE),
    refusals=("import.external_id_taken", "invalid_input"),
)
def send_records() -> tuple[Response, int]:
    """Send up to 10,000 records as JSON; they go the way of an uploaded file: checked, matched, reviewed, approved.

    `duplicate_strategy` is `link`, `update`, `skip` or `create_new`. `match_fields` are [phone, name, pet],
    [email, phone] or [email, phone, name, birth_date]; without them the organisation's own rules hold. Fields that
    PHCS does not have go into `custom_fields`.
    """
    seconds = seconds_to_wait(WAIT_SECONDS)
    import_id = made_before() or _taken_in()
    answer = jsonify({**import_answer(wait_until_read(import_id, seconds=seconds)), **webhook_secret()})
    answer.headers["Location"] = url_for("api_imports.show", import_id=import_id)
    return answer, 202


def _taken_in() -> UUID:
    data: Any = request.get_json()
    if not isinstance(data, dict):
        raise InvalidInputError("Send a JSON object with “records”.")
    records = [_flat(record, number) for number, record in enumerate(_records(data), 1)]
    is_case = any(name.startswith("case.") for record in records for name in record)
    name = _text(data, "external_id")
    file_name = f"{name or f'records {datetime.now(UTC):%Y-%m-%d %H.%M}'}.json"
    return received(
        [NamedFile(file_name, io.BytesIO(orjson.dumps(records)))],
        UploadChoices(
            source=_text(data, "source") or CONTACT_RECORDS.key,
            kind=_text(data, "kind") or (RecordKind.CASE if is_case else RecordKind.OWNER).value,
            duplicates=_strategy(_text(data, "duplicate_strategy") or _text(data, "duplicates")),
            on_error=_text(data, "on_error") or UploadChoices().on_error,
            service=_text(data, "service"),
            template=_text(data, "template"),
            external_id=name,
            matching=_matching(data),
        ),
    )


def _records(data: dict[str, Any]) -> list[Any]:
    records = data.get("records")
    if not isinstance(records, list) or not records:
        raise InvalidInputError("“records” must be a list with at least one record.")
    if len(records) > MOST_RECORDS:
        raise InvalidInputError(
            f"These are {len(records):,} records; send up to {MOST_RECORDS:,} at a time, or upload a file."
        )
    return records


def _flat(record: Any, number: int) -> dict[str, Any]:
    """One record, its custom fields as columns of their own."""
    if not isinstance(record, dict):
        raise InvalidInputError(f"Record {number:,} is no JSON object.")
    flat = dict(record)
    for holder in ("custom_fields", "custom"):
        custom = flat.pop(holder, None)
        if custom is None:
            continue
        if not isinstance(custom, dict):
            raise InvalidInputError(f"“{holder}” of record {number:,} is no JSON object.")
        flat.update({f"owner.custom.{key}": value for key, value in custom.items()})
    return flat


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise InvalidInputError(f"“{name}” must be a text.")
    return value


def _strategy(word: str) -> str:
    if word and word not in STRATEGIES:
        raise InvalidInputError(f"“duplicate_strategy” is one of: {', '.join(sorted(STRATEGIES))}.")
    return STRATEGIES[word] if word else UploadChoices().duplicates


def _matching(data: dict[str, Any]) -> str:
    fields = data.get("match_fields")
    if not fields:
        return _text(data, "matching")
    wanted = frozenset(map(str, fields)) if isinstance(fields, list) else frozenset()
    if wanted not in MATCH_FIELDS:
        offered = "; ".join(", ".join(sorted(each)) for each in MATCH_FIELDS)
        raise InvalidInputError(f"“match_fields” is one of these lists: {offered}.")
    return MATCH_FIELDS[wanted].value
