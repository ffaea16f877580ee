"""Operations of the OpenAPI document, generated from the declared endpoints."""

from __future__ import annotations

import inspect
import re
from http import HTTPStatus
from typing import Any

import msgspec
from werkzeug.routing import parse_converter_args

from portal.web.api.deprecation import MARKS, mark_deprecated
from portal.web.api.endpoints import Endpoint
from portal.web.api.examples import EXAMPLES
from portal.web.api.openapi_headers import headers_of, headers_of_problems
from portal.web.api.openapi_schemas import (
    body_schema,
    plain_schemas,
    problem_schema,
    schema_of,
)
from portal.web.api.problem_kinds import KINDS
from portal.web.api.problems import MIMETYPE
from portal.web.url_converters import LARGEST_KEY_IN_PATH

_VARIABLE = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<arguments>.*?)\))?:)?(?P<name>\w+)>")


def path_of(declared: Endpoint) -> str:
    """Return an endpoint's rule as an OpenAPI path."""
    return _VARIABLE.sub(r"{\g<name>}", declared.rule)


def build_operation(declared: Endpoint) -> dict[str, Any]:
    """Return the operation of an endpoint."""
    text = inspect.getdoc(declared.view) or ""
    summary, _, description = text.partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": declared.name,
        "tags": [declared.tag],
        "summary": summary.replace("\n", " ").rstrip("."),
        "description": " ".join((description or summary).split()),
        "parameters": [
            *_path_parameters(declared.rule),
            *_parameters(declared, "query"),
            *_parameters(declared, "header"),
        ],
        "responses": _responses(declared),
    }
    if declared.scope is not None:
        operation["x-scope"] = declared.scope.value
        operation["description"] += f" Requires the scope `{declared.scope}`."
    if declared.body is not None:
        content: dict[str, Any] = {"schema": body_schema(declared.body, declared.needs)}
        if declared.name in EXAMPLES and EXAMPLES[declared.name].body is not None:
            content["example"] = EXAMPLES[declared.name].body
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    mark_deprecated(operation, declared.deprecated)
    return operation


def _responses(declared: Endpoint) -> dict[str, Any]:
    found = {
        str(status): _success(declared, status, struct)
        for status, struct in declared.responses.items()
    }
    if declared.method == "GET" and not declared.file_types:
        found["304"] = {
            "description": "Not modified since the response with this `ETag`.",
            "headers": headers_of("ETag"),
        }
    by_status: dict[str, list[str]] = {}
    for code in declared.codes:
        by_status.setdefault(str(KINDS[code].status.value), []).append(code)
    for status, codes in by_status.items():
        found[status] = {
            "description": " ".join(f"{KINDS[code].title} (`{code}`)." for code in codes),
            "headers": headers_of_problems(codes),
            "content": {MIMETYPE: {"schema": problem_schema(codes)}},
        }
    return dict(sorted(found.items()))


def _success(declared: Endpoint, status: int, struct: Any) -> dict[str, Any]:
    content: dict[str, Any] = {kind: {"schema": {"type": "string"}} for kind in declared.file_types}
    example = EXAMPLES.get(declared.name)
    if struct is not None:
        content["application/json"] = {"schema": schema_of(struct)}
        if example is not None and example.status == status:
            content["application/json"]["example"] = example.response
    is_file = bool(declared.file_types)
    own = ["ETag"] if declared.method == "GET" and not is_file else []
    if status == HTTPStatus.ACCEPTED and "Location" in declared.sends:
        own.append("Retry-After")
    return {
        "description": _description(struct),
        "headers": headers_of(*own, *declared.sends),
        "content": content,
    }


def _description(struct: Any) -> str:
    return (inspect.getdoc(struct) or "Done.").partition("\n\n")[0] if struct else "The file."


def _parameters(declared: Endpoint, place: str) -> list[dict[str, Any]]:
    struct: type[msgspec.Struct] | None = declared.query if place == "query" else declared.headers
    schemas, required = plain_schemas(struct)
    made = []
    for name, schema in schemas.items():
        if name in declared.names:
            names = declared.names[name]
            schema |= {"pattern": _list_pattern(names), "examples": [",".join(names[:2])]}
        parameter = {
            "name": _header(name) if place == "header" else name,
            "in": place,
            "required": name in required,
            "description": schema.pop("description", ""),
            **{key: schema.pop(key) for key in MARKS if key in schema},
            "schema": schema,
        }
        made.append(parameter)
    return made


def _list_pattern(names: tuple[str, ...]) -> str:
    """Return the pattern of a comma-separated list of names."""
    one = f"(?:{'|'.join(map(re.escape, names))})"
    return f"^ *{one}(?: *, *{one})* *$"


def _header(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("_"))


def _path_parameters(rule: str) -> list[dict[str, Any]]:
    return [
        {
            "name": found["name"],
            "in": "path",
            "required": True,
            "schema": _variable(found),
        }
        for found in _VARIABLE.finditer(rule)
    ]


def _variable(found: re.Match[str]) -> dict[str, Any]:
    if found["kind"] == "key":
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY_IN_PATH}
    if found["kind"] == "any":
        return {"type": "string", "enum": list(parse_converter_args(found["arguments"])[0])}
    return {"type": "string", "minLength": 1}
