"""The OpenAPI document and the page made of it: every endpoint is there, as its code says it is."""

import re
from typing import Any, NotRequired, TypedDict

import pytest
from flask import Flask

from phcs.api.describing import JSON, Field
from phcs.api.json_schemas import field_schema, schema_of
from phcs.api.openapi import api_routes, description_of, document, path_of
from phcs.core.permissions import SCOPES
from tests.api.callers import Checker

on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


class PairShape(TypedDict):
    """Two things."""

    name: str
    size: NotRequired[int | None]


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every route under /api by path and method, out of the URL map and not out of what describes itself."""
    return {
        (path_of(rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }


@on_sqlite
def test_every_route_is_in_the_document(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json")

    told = {
        (path, method) for path, operations in answer.get_json()["paths"].items() for method in operations
    }
    assert answer.get_json()["openapi"] == "3.1.0"
    assert routes(app) - told == set()


@on_sqlite
def test_every_route_says_what_it_does_and_shows_an_example(app: Flask) -> None:
    silent = []
    for rule, method in api_routes(app):
        about = description_of(app, rule)
        if not rule.rule.startswith("/api/"):
            continue
        if about is None or (about.answer.status != 204 and about.answer.example is None):
            silent.append(f"{method} {rule.rule}")
    assert silent == []


@on_sqlite
def test_every_example_is_of_its_schema(app: Flask) -> None:
    made = document(app)
    checker = Checker(made)
    wrong = []
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            contents = [answer.get("content", {}) for answer in operation["responses"].values()]
            contents.append(operation.get("requestBody", {}).get("content", {}))
            for content in contents:
                for media, one in content.items():
                    if "example" in one and media in {JSON, "application/problem+json"}:
                        wrong += checker.misfits(one["example"], one["schema"], f"{method} {path}")
    assert wrong == []


@on_sqlite
def test_every_operation_has_an_id_of_its_own_and_names_its_scopes(app: Flask) -> None:
    operations = [one for path in document(app)["paths"].values() for one in path.values()]

    ids = [one["operationId"] for one in operations]
    assert sorted(set(ids)) == sorted(ids)
    assert {scope for one in operations for scope in one.get("x-scopes", ())} <= set(SCOPES)
    assert all(one["summary"] and not one["summary"].endswith("..") for one in operations)


@on_sqlite
def test_the_page_shows_every_endpoint_and_loads_nothing_from_elsewhere(app: Flask) -> None:
    page = app.test_client().get("/api/v1/docs").text

    assert [path for path, _ in routes(app) if f'data-path="{path}"' not in page] == []
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_a_shape_becomes_its_schema() -> None:
    components: dict[str, Any] = {}

    assert schema_of(dict[str, list[float]], components) == {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "number"}},
    }
    assert schema_of(PairShape, components) == {"$ref": "#/components/schemas/Pair"}
    assert components["Pair"] == {
        "type": "object",
        "description": "Two things.",
        "properties": {"name": {"type": "string"}, "size": {"type": ["integer", "null"]}},
        "required": ["name"],
    }
    with pytest.raises(TypeError, match="no schema"):
        schema_of(set[str], components)


def test_a_field_becomes_its_schema() -> None:
    field = Field("format", "The form.", choices=("csv", "json"), default="csv")

    assert field_schema(field) == {"type": "string", "enum": ["csv", "json"], "default": "csv"}
