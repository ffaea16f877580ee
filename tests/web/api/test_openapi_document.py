"""The API conforms to its OpenAPI document, for valid and invalid requests."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis import GenerationMode, openapi
from schemathesis.checks import CHECKS, load_all_checks

from portal.config import Settings
from portal.models import Store
from portal.rules.orders.order_request import MAX_LINES, MAX_QUANTITY, OrderRequest
from portal.sandbox.parts import Parts
from portal.services.mirror.resources import ORDERS
from portal.web.api.endpoints import registry
from portal.web.api.examples import EXAMPLES, Example
from portal.web.api.problems import KINDS
from tests.factories import order_payload
from tests.web.api.conftest import READ_AT, Caller

# Number of generated calls per endpoint, once with valid and once with invalid data.
CALLS = 8
# Path parameters of existing rows, used in three of four calls.
KNOWN = {
    "store_id": 1003,
    "product_id": 5,
    "variation_id": 51,
    "category_id": 7,
    "order_id": 90,
    "customer_id": 12,
    "coupon_id": 33,
    "run_id": 1,
    "submission_id": 1,
    "update_id": 1,
    "name": "products",
    "form": "csv",
    "event_id": "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
    "resource": "products",
    "action": "pause",
    "key_id": 2,
    "endpoint_id": 1,
    "delivery_id": 1,
    "link_id": 1,
}
KNOWN_QUERY = {"after": "now", "store": 1003}
RANDOM = ("reference", "prefix", "secret", "limits")
METHODS = {declared.name: declared.method for declared in registry.endpoints}
CREATED_FIRST = (
    "submit_order",
    "update_order",
    "create_key",
    "create_webhook_endpoint",
    "send_webhook_test_event",
    "create_connect_link",
)
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.fixture
def portal_database_url(postgresql_database_url: str) -> str:
    """PostgreSQL, because it rejects more input than SQLite."""
    return postgresql_database_url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with an unlimited number of API calls."""
    return replace(settings, api_requests_per_minute=1_000_000)


def test_no_call_fails_and_every_response_matches_its_schema(
    app: Flask, market: Caller, mirror: Store, shop: Parts
) -> None:
    load_all_checks()
    checks = CHECKS.get_by_names(list(CHECKED))
    document = openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {
        "Authorization": f"Bearer {market.key}",
        "Accept-Encoding": "identity",
        "Prefer": "wait=0",
    }
    succeeded: set[str] = set()
    for name in CREATED_FIRST:
        sent = EXAMPLES[name]
        market.send(METHODS[name], sent.path, **sent_with(sent))

    for found in document.get_all_operations():
        operation = found.ok()
        cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

        @bounds(
            max_examples=CALLS,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases, is_known=st.sampled_from([True, True, True, False]))
        def call(case: Any, *, is_known: bool) -> None:
            if is_known:
                known = {name: KNOWN.get(name, x) for name, x in case.path_parameters.items()}
                case.path_parameters = known
                if case.operation.definition.raw["operationId"] == "list_changes":
                    case.query = {n: KNOWN_QUERY.get(n, x) for n, x in (case.query or {}).items()}
            answer = case.call_and_validate(headers=headers, checks=checks)
            if answer.status_code < 300:
                succeeded.add(case.operation.definition.raw["operationId"])

        call()

    # Generated writes rarely succeed. The examples cover their success.
    assert succeeded >= {
        declared.name for declared in registry.endpoints if declared.method == "GET"
    }


def test_every_example_gets_the_documented_response(
    market: Caller, mirror: Store, shop: Parts
) -> None:
    for name, example in EXAMPLES.items():
        if name == "cancel_order":
            # The order of the other examples is shipped.
            waiting = {"internalId": 91, "id": "EBJFU", "fulfillmentStatus": "PROCESSING"}
            ORDERS.save(1003, [order_payload(**waiting)], READ_AT)
        answer = market.send(METHODS[name], example.path, **sent_with(example))

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
        assert body == {"$ref": "#/components/schemas/OrderRequest"}
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
    schemas = caller.get("/openapi.json").json["components"]["schemas"]

    # Generators take the name without the module, and drop the second schema of that name.
    assert [name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z0-9]+", name)] == []
    assert len({name.lower() for name in schemas}) == len(schemas)
    # They require each field with a default, or send it, and show no description of one of several
    # kinds.
    fields = [field for s in schemas.values() for field in s.get("properties", {}).values()]
    assert [field for field in fields if "default" in field] == []
    kinds = [kind for field in fields for kind in field.get("anyOf", [])]
    assert [kind for kind in kinds if "description" in kind] == []
    request = schemas["OrderRequest"]["properties"]
    assert request["coupon_code"] == {
        "anyOf": [{"type": "string", "maxLength": 255}, {"type": "null"}]
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


def sent_with(example: Example) -> dict[str, Any]:
    """Return the headers and the body of an example as arguments of the test client."""
    body = {} if example.body is None else {"json": example.body}
    return {"headers": example.headers, **body}


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
