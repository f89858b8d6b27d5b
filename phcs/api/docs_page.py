"""The OpenAPI document as a page shows it: sections of endpoints, each with its fields and a command to copy."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phcs.api.describing import JSON, MULTIPART


@dataclass(frozen=True, slots=True)
class Input:
    """One field of the form that tries an endpoint; `place` is path, query, header or body."""

    name: str
    place: str
    about: str
    kind: str
    value: str
    choices: tuple[str, ...]
    required: bool
    is_several: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    inputs: tuple[Input, ...]
    media_type: str
    document: str
    """The example of a JSON body, '' where there is none."""
    answers: tuple[tuple[str, str], ...]
    example: str
    command: str


def sections_of(document: Mapping[str, Any]) -> dict[str, list[Endpoint]]:
    """The endpoints by section."""
    found: dict[str, list[Endpoint]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]].append(_endpoint(path, method.upper(), operation))
    return dict(found)


def _endpoint(path: str, method: str, operation: Mapping[str, Any]) -> Endpoint:
    content = operation.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), "")
    body = content.get(media_type, {})
    inputs = [_parameter(one) for one in operation["parameters"]]
    if media_type == MULTIPART:
        inputs += _body_fields(body)
    document = _pretty(body.get("example", {})) if media_type == JSON else ""
    return Endpoint(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        paragraphs=tuple(part for part in operation["description"].split("\n\n") if part),
        inputs=tuple(inputs),
        media_type=media_type,
        document=document,
        answers=tuple((status, one["description"]) for status, one in operation["responses"].items()),
        example=_example(operation["responses"]),
        command=_command(path, method, operation, inputs, body, media_type),
    )


def _parameter(parameter: Mapping[str, Any]) -> Input:
    schema = parameter["schema"]
    return Input(
        name=parameter["name"],
        place=parameter["in"],
        about=parameter.get("description", ""),
        kind="text",
        value="",
        choices=tuple(schema.get("enum", ())),
        required=parameter["required"],
    )


def _body_fields(body: Mapping[str, Any]) -> list[Input]:
    required = body["schema"].get("required", ())
    return [
        Input(
            name=name,
            place="body",
            about=schema["description"],
            kind="file" if "contentMediaType" in schema.get("items", schema) else "text",
            is_several=schema.get("type") == "array",
            value=str(schema.get("default", "")),
            choices=tuple(schema.get("enum", ())),
            required=name in required,
        )
        for name, schema in body["schema"]["properties"].items()
    ]


def _example(responses: Mapping[str, Any]) -> str:
    for status, answer in responses.items():
        if status.startswith("2"):
            for content in answer.get("content", {}).values():
                example = content.get("example")
                return example if isinstance(example, str) else _pretty(example)
    return ""


def _command(
    path: str,
    method: str,
    operation: Mapping[str, Any],
    inputs: Sequence[Input],
    body: Mapping[str, Any],
    media_type: str,
) -> str:
    """The same with curl; parts of the path are for the reader to fill in."""
    told = path
    for one in inputs:
        told = told.replace(f"{{{one.name}}}", f"${one.name.upper()}") if one.place == "path" else told
    lines = [f'curl "$PHCS{told}"' if method == "GET" else f'curl -X {method} "$PHCS{told}"']
    if operation.get("security") != []:
        lines.append('-H "Authorization: Bearer $PHCS_KEY"')
    if method == "POST":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if media_type == MULTIPART:
        lines += [f"-F {one.name}=@visits.csv" for one in inputs if one.kind == "file"]
    elif media_type == JSON:
        lines += [f'-H "Content-Type: {JSON}"', f"-d '{json.dumps(body.get('example', {}))}'"]
    return " \\\n  ".join(lines)


def _pretty(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) if data not in (None, {}) else "{}"
