"""JSON Schema (2020-12) out of the types of `shapes`, so that code and document cannot differ."""

import inspect
import types
from typing import Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from phcs.api.describing import Field

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}


def schema_of(kind: Any, components: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; TypedDicts go into `components` under their names and are referred to."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if is_typeddict(kind):
        return _reference(kind, components)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is NotRequired:
        return schema_of(arguments[0], components)
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0], components)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1], components)}
    if origin in {Union, types.UnionType}:
        return _either([schema_of(one, components) for one in arguments])
    raise TypeError(f"There is no schema for {kind}.")


def field_schema(field: Field) -> dict[str, Any]:
    """The schema of a parameter or of a field of a body."""
    schema: dict[str, Any] = {"type": field.kind}
    if field.kind in {"file", "files"}:
        schema = {"type": "string", "contentMediaType": "application/octet-stream"}
    if field.kind == "files":
        schema = {"type": "array", "items": schema, "minItems": 1}
    if field.choices:
        schema["enum"] = list(field.choices)
    if field.default is not None:
        schema["default"] = field.default
    return schema


def _either(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    if all(set(schema) == {"type"} for schema in schemas):
        return {"type": [schema["type"] for schema in schemas]}
    return {"anyOf": schemas}


def _reference(kind: Any, components: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__.removesuffix("Shape")
    if name not in components:
        components[name] = {}  # for shapes that hold themselves
        hints = get_type_hints(kind)
        components[name] = {
            "type": "object",
            **({"description": inspect.getdoc(kind)} if kind.__doc__ else {}),
            "properties": {one: schema_of(hint, components) for one, hint in hints.items()},
            "required": sorted(kind.__required_keys__),
        }
    return {"$ref": f"#/components/schemas/{name}"}
