"""API client with keys, and a store that mirrors a product, an order, a customer and a coupon."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from portal.models import Channel, Merchant, Resource, RunKind, Store, SyncRun
from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope
from portal.sandbox.admin_operations import add_store
from portal.sandbox.config import DEFAULT_SCOPES
from portal.sandbox.parts import Parts
from portal.sandbox.server import SandboxServer
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.keys import create_key
from portal.services.channels.consents import grant_consent
from portal.services.mirror.resources import CATEGORIES, COUPONS, CUSTOMERS, ORDERS, PRODUCTS
from portal.services.runtime import Runtime
from portal.web.api.endpoints import registry
from portal.web.api.examples import EXAMPLES
from tests.factories import (
    UPDATED_AT,
    category_payload,
    coupon_payload,
    customer_payload,
    make_channel,
    make_event,
    make_grant,
    order_payload,
    product_payload,
)

ENDPOINTS = {f"api.{declared.name}": declared for declared in registry.endpoints}
# Headers of successful responses that an endpoint has to declare.
SENT_BY_SOME = ("Location", "Link", "Idempotency-Replayed", "Content-Disposition")
READ_AT = UPDATED_AT + timedelta(seconds=5)
MUG: dict[str, Any] = {
    "description": "<p>Thrown by hand.</p><p>Safe for the dishwasher.</p>",
    "weight": Decimal("0.4"),
    "options": [
        {
            "type": "SIZE",
            "name": "Size",
            "required": True,
            "defaultChoice": 0,
            "choices": [
                {"text": text, "priceModifier": 0, "priceModifierType": "ABSOLUTE"}
                for text in ("S", "L")
            ],
        }
    ],
    "wholesalePrices": [{"quantity": 10, "price": 22}],
    "attributes": [
        {"id": 1, "name": "Brand", "type": "BRAND", "value": "Clay & Co", "show": "DESCR"},
        {"id": 2, "name": "EAN", "type": "UPC", "value": "4006381333931", "show": "NOTSHOW"},
    ],
    "media": {
        "images": [
            {
                "id": "0",
                "isMain": True,
                "image400pxUrl": "https://images.example/mug-400.jpg",
                "imageOriginalUrl": "https://images.example/mug.jpg",
                "alt": {"main": "A mug on a table"},
            }
        ]
    },
    "tax": {"taxable": True, "taxClassCode": "default", "enabledManualTaxes": []},
}
SIZE_L = {
    "id": 51,
    "combinationNumber": 1,
    "sku": "MUG-1-L",
    "options": [{"name": "Size", "value": "L"}],
    "price": 27,
    "quantity": 3,
    "inStock": True,
}


class Caller:
    """API client with a key."""

    def __init__(self, app: Flask, key: str) -> None:
        self.client = app.test_client()
        self.key = key

    def get(self, path: str, **headers: str) -> TestResponse:
        """Send a GET; ``headers`` are given with underscores."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send a POST with an optional JSON body."""
        return self.send("POST", path, headers=headers, json=body)

    def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        """Send a request with any method."""
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        sent = {"Authorization": f"Bearer {self.key}", **named}
        answer = self.client.open(
            f"/api/v1{path}", method=method, headers=sent, buffered=True, **options
        )
        self._check_is_documented(method, f"/api/v1{path.partition('?')[0]}", answer)
        return answer

    def send_example(self, name: str) -> TestResponse:
        """Send the request that the OpenAPI document has as the example of an endpoint."""
        example = EXAMPLES[name]
        body = {} if example.body is None else {"json": example.body}
        method = ENDPOINTS[f"api.{name}"].method
        return self.send(method, example.path, headers=example.headers, **body)

    def _check_is_documented(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail if the OpenAPI document lacks status, problem code or a header of a response."""
        try:
            name, _ = self.client.application.url_map.bind("localhost").match(path, method)
        except HTTPException:
            return
        declared = ENDPOINTS.get(name)
        if declared is not None and answer.status_code >= HTTPStatus.BAD_REQUEST:
            assert answer.json["code"] in declared.codes, answer.text
        elif declared is not None:
            assert answer.status_code in (*declared.responses, HTTPStatus.NOT_MODIFIED)
            assert {name for name in SENT_BY_SOME if name in answer.headers} <= {*declared.sends}


def make_key_text(merchant: Merchant, *scopes: KeyScope, store: Store | None = None) -> str:
    """Create a key with the given scopes, or with all."""
    made = create_key(merchant, "tests", scopes or tuple(KeyScope), store)
    assert made is not None
    return made.text


@pytest.fixture
def caller(app: Flask, merchant: Merchant, store: Store) -> Caller:
    """API client whose key has all scopes, and reaches the merchant's store."""
    return Caller(app, make_key_text(merchant))


@pytest.fixture
def channel(store: Store, merchant: Merchant) -> Channel:
    """A channel of the operator, to which the store allows everything."""
    channel = make_channel(return_urls=["https://sports.example/connected"])
    grant_consent(channel, store, STORE_SCOPES, merchant, external_reference="shop-7")
    return channel


@pytest.fixture
def market(app: Flask, channel: Channel) -> Caller:
    """API client whose key has all scopes of the channel."""
    made = add_key(channel, "tests", KeyScope)
    assert made is not None
    return Caller(app, made.text)


@pytest.fixture
def shop(runtime: Runtime, store: Store, sandbox: SandboxServer) -> Parts:
    """The store in the sandbox, with a bowl for sale."""
    parts = sandbox.parts
    parts.switches.set("quota_per_minute", "0")
    add_store(parts, {"store_id": store.id})
    token = parts.stores.install(store.id, " ".join(DEFAULT_SCOPES), revoke_previous=True)
    make_grant(store, runtime.sealer, token)
    bowl = {"name": "Bowl", "sku": "BOWL", "price": 12.5, "quantity": 10, "weight": 0.3}
    parts.products.create(store.id, bowl)
    return parts


@pytest.fixture
def mirror(store: Store) -> Store:
    """The store, with what it sells and has sold."""
    PRODUCTS.save(store.id, [product_payload(combinations=[SIZE_L], **MUG)], READ_AT)
    CATEGORIES.save(store.id, [category_payload()], READ_AT)
    ORDERS.save(store.id, [order_payload()], READ_AT)
    CUSTOMERS.save(store.id, [customer_payload()], READ_AT)
    COUPONS.save(store.id, [coupon_payload()], READ_AT)
    SyncRun.create(store=store, resource=Resource.PRODUCTS, kind=RunKind.INCREMENTAL)
    make_event(received_at=UPDATED_AT)
    return store
