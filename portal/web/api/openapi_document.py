"""Generate the API's OpenAPI 3.1 document from the declared endpoints and their structs."""

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from typing import Any

import msgspec
from apispec import APISpec
from werkzeug.routing import parse_converter_args

from portal.web.api.endpoints import Endpoint, registry
from portal.web.api.examples import EXAMPLES
from portal.web.api.problems import KINDS, MIMETYPE, Problem
from portal.web.api.webhook_document import WEBHOOK_SCHEMAS, webhooks_of
from portal.web.url_converters import LARGEST_KEY_IN_PATH

VERSION = "1.0"
REF = "#/components/schemas/{name}"
_VARIABLE = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<arguments>.*?)\))?:)?(?P<name>\w+)>")
# In display order.
TAGS = (
    "Channel",
    "Stores",
    "Changes",
    "Catalog",
    "Orders",
    "Customers",
    "Events",
    "Runs",
    "Export",
)
# Problems that every call with a key may return.
_COMMON = ("key_missing", "rate_limited")

ABOUT = """\
Read data from the stores that merchants have connected, and submit orders to them.

**Authentication.** Send `Authorization: Bearer mp_…` with each call. A key belongs to a channel: to
a channel of the marketplace, or to the own programs of a merchant, who creates keys on the page
“API keys”. It has access to the stores that consent to the channel, and to what both its scopes and
the consent include. A store that the key has no access to returns 404.

**Pagination.** Lists return `items` and `next`. Send the value of `next` as `after` to get the next
page, until `next` is null. Later pages are as fast as the first one. A page of a filtered list may
have fewer records than `limit` and still have a `next`.

**Changes.** `GET /changes` is the feed of all changes, deletions included, for programs that keep a
copy. `updated_since` is for people: it returns the records that were updated in the store since
then, but no deletions, and not those that arrive here late. Every GET returns an `ETag`. Send it as
`If-None-Match` to get a 304 without a body if nothing changed.

**Webhooks.** Merchants can register an endpoint of your program to receive events: see `webhooks`.

**Values.** Amounts are strings, exact, in the store's currency, with the decimals of ISO 4217 and
more if needed: EUR `"24.90"`, JPY `"2998"`, KWD `"1.390"`. Times are RFC 3339. Unknown query
parameters and body fields return an error, so that a typo doesn't go unnoticed.

**Errors** are `application/problem+json` (RFC 9457). Each has a stable `code`, the `field` that
caused it if there is one, and a `type` that links to its explanation.
"""


@cache
def build_document(address: str) -> dict[str, Any]:
    """Return the OpenAPI document of the API that is served at ``address``."""
    spec = APISpec(
        "Merchant portal API",
        VERSION,
        "3.1.0",
        info={"description": ABOUT},
        servers=[{"url": address}],
        security=[{"key": []}],
        tags=[{"name": tag} for tag in TAGS],
    )
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    _add_schemas(spec)
    for declared in sorted(registry.endpoints, key=lambda declared: TAGS.index(declared.tag)):
        path, parameters = _path_of(declared.rule)
        spec.path(path, operations={declared.method.lower(): _operation(declared, parameters)})
    made: dict[str, Any] = spec.to_dict()
    made["webhooks"] = webhooks_of(address.removesuffix("/api/v1"), REF)
    return made


def _add_schemas(spec: APISpec) -> None:
    shapes: list[Any] = [Problem, *WEBHOOK_SCHEMAS]
    for declared in registry.endpoints:
        shapes += [*declared.responses.values(), *([declared.body] if declared.body else [])]
    _, schemas = msgspec.json.schema_components(
        [struct for struct in shapes if struct is not None], ref_template=REF
    )
    for name, schema in schemas.items():
        for about in schema.get("properties", {}).values():
            _describe(about)
        spec.components.schema(name, _with_optional_fields(schema))


def _describe(about: dict[str, Any]) -> None:
    """Put all that people read about a field into its own description.

    The reference and generated clients show no description of one of several kinds, such as that
    of a field that may be null. And such clients require a field with a default, or send it.
    """
    texts = [about.get("description", "")]
    texts += [kind.pop("description", "") for kind in about.get("anyOf", [])]
    default = about.pop("default", None)
    if default not in (None, "", []):
        written = json.dumps(default).strip('"')
        texts.append(f"`{written}` by default.")
    if any(texts):
        about["description"] = " ".join(filter(None, texts))


