"""Reference of the API, rendered from its OpenAPI document without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from portal.rules.api_keys.key_scopes import PURPOSES
from portal.web.api.examples import EXAMPLES, Example
from portal.web.api.openapi_document import build_document
from portal.web.api.problem_kinds import KINDS
from portal.web.api.webhook_document import VERIFY_EXAMPLE
from portal.web.runtime import current_runtime

blueprint = Blueprint("api_docs", __name__, url_prefix="/api")


@dataclass(frozen=True)
class Entry:
    """One endpoint in the reference."""

    method: str
    path: str
    operation: dict[str, Any]
    example: Example | None

    @property
    def response_schemas(self) -> list[str]:
        """Names of the schemas of successful responses."""
        answers = self.operation["responses"].items()
        kinds = [kind for status, each in answers if status < "300" for kind in _schemas(each)]
        return [name for name in dict.fromkeys(kinds) if name]

    @property
    def request_schema(self) -> str:
        """Name of the request body's schema; empty without a body."""
        return next(_schemas(self.operation.get("requestBody", {})), "")


@blueprint.get("/docs")
def index() -> ResponseReturnValue:
    """Show every endpoint with its parameters, responses and examples."""
    settings = current_runtime().settings
    address = f"{settings.portal_url}/api/v1"
    made = build_document(address, settings.support_contact)
    return render_template(
        "api_docs/index.html",
        address=address,
        about=made["info"]["description"].split("\n\n"),
        groups=[(tag["name"], list(_entries(made, tag["name"]))) for tag in made["tags"]],
        schemas={name: _fields(schema) for name, schema in made["components"]["schemas"].items()},
        webhooks=made["webhooks"],
        verifying=VERIFY_EXAMPLE,
        scopes=PURPOSES,
        kinds=KINDS,
    )


def _entries(made: dict[str, Any], tag: str) -> Iterator[Entry]:
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            if tag in operation["tags"]:
                example = EXAMPLES.get(operation["operationId"])
                yield Entry(method.upper(), path, operation, example)


def _schemas(about: dict[str, Any]) -> Iterator[str]:
    for content in about.get("content", {}).values():
        yield content["schema"].get("$ref", "").rpartition("/")[2]


def _fields(schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return name, type and description of each field of a schema."""
    if "enum" in schema:
        return [("", ", ".join(map(str, schema["enum"])), schema.get("description", ""))]
    return [
        (name, type_label(about), about.get("description", ""))
        for name, about in schema.get("properties", {}).items()
    ]


@blueprint.app_template_filter()
def type_label(schema: dict[str, Any]) -> str:
    """Return a short readable name of a schema's type."""
    if "anyOf" in schema:
        return " or ".join(type_label(kind) for kind in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {type_label(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))


@blueprint.app_template_filter()
def inline_markup(text: str) -> Markup:
    """Convert Markdown code and bold text to HTML; all other text is escaped."""
    marked_up = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", marked_up))  # noqa: S704


@blueprint.app_template_filter()
def curl_command(example: Example, method: str, address: str) -> str:
    """Return an example as a curl command."""
    parts = ["curl"] if method == "GET" else ["curl", "-X", method]
    parts += ["-H", "'Authorization: Bearer mp_…'"]
    for name, value in example.headers.items():
        parts += ["-H", f"'{name}: {value}'"]
    if example.body is not None:
        body = json.dumps(example.body, ensure_ascii=False)
        parts += ["-H", "'Content-Type: application/json'", "-d", f"'{body}'"]
    return " ".join([*parts, f"'{address}{example.path}'"])
