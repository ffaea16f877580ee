"""Postman collection of the API: every call of the OpenAPI document, with its example.

Run as a program, it prints the collection, or with the argument ``document`` the OpenAPI document
for the Python client. The same document gives the same text.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from portal.web.api.examples import EXAMPLES, Example
from portal.web.api.growing_values import without_growing_choices
from portal.web.api.openapi_document import build_document

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
ADDRESS = "https://portal.example/api/v1"
# The calls of the operations without an example, which return a file.
FILES = {
    "export_records": Example("/stores/1003/exports/products.csv", None),
    "download_export": Example("/stores/1003/export-files/1/file", None),
}
_VARIABLE = re.compile(r"{(\w+)}")


def build_collection(address: str) -> dict[str, Any]:
    """Return the collection for the API at ``address``.

    Its variables are ``base_url``, ``key`` and ``store_id``.
    """
    document = build_document(address)
    folders: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            folders[operation["tags"][0]].append(_item(method.upper(), path, operation))
    return {
        "info": {
            "name": document["info"]["title"],
            "description": document["info"]["description"],
            "schema": SCHEMA,
        },
        "auth": {
            "type": "bearer",
            "bearer": [{"key": "token", "value": "{{key}}", "type": "string"}],
        },
        "variable": [
            {"key": "base_url", "value": address},
            {"key": "key", "value": ""},
            {"key": "store_id", "value": "1003"},
        ],
        "item": [{"name": name, "item": items} for name, items in folders.items() if items],
    }


def render(made: dict[str, Any]) -> str:
    """Return a document as text."""
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _item(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    name = operation["operationId"]
    example = EXAMPLES.get(name) or FILES[name]
    request = {
        "method": method,
        "description": operation["description"],
        "header": _headers(operation, example),
        "url": _url(path, operation, example),
    }
    if example.body is not None:
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        request["body"] = {
            "mode": "raw",
            "raw": _written(example.body),
            "options": {"raw": {"language": "json"}},
        }
    item = {"name": operation["summary"], "request": request, "response": []}
    if example.response is not None:
        saved = {
            "name": "Example",
            "originalRequest": request,
            "code": example.status,
            "header": [{"key": "Content-Type", "value": "application/json"}],
            "body": _written(example.response),
            "_postman_previewlanguage": "json",
        }
        item["response"] = [saved]
    return item


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _headers(operation: dict[str, Any], example: Example) -> list[dict[str, Any]]:
    """Return the documented headers; those that a call doesn't need are switched off."""
    return [
        {
            "key": found["name"],
            "value": example.headers.get(found["name"], ""),
            "description": found["description"],
            "disabled": not found["required"],
        }
        for found in operation["parameters"]
        if found["in"] == "header"
    ]


def _url(path: str, operation: dict[str, Any], example: Example) -> dict[str, Any]:
    """Return the URL of a request; parameters that its example doesn't have are switched off."""
    called = urlsplit(example.path)
    given = dict(parse_qsl(called.query))
    about = {each["name"]: each for each in operation["parameters"] if each["in"] == "query"}
    query = [
        {
            "key": name,
            "value": given.get(name, ""),
            "description": about[name]["description"],
            "disabled": name not in given,
        }
        for name in [*given, *(name for name in about if name not in given)]
    ]
    # Postman's path variables are whole segments, so those within one get their value here.
    values = _path_values(path, called.path)
    segments = [_segment(text, values) for text in path.strip("/").split("/")]
    sent = "&".join(f"{name}={value}" for name, value in given.items())
    return {
        "raw": "{{base_url}}/" + "/".join(segments) + (f"?{sent}" if sent else ""),
        "host": ["{{base_url}}"],
        "path": segments,
        "query": query,
        "variable": [
            {"key": name, "value": "{{store_id}}" if name == "store_id" else values[name]}
            for name in (text.removeprefix(":") for text in segments if text.startswith(":"))
        ],
    }


def _segment(text: str, values: dict[str, str]) -> str:
    if _VARIABLE.fullmatch(text):
        return f":{text[1:-1]}"
    return _VARIABLE.sub(lambda found: values[found[1]], text)


def _path_values(path: str, called: str) -> dict[str, str]:
    """Return the values that a called path has for the variables of its template."""
    pattern = _VARIABLE.sub(r"(?P<\1>[^/]+?)", path.replace(".", r"\."))
    found = re.fullmatch(pattern, called)
    if found is None:
        raise ValueError(f"the example {called} is no {path}")
    return found.groupdict()


if __name__ == "__main__":
    if sys.argv[1:] == ["document"]:
        sys.stdout.write(render(without_growing_choices(build_document(ADDRESS))))
    else:
        sys.stdout.write(render(build_collection(ADDRESS)))
