"""Programs with keys, whose every answer is compared with the OpenAPI document."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from phcs.api.openapi import document, path_of
from phcs.models.organisations import Person
from tests.builders import build_api_key

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


class Checker:
    """Compares values with schemas of a document, in the words of JSON Schema that our documents use."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def misfits(self, value: Any, schema: Mapping[str, Any], place: str = "$") -> list[str]:
        """Where a value is not of a schema."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            return self.misfits(value, self.document["components"]["schemas"][name], place)
        if "anyOf" in schema:
            tried = [self.misfits(value, one, place) for one in schema["anyOf"]]
            return [] if [] in tried else [one for misfits in tried for one in misfits]
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(_is_of(value, kind) for kind in kinds):
            return [f"{place} is {value!r}, not {kinds}"]
        found = []
        if isinstance(value, dict):
            found += [f"{place} lacks {name}" for name in schema.get("required", ()) if name not in value]
            for name, one in value.items():
                inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
                found += self.misfits(one, inner, f"{place}.{name}")
        if isinstance(value, list):
            for number, one in enumerate(value):
                found += self.misfits(one, schema.get("items", {}), f"{place}[{number}]")
        return found


class Program:
    """A program with a key that has these scopes; call it with method, path and what to send."""

    def __init__(self, app: Flask, admin: Person, *scopes: str) -> None:
        with app.app_context():
            key = build_api_key(admin=admin, scopes=frozenset(scopes), now=datetime.now(UTC))
        self.secret = key.secret
        self.key_id = key.id
        self.app = app
        self.client = app.test_client()
        self.document = document(app)
        self.checker = Checker(self.document)

    def __call__(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **sent: Any
    ) -> TestResponse:
        given = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        answer = self.client.open(path, method=method, headers=given, **sent)
        problems = self.broken_promises(method, path, answer)
        assert problems == [], answer.text[:2000]
        return answer

    def broken_promises(self, method: str, path: str, answer: TestResponse) -> list[str]:
        """Where the answer is not as the document says."""
        rule, _ = self.app.url_map.bind("localhost").match(path.partition("?")[0], method, return_rule=True)
        responses = self.document["paths"][path_of(rule)][method.lower()]["responses"]
        told = responses.get(str(answer.status_code))
        if told is None:
            return [f"{method} {path} answers {answer.status_code}, which is not in the document"]
        contents = told.get("content", {})
        if not contents:
            return [] if not answer.data else [f"{method} {path} should have no body"]
        content = contents.get(answer.mimetype)
        if content is None:
            return [f"{method} {path} answers {answer.mimetype}, which is not in the document"]
        if not answer.is_json:
            return []
        return [
            f"{method} {path}: {one}" for one in self.checker.misfits(answer.get_json(), content["schema"])
        ]


def _is_of(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])


def code_of(answer: TestResponse, status: int) -> str:
    """The stable code of a refusal, whose form is checked."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json()
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert body["status"] == status
    return str(body["code"])
