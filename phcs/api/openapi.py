"""The OpenAPI 3.1 document, made of the routes, their permissions, docstrings and descriptions."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from phcs.api.describing import JSON, Answer, Body, Description, Field
from phcs.api.json_schemas import field_schema, schema_of
from phcs.api.problems import TITLES
from phcs.api.shapes import ProblemShape
from phcs.core.access_marks import PUBLIC
from phcs.core.permissions import SCOPES, Permission

VERSION = "1"
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
PROBLEM_TYPE = "application/problem+json"
_ALWAYS = (400, 401, 403, 405, 422, 429, 503)
_OF_BODIES = (409, 413, 415, 507)
_PART = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_KINDS: dict[str, dict[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
}
_ABOUT = """Import owners, pets and cases as a program. Upload a file, look at what would happen, approve the plan by
its fingerprint; nothing becomes live before. Every error is a problem (RFC 9457) with a stable `code`.

Lists are paged: `next` is the `cursor` of the following page. Every POST may carry an `Idempotency-Key`: sent again
within 24 hours it is done once and answered alike. Every answer has an `X-Request-Id`, which the audit trail names
too. `X-RateLimit-Limit`, `-Remaining` and `-Reset` say how many calls are left."""


def document(app: Flask) -> dict[str, Any]:
    """The whole document; the same for everybody."""
    components: dict[str, Any] = {}
    schema_of(ProblemShape, components)
    paths: dict[str, dict[str, Any]] = {}
    for rule, method in api_routes(app):
        operation = _operation(app, rule, method, components)
        paths.setdefault(path_of(rule), {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "PHCS Import", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key: `phcs_…`."}
            },
        },
    }


def api_routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route of the REST interface with each of its methods."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api_"):
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield rule, method


def path_of(rule: Rule) -> str:
    """The path as OpenAPI writes it."""
    return _PART.sub(lambda part: f"{{{part[2]}}}", rule.rule)


def description_of(app: Flask, rule: Rule) -> Description | None:
    """What the view of a route says of itself."""
    found: Description | None = getattr(app.view_functions[rule.endpoint], "description", None)
    return found


def _operation(app: Flask, rule: Rule, method: str, components: dict[str, Any]) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    about = description_of(app, rule) or Description(section="Other", answer=Answer("Done."))
    summary, _, text = (inspect.getdoc(view) or "").partition("\n\n")
    mark = getattr(view, "access", None)
    parameters = [*_path_parameters(rule), *(_query_parameter(field) for field in about.query)]
    if method == "POST" and mark != PUBLIC:
        parameters.append(_IDEMPOTENCY)
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api_").replace(".", "_"),
        "tags": [about.section],
        "summary": " ".join(summary.split()),
        "description": _text(text, about, mark),
        "parameters": parameters,
        "responses": _responses(rule, method, about, mark, components),
    }
    if about.body is not None:
        operation["requestBody"] = _request_body(about.body, components)
    if mark == PUBLIC:
        operation["security"] = []
    elif isinstance(mark, Permission):
        operation["x-scopes"] = scopes_for(mark)
    return operation


def scopes_for(permission: Permission) -> list[str]:
    """The scopes that a key may have for this, any one of which is enough."""
    return [scope for scope, allowed in SCOPES.items() if permission in allowed]


def _text(text: str, about: Description, mark: Any) -> str:
    parts = [" ".join(text.split())] if text else []
    if isinstance(mark, Permission):
        scopes = scopes_for(mark)
        parts.append(f"Scope: {' or '.join(scopes)}." if scopes else "For signed-in people only.")
    if about.refusals:
        parts.append("May be refused with " + ", ".join(f"`{code}`" for code in about.refusals) + ".")
    return "\n\n".join(parts)


def _path_parameters(rule: Rule) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _KINDS.get(kind or "", {"type": "string"})}
        for kind, name in _PART.findall(rule.rule)
    ]


def _query_parameter(field: Field) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "name": field.name,
        "in": "query",
        "description": field.about,
        "required": field.required,
        "schema": field_schema(field),
    }
    if field.example is not None:
        parameter["example"] = field.example
    return parameter


_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A word of your own, up to 255 ASCII characters: the request is done once, however often it comes.",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
}


def _request_body(body: Body, components: dict[str, Any]) -> dict[str, Any]:
    if body.shape is not None:
        schema = schema_of(body.shape, components)
    elif body.fields:
        required = [field.name for field in body.fields if field.required]
        schema = {
            "type": "object",
            "properties": {
                field.name: field_schema(field) | {"description": field.about} for field in body.fields
            },
            **({"required": required} if required else {}),
        }
    else:
        schema = {"type": "object"}
    example = body.example or _example_of(body.fields)
    content = {"schema": schema, **({"example": example} if example else {})}
    return {
        "required": any(field.required for field in body.fields) or body.shape is not None,
        "content": {body.media_type: content},
    }


def _example_of(fields: tuple[Field, ...]) -> dict[str, Any]:
    told = {
        field.name: field.example or field.default for field in fields if field.kind not in {"file", "files"}
    }
    return {name: value for name, value in told.items() if value is not None}


def _responses(
    rule: Rule, method: str, about: Description, mark: Any, components: dict[str, Any]
) -> dict[str, Any]:
    answer = about.answer
    good: dict[str, Any] = {"description": answer.about}
    if answer.shape is not None or answer.example is not None:
        good["content"] = {
            media: _content(media, answer, components, is_first=media == answer.media_types[0])
            for media in answer.media_types
        }
    responses: dict[str, Any] = {str(answer.status): good}
    if method == "GET" and answer.media_types == (JSON,) and mark != PUBLIC:
        responses["304"] = {"description": "Nothing has changed since the `ETag` in `If-None-Match`."}
    if mark == PUBLIC:
        return responses
    statuses = {*_ALWAYS, *({404} if rule.arguments else ()), *(_OF_BODIES if method != "GET" else ())}
    statuses |= {409} if about.refusals else set()
    for status in sorted(statuses):
        responses[str(status)] = _problem(status)
    return responses


def _content(media: str, answer: Answer, components: dict[str, Any], *, is_first: bool) -> dict[str, Any]:
    """One form of an answer; the example is of the first. A file has no shape of its own, whatever its form."""
    schema: dict[str, Any] = {} if media == JSON else {"type": "string"}
    if answer.shape is not None:
        schema = schema_of(answer.shape, components)
    return {"schema": schema, "example": answer.example} if is_first else {"schema": schema}


def _problem(status: int) -> dict[str, Any]:
    title = TITLES[status]
    example = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "What is wrong, and what to do.",
        "code": _CODES.get(status, f"http.{status}"),
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {PROBLEM_TYPE: {"schema": schema, "example": example}}}


_CODES = {
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    409: "plan.stale",
    413: "file.too_large",
    422: "invalid_input",
    503: "limit.busy",
    507: "limit.no_room",
}
