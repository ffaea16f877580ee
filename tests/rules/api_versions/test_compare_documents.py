"""Differences of two documents are breaking, additive, neutral or a deprecation."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from portal.rules.api_versions.compare_documents import compare_documents
from portal.rules.api_versions.differences import ChangeKind, frozen_shape

STRING = {"type": "string"}
DOCUMENT: dict[str, Any] = {
    "info": {"title": "API", "version": "1.0", "description": "Prose."},
    "servers": [{"url": "https://portal.example"}],
    "paths": {
        "/orders": {
            "post": {
                "operationId": "submit_order",
                "summary": "Submit an order",
                "x-scope": "write_orders",
                "parameters": [
                    {"name": "dry", "in": "query", "required": False, "schema": STRING},
                    {"name": "Key", "in": "header", "required": True, "schema": STRING},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/NewOrder"}}
                    },
                },
                "responses": {
                    "201": {
                        "description": "Done.",
                        "headers": {"Location": {"schema": STRING}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Order"}}
                        },
                    },
                    "409": {"description": "Conflict."},
                },
            }
        }
    },
    "webhooks": {
        "order.created": {
            "post": {
                "parameters": [
                    {"name": "webhook-id", "in": "header", "required": True, "schema": STRING}
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Order"}}
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "NewOrder": {
                "type": "object",
                "required": ["email"],
                "additionalProperties": False,
                "properties": {
                    "email": {"type": "string", "maxLength": 254, "minLength": 3},
                    "status": {"type": "string", "enum": ["NEW", "PAID"], "default": "NEW"},
                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                    "fields": {"type": "object", "additionalProperties": {"type": "string"}},
                    "part": {"$ref": "#/components/schemas/NewOrder"},
                },
            },
            "Line": {"type": "object", "properties": {"sku": STRING}},
            "Order": {
                "type": "object",
                "required": ["id", "kind"],
                "properties": {
                    "id": {"type": "integer"},
                    "description": {"type": "string", "format": "date-time", "description": "x"},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "state": {"enum": ["open"]},
                    "links": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Line"}]},
                },
            },
            "Kind": {"type": "string", "enum": ["a", "b"], "x-may-grow": True},
        }
    },
}

Change = Callable[[Any, Any, Any], Any]


def changed(change: Change) -> dict[str, Any]:
    """Return the document after ``change(operation, schemas, document)``."""
    document = copy.deepcopy(DOCUMENT)
    change(document["paths"]["/orders"]["post"], document["components"]["schemas"], document)
    return document


def put(place: Any, name: Any, value: Any) -> None:
    """Set one key, in a lambda."""
    place[name] = value


BREAKING: dict[str, Change] = {
    "`POST /orders`: removed": lambda _o, _s, d: d["paths"].clear(),
    "`POST /orders`: operationId is x now": lambda o, _s, _d: put(o, "operationId", "x"),
    "`POST /orders`: requires the scope x now": lambda o, _s, _d: put(o, "x-scope", "x"),
    "`POST /orders?dry`: removed": lambda o, _s, _d: o["parameters"].pop(0),
    "`POST /orders?dry`: is required now": lambda o, _s, _d: put(
        o["parameters"][0], "required", True
    ),
    "`POST /orders?new`: new parameter": lambda o, _s, _d: o["parameters"].append(
        {"name": "new", "in": "query", "required": True, "schema": STRING}
    ),
    "`POST /orders?dry`: refuses string now": lambda o, _s, _d: put(
        o["parameters"][0], "schema", {"type": "boolean"}
    ),
    "`POST /orders`: takes no body now": lambda o, _s, _d: o.pop("requestBody"),
    "`POST /orders 201`: removed": lambda o, _s, _d: o["responses"].pop("201"),
    "`POST /orders 202`: new status": lambda o, _s, _d: put(o["responses"], "202", {}),
    "`POST /orders 201 header Location`: removed": lambda o, _s, _d: o["responses"]["201"].pop(
        "headers"
    ),
    "`POST /orders 201`: no longer has application/json": lambda o, _s, _d: o["responses"][
        "201"
    ].pop("content"),
    "`event order.created`: removed": lambda _o, _s, d: d["webhooks"].clear(),
    "`event order.created header webhook-id`: removed": lambda _o, _s, d: d["webhooks"][
        "order.created"
    ]["post"]["parameters"].clear(),
    "`Kind`: schema removed or renamed": lambda _o, s, _d: s.pop("Kind"),
    "`NewOrder.email`: removed": lambda _o, s, _d: s["NewOrder"]["properties"].pop("email"),
    "`NewOrder.status`: is required now": lambda _o, s, _d: s["NewOrder"]["required"].append(
        "status"
    ),
    "`NewOrder.must`: new required field": lambda _o, s, _d: (
        put(s["NewOrder"]["properties"], "must", STRING),
        s["NewOrder"]["required"].append("must"),
    ),
    "`NewOrder.email`: has maxLength 100, before: 254": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["email"], "maxLength", 100
    ),
    "`NewOrder.email`: has minLength 4, before: 3": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["email"], "minLength", 4
    ),
    "`NewOrder.email`: has pattern '@', before: None": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["email"], "pattern", "@"
    ),
    "`NewOrder.email`: has only the values 'a' now": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["email"], "enum", ["a"]
    ),
    "`NewOrder.status`: no longer has the value 'NEW'": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["status"], "enum", ["PAID"]
    ),
    "`NewOrder.status`: defaults to 'PAID', before: 'NEW'": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["status"], "default", "PAID"
    ),
    "`NewOrder.email`: defaults to 'a@b', before: None": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["email"], "x-default", "a@b"
    ),
    "`Line`: has not {}, before: None": lambda _o, s, _d: put(s["Line"], "not", {}),
    "`NewOrder.note`: refuses null now": lambda _o, s, _d: put(
        s["NewOrder"]["properties"], "note", STRING
    ),
    "`NewOrder.lines[]`: refuses Line now": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["lines"], "items", STRING
    ),
    "`NewOrder.fields.*`: refuses string now": lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["fields"], "additionalProperties", {"type": "integer"}
    ),
    "`Line`: has another rule for fields that aren't listed": lambda _o, s, _d: put(
        s["Line"], "additionalProperties", False
    ),
    "`Order.id`: removed": lambda _o, s, _d: s["Order"]["properties"].pop("id"),
    "`Order.id`: may be missing now": lambda _o, s, _d: s["Order"]["required"].remove("id"),
    "`Order.id`: may be null, too": lambda _o, s, _d: put(
        s["Order"]["properties"]["id"], "type", ["integer", "null"]
    ),
    "`Order.description`: has format 'date', before: 'date-time'": lambda _o, s, _d: put(
        s["Order"]["properties"]["description"], "format", "date"
    ),
    "`Order.state`: has the new value 'shut'": lambda _o, s, _d: s["Order"]["properties"]["state"][
        "enum"
    ].append("shut"),
    "`Order.state`: may have any value now": lambda _o, s, _d: put(
        s["Order"]["properties"], "state", STRING
    ),
    "`Order.links`: may be Order, too": lambda _o, s, _d: s["Order"]["properties"]["links"][
        "anyOf"
    ].append({"$ref": "#/components/schemas/Order"}),
}
COMPATIBLE: dict[tuple[ChangeKind, str], Change] = {
    (ChangeKind.ADDED, "`GET /orders`: new endpoint"): lambda _o, _s, d: put(
        d["paths"]["/orders"], "get", {"responses": {}}
    ),
    (ChangeKind.ADDED, "`POST /orders?new`: new parameter"): lambda o, _s, _d: o[
        "parameters"
    ].append({"name": "new", "in": "query", "schema": STRING}),
    (ChangeKind.ADDED, "`NewOrder.new`: new field"): lambda _o, s, _d: put(
        s["NewOrder"]["properties"], "new", STRING
    ),
    (ChangeKind.ADDED, "`Order.new`: new field"): lambda _o, s, _d: put(
        s["Order"]["properties"], "new", STRING
    ),
    (ChangeKind.ADDED, "`Kind`: has the new value 'c'"): lambda _o, s, _d: s["Kind"]["enum"].append(
        "c"
    ),
    (ChangeKind.ADDED, "`NewOrder.status`: has the new value 'VOID'"): lambda _o, s, _d: s[
        "NewOrder"
    ]["properties"]["status"]["enum"].append("VOID"),
    (ChangeKind.ADDED, "`event order.new`: new event type"): lambda _o, _s, d: put(
        d["webhooks"], "order.new", {}
    ),
    (ChangeKind.ADDED, "`event order.created header new`: new header"): lambda _o, _s, d: d[
        "webhooks"
    ]["order.created"]["post"]["parameters"].append({"name": "new", "in": "header"}),
    (ChangeKind.ADDED, "`POST /orders 201 header New`: new header"): lambda o, _s, _d: put(
        o["responses"]["201"]["headers"], "New", {}
    ),
    (ChangeKind.ADDED, "`POST /orders 201`: also has text/csv"): lambda o, _s, _d: put(
        o["responses"]["201"]["content"], "text/csv", {}
    ),
    (ChangeKind.CHANGED, "`POST /orders`: requires the scope None now"): lambda o, _s, _d: o.pop(
        "x-scope"
    ),
    (ChangeKind.CHANGED, "`POST /orders header Key`: is optional now"): lambda o, _s, _d: put(
        o["parameters"][1], "required", False
    ),
    (ChangeKind.CHANGED, "`POST /orders 410`: new status"): lambda o, _s, _d: put(
        o["responses"], "410", {}
    ),
    (ChangeKind.CHANGED, "`POST /orders 409`: removed"): lambda o, _s, _d: o["responses"].pop(
        "409"
    ),
    (ChangeKind.CHANGED, "`NewOrder.email`: may be missing now"): lambda _o, s, _d: s["NewOrder"][
        "required"
    ].remove("email"),
    (ChangeKind.CHANGED, "`NewOrder.email`: has maxLength None, before: 254"): lambda _o, s, _d: s[
        "NewOrder"
    ]["properties"]["email"].pop("maxLength"),
    (ChangeKind.CHANGED, "`NewOrder.email`: accepts null, too"): lambda _o, s, _d: put(
        s["NewOrder"]["properties"]["email"], "type", ["string", "null"]
    ),
    (ChangeKind.CHANGED, "`NewOrder.status`: may have any value now"): lambda _o, s, _d: s[
        "NewOrder"
    ]["properties"]["status"].pop("enum"),
    (ChangeKind.CHANGED, "`Order.description`: is required now"): lambda _o, s, _d: s["Order"][
        "required"
    ].append("description"),
    (ChangeKind.CHANGED, "`Order.links`: is never null now"): lambda _o, s, _d: s["Order"][
        "properties"
    ]["links"]["anyOf"].pop(0),
    (ChangeKind.CHANGED, "`Kind`: no longer has the value 'a'"): lambda _o, s, _d: s["Kind"][
        "enum"
    ].remove("a"),
    (ChangeKind.DEPRECATED, "`POST /orders`: works until 2028-03-01"): lambda o, _s, _d: o.update(
        {"deprecated": True, "x-sunset": "2028-03-01"}
    ),
    (ChangeKind.DEPRECATED, "`POST /orders?dry`: works until 2028-03-01"): lambda o, _s, _d: o[
        "parameters"
    ][0].update({"deprecated": True, "x-sunset": "2028-03-01"}),
    (ChangeKind.DEPRECATED, "`Order.id`: deprecated, works until 2028-03-01"): lambda _o, s, _d: s[
        "Order"
    ]["properties"]["id"].update({"deprecated": True, "x-sunset": "2028-03-01"}),
}


@pytest.mark.parametrize("text", BREAKING)
def test_change_that_breaks_programs_is_reported(text: str) -> None:
    found = compare_documents(DOCUMENT, changed(BREAKING[text]))

    assert text in [str(each) for each in found if each.kind is ChangeKind.BREAKING]


@pytest.mark.parametrize("change", COMPATIBLE)
def test_change_that_breaks_nothing_is_reported(change: tuple[ChangeKind, str]) -> None:
    found = compare_documents(DOCUMENT, changed(COMPATIBLE[change]))

    assert [(each.kind, str(each)) for each in found] == [change]


def test_new_kind_of_error_breaks_nothing() -> None:
    def with_errors(*names: str) -> dict[str, Any]:
        schemas = {name: {"type": "object"} for name in ("NotFound", "Gone")}
        variants = [{"$ref": f"#/components/schemas/{name}"} for name in names]

        def change(operation: Any, known: Any, _document: Any) -> None:
            known |= schemas
            content = {"application/problem+json": {"schema": {"oneOf": variants}}}
            operation["responses"]["409"]["content"] = content

        return changed(change)

    found = compare_documents(with_errors("NotFound"), with_errors("NotFound", "Gone"))

    assert [(each.kind, str(each)) for each in found] == [
        (ChangeKind.ADDED, "`POST /orders 409`: may be Gone, too")
    ]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("(?:id)(?:,(?:id))*", "(?:id|sku)(?:,(?:id|sku))*", ChangeKind.ADDED),
        ("(?:id|sku)(?:,(?:id|sku))*", "(?:id)(?:,(?:id))*", ChangeKind.BREAKING),
        ("(?:id)(?:,(?:id))*", "(?:id|sku)(?:;(?:id|sku))*", ChangeKind.BREAKING),
    ],
)
def test_pattern_that_lists_more_names_breaks_nothing(
    before: str, after: str, kind: ChangeKind
) -> None:
    def with_pattern(pattern: str) -> dict[str, Any]:
        schema = {"type": "string", "pattern": pattern}
        return changed(lambda o, _s, _d: put(o["parameters"][0], "schema", schema))

    (found,) = compare_documents(with_pattern(before), with_pattern(after))

    assert (found.kind, found.place) == (kind, "POST /orders?dry")


def test_type_of_an_enumeration_may_be_written_or_not() -> None:
    written = changed(lambda _o, s, _d: put(s["Order"]["properties"]["state"], "type", "string"))

    assert compare_documents(DOCUMENT, written) == []


def test_renamed_schema_is_compared_with_its_former_one() -> None:
    def rename(_operation: Any, schemas: Any, _document: Any) -> None:
        schemas["Item"] = {"type": "object", "properties": {"sku": {"type": "integer"}}}
        del schemas["Line"]
        schemas["NewOrder"]["properties"]["lines"]["items"]["$ref"] = "#/components/schemas/Item"

    found = [str(each) for each in compare_documents(DOCUMENT, changed(rename))]

    assert "`Line`: schema removed or renamed" in found
    assert "`Line → Item.sku`: refuses string now" in found


def test_body_that_was_not_taken_before_is_reported() -> None:
    without = changed(lambda operation, _s, _d: operation.pop("requestBody"))
    optional = changed(lambda o, _s, _d: put(o["requestBody"], "required", False))

    assert [str(each) for each in compare_documents(without, DOCUMENT)] == [
        "`POST /orders`: takes a body now"
    ]
    assert compare_documents(without, DOCUMENT)[0].kind is ChangeKind.BREAKING
    assert compare_documents(without, optional)[0].kind is ChangeKind.ADDED
    assert [str(each) for each in compare_documents(optional, DOCUMENT)] == [
        "`POST /orders`: requires a body now"
    ]


def test_same_document_has_no_differences() -> None:
    assert compare_documents(DOCUMENT, copy.deepcopy(DOCUMENT)) == []
    assert compare_documents(frozen_shape(DOCUMENT), DOCUMENT) == []


def test_texts_are_not_frozen_but_fields_of_that_name_are() -> None:
    shape = frozen_shape(DOCUMENT)

    assert shape["info"] == {"title": "API", "version": "1.0"}
    assert "servers" not in shape
    assert "summary" not in shape["paths"]["/orders"]["post"]
    assert shape["components"]["schemas"]["Order"]["properties"]["description"] == {
        "type": "string",
        "format": "date-time",
    }
