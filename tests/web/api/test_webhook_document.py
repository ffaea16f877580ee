"""The document describes the events that channels get, and how to verify their signature."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask

from portal.models import utc_now
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbound_webhooks.endpoint_secrets import new_secret
from portal.services.outbound_webhooks.signed_request import signed_headers
from portal.web.api.webhook_document import VERIFY_EXAMPLE, example_of, schema_of
from tests.web.api.conftest import Caller


def test_every_event_is_documented_with_an_example_that_matches_its_schema(caller: Caller) -> None:
    document = caller.get("/openapi.json").json

    assert set(document["webhooks"]) == set(OutboundEventType)
    for name, item in document["webhooks"].items():
        content = item["post"]["requestBody"]["content"]["application/json"]
        shape = schema_of(OutboundEventType(name))
        assert content["schema"]["$ref"].endswith(f"/{shape.__name__}")
        assert shape.__name__ in document["components"]["schemas"]
        assert content["example"]["type"] == name
        msgspec.convert(content["example"], shape)
        assert {parameter["name"] for parameter in item["post"]["parameters"]} == {
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
        }


def test_url_in_an_event_is_a_url_of_the_api(caller: Caller) -> None:
    example = example_of(OutboundEventType.ORDER_CREATED, "http://127.0.0.1:8000")

    paths = caller.get("/openapi.json").json["paths"]
    assert "/stores/{store_id}/orders/{order_id}" in paths
    assert example["data"]["url"] == "http://127.0.0.1:8000/api/v1/stores/1003/orders/90"


@pytest.fixture
def is_valid_signature() -> Any:
    """The function of the reference, as a developer would copy it."""
    known: dict[str, Any] = {}
    exec(VERIFY_EXAMPLE, known)
    return known["is_valid_signature"]


def test_verification_example_accepts_only_our_events(is_valid_signature: Any) -> None:
    old, new, now = new_secret(), new_secret(), utc_now()
    headers = signed_headers("msg_1", now, '{"name":"Größe"}', (new, old))
    body = '{"name":"Größe"}'.encode()

    assert is_valid_signature(old, headers, body)
    assert is_valid_signature(new, headers, body)
    assert not is_valid_signature(new_secret(), headers, body)
    assert not is_valid_signature(new, headers, body + b" ")
    assert not is_valid_signature(new, headers | {"webhook-id": "msg_2"}, body)
    stale = signed_headers("msg_1", now - timedelta(minutes=6), '{"name":"Größe"}', (new,))
    assert not is_valid_signature(new, stale, body)
    assert len(VERIFY_EXAMPLE.strip().splitlines()) == 10


def test_reference_shows_every_event(app: Flask) -> None:
    page = app.test_client().get("/api/docs").text

    for event in OutboundEventType:
        assert f'id="webhook-{event}"' in page
    assert "hmac.compare_digest" in page
