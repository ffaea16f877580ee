"""The OpenAPI document has examples that are right, and is the source of the reference."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from portal.models import Store
from portal.rules.orders.order_request import MAX_LINES, MAX_QUANTITY, OrderRequest
from portal.sandbox.parts import Parts
from portal.services.mirror.resources import ORDERS
from portal.web.api.endpoints import registry
from portal.web.api.examples import EXAMPLES
from portal.web.api.problem_kinds import KINDS
from tests.factories import order_payload
from tests.web.api.conftest import READ_AT, Caller

RANDOM = ("reference", "prefix", "secret", "limits")


def test_every_example_gets_the_documented_response(
    market: Caller, mirror: Store, shop: Parts
) -> None:
    for name, example in EXAMPLES.items():
        if name == "cancel_order":
            # The order of the other examples is shipped.
            waiting = {"internalId": 91, "id": "EBJFU", "fulfillmentStatus": "PROCESSING"}
            ORDERS.save(1003, [order_payload(**waiting)], READ_AT)
        answer = market.send_example(name)

        assert answer.status_code == example.status, name
        assert without_moments(answer.json) == without_moments(example.response), name


def test_every_endpoint_has_an_example_in_the_document(caller: Caller) -> None:
    document = caller.get("/openapi.json").json

    assert document["openapi"].startswith("3.1")
    lacking = {
        operation["operationId"]
        for operations in document["paths"].values()
        for operation in operations.values()
        if not any(
            "example" in content
            for answer in operation["responses"].values()
            for content in answer.get("content", {}).values()
        )
    }
    assert lacking == {declared.name for declared in registry.endpoints if declared.file_types}


def test_schema_of_the_order_request_has_the_constraints_of_its_struct(
    caller: Caller,
) -> None:
    document = caller.get("/openapi.json").json
    schemas = document["components"]["schemas"]
    request, line = schemas["OrderRequest"], schemas["LineRequest"]

    for path in ("quotes", "orders"):
        operation = document["paths"][f"/stores/{{store_id}}/{path}"]["post"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        assert body["$ref"] == "#/components/schemas/OrderRequest"
        # Generated clients take the reference, and ignore that the address is required here.
        no_address = {"properties": {"email": {"enum": [None, ""]}}}
        assert body.get("not") == (no_address if path == "orders" else None)
    assert list(request["properties"]) == list(OrderRequest.__struct_fields__)
    assert (request["required"], request["additionalProperties"]) == (["lines"], False)
    assert request["properties"]["lines"]["maxItems"] == MAX_LINES
    assert line["properties"]["quantity"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_QUANTITY,
    }
    assert "PAID" in request["properties"]["payment_status"]["enum"]
    assert "REFUNDED" not in request["properties"]["payment_status"]["enum"]


def test_schemas_are_simple_enough_for_generated_clients(caller: Caller) -> None:
    document = caller.get("/openapi.json").json
    schemas = document["components"]["schemas"]

    # Generators take the name without the module, and drop the second schema of that name.
    assert [name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z0-9]+", name)] == []
    assert len({name.lower() for name in schemas}) == len(schemas)
    # They require each field with a default, or send it, and show no description of one of several
    # kinds.
    fields = [field for s in schemas.values() for field in s.get("properties", {}).values()]
    assert [field for field in fields if "default" in field] == []
    kinds = [kind for field in fields for kind in field.get("anyOf", [])]
    assert [kind for kind in kinds if "description" in kind] == []
    # A reference with fields beside it would be another schema.
    schemas_of_bodies = [
        content["schema"]
        for operations in document["paths"].values()
        for operation in operations.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    assert {name for schema in schemas_of_bodies for name in schema} == {"$ref", "not"}
    request = schemas["OrderRequest"]["properties"]
    assert request["coupon_code"] == {
        "anyOf": [
            {"type": "string", "maxLength": 255, "pattern": r"^[^\u0000]*$"},
            {"type": "null"},
        ]
    }
    assert request["customer_tax_id"]["description"] == "Such as a VAT number."
    assert request["payment_status"]["description"] == "`AWAITING_PAYMENT` by default."
    assert request["notify_customer"]["description"] == "`false` by default."


def test_reference_shows_every_endpoint_schema_and_problem(app: Flask) -> None:
    page = app.test_client().get("/api/docs")

    assert page.status_code == 200
    for declared in registry.endpoints:
        assert f'id="{declared.name}"' in page.text
    for code in KINDS:
        assert f'id="problem-{code}"' in page.text
    links = set(re.findall(r'href="#([^"]+)"', page.text))
    assert links <= set(re.findall(r'id="([^"]+)"', page.text))


def without_moments(value: Any) -> Any:
    """Return a response without values that differ in each run: times, cursors, secrets, links."""
    if isinstance(value, dict):
        return {n: without_moments(inner) for n, inner in value.items() if n not in RANDOM}
    if isinstance(value, list):
        return [without_moments(inner) for inner in value]
    if isinstance(value, str) and "/connect/link/" in value:
        return "a link"
    if isinstance(value, str) and re.fullmatch(r"msg_[0-9a-f]{32}", value):
        return "an event"
    is_moment = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value)
    is_cursor = isinstance(value, str) and re.fullmatch(r"MS[45][\w-]{40,}", value)
    return "a moment" if is_moment else "a cursor" if is_cursor else value