def _with_optional_fields(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a record with only ``id`` required, because ``fields`` may omit the
    rest.
    """
    if "raw" in schema.get("properties", {}):
        return schema | {"required": ["id"]}
    return schema


def _operation(declared: Endpoint, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    text = inspect.getdoc(declared.view) or ""
    summary, _, description = text.partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": declared.name,
        "tags": [declared.tag],
        "summary": summary.replace("\n", " ").rstrip("."),
        "description": " ".join(description.split()),
        "parameters": [
            *parameters,
            *_parameters(declared.query, "query"),
            *_parameters(declared.headers, "header"),
        ],
        "responses": _responses(declared),
    }
    if declared.scope is not None:
        operation["x-scope"] = declared.scope.value
        operation["description"] += f" Requires the scope `{declared.scope}`."
    if declared.body is not None:
        content: dict[str, Any] = {"schema": _schema_of(declared.body)}
        if declared.name in EXAMPLES and EXAMPLES[declared.name].body is not None:
            content["example"] = EXAMPLES[declared.name].body
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation


def _responses(declared: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = {}
    example = EXAMPLES.get(declared.name)
    for status, struct in declared.responses.items():
        content: dict[str, Any] = {
            kind: {"schema": {"type": "string"}} for kind in declared.file_types
        }
        if struct is not None:
            content["application/json"] = {"schema": _schema_of(struct)}
            if example is not None and example.status == status:
                content["application/json"]["example"] = example.response
        found[str(status)] = {"description": _description(struct), "content": content}
    if declared.method == "GET" and not declared.file_types:
        found["304"] = {"description": "Not modified since the response with this `ETag`."}
    codes = [*_COMMON, *declared.problems, *(["scope_missing"] if declared.scope else [])]
    if "<" in declared.rule:
        codes.append("not_found")
    for code in codes:
        kind = KINDS[code]
        answer = found.setdefault(
            str(kind.status.value),
            {"description": "", "content": {MIMETYPE: {"schema": _schema_of(Problem)}}},
        )
        answer["description"] = f"{answer['description']} {kind.title} (`{code}`).".strip()
    return dict(sorted(found.items()))


def _description(struct: Any) -> str:
    return (inspect.getdoc(struct) or "Done.").partition("\n\n")[0] if struct else "The file."


def _schema_of(struct: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([struct], ref_template=REF)
    return dict(schema)


def _parameters(struct: type[msgspec.Struct] | None, place: str) -> list[dict[str, Any]]:
    if struct is None:
        return []
    _, schemas = msgspec.json.schema_components([struct], ref_template=REF)
    # A parameter's schema can't refer to components here, so references are replaced by their
    # value.
    schema = schemas[struct.__name__]
    required = schema.get("required", [])
    return [
        {
            "name": _header(name) if place == "header" else name,
            "in": place,
            "required": name in required,
            "description": about.pop("description", ""),
            "schema": about,
        }
        for name, about in (
            (name, _plain(about, schemas)) for name, about in schema["properties"].items()
        )
    ]


def _header(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("_"))


def _plain(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter's schema without references and without null, which no URL can express."""
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    if schema.get("default") is None:
        schema.pop("default", None)
    for kind in kinds:
        schema |= kind
    reference = schema.pop("$ref", None)
    return schema | (schemas[reference.rpartition("/")[2]] if reference else {})


def _path_of(rule: str) -> tuple[str, list[dict[str, Any]]]:
    """Return a Flask rule as an OpenAPI path, and its path parameters."""
    parameters = [
        {"name": found["name"], "in": "path", "required": True, "schema": _variable(found)}
        for found in _VARIABLE.finditer(rule)
    ]
    return _VARIABLE.sub(r"{\g<name>}", rule), parameters


def _variable(found: re.Match[str]) -> dict[str, Any]:
    if found["kind"] == "key":
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY_IN_PATH}
    if found["kind"] == "any":
        return {"type": "string", "enum": list(parse_converter_args(found["arguments"])[0])}
    return {"type": "string", "minLength": 1}
