"""Keys without `read_orders` read no order and no customer, however the values come back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.models import Channel, Order, OrderUpdate, OutboundEvent, Store, WebhookEndpoint
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.outbound_webhooks.outbound_events import SUBSCRIBABLE_EVENTS
from portal.sandbox.parts import Parts
from portal.services.api_keys.channel_keys import add_key
from portal.services.mirror.resources import CUSTOMERS
from portal.services.mirror.resources import ORDERS as ORDERS_SPEC
from portal.services.orders.send_order_updates import send_order_updates
from portal.services.runtime import Runtime
from portal.web.api.examples import EXAMPLES
from tests.factories import customer_payload, make_channel_endpoint, order_payload
from tests.web.api.conftest import READ_AT, Caller
from tests.web.api.test_orders import AT_ONCE, ORDERS, in_the_store, path_of

MARK = "qx7"
# The identity of an order, and texts that are no free text.
UNMARKED = frozenset(
    {"id", "createDate", "updateDate", "registered", "updated", "countryCode", "discountType"}
)
WRITE_ONLY = (KeyScope.WRITE_ORDERS,)
ALL_OTHERS = tuple(scope for scope in KeyScope if scope is not KeyScope.READ_ORDERS)


def marked(value: Any, name: str = "") -> Any:
    """Return a record with a mark in each of its texts."""
    if isinstance(value, dict):
        return {key: marked(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [marked(each) for each in value]
    is_text = isinstance(value, str) and name not in UNMARKED and not name.endswith("Status")
    return f"{MARK}{value}" if is_text else value


def has_mark(answer: TestResponse) -> bool:
    """Return whether a body or a header has the mark."""
    return re.search(MARK, f"{answer.headers}{answer.text}", re.IGNORECASE) is not None


@pytest.fixture
def conflicts(
    caller: Caller, market: Caller, mirror: Store, shop: Parts, runtime: Runtime
) -> tuple[str, str, str]:
    """The paths of an order with marked texts, and of two updates in conflict with them.

    One is of the channel of the key, the other of another channel.
    """
    ORDERS_SPEC.save(mirror.id, [marked(order_payload())], READ_AT)
    CUSTOMERS.save(mirror.id, [marked(customer_payload())], READ_AT)
    number = in_the_store(caller, runtime)["order_number"]
    order = f"{ORDERS}/{Order.get(Order.number == number).remote_id}"
    texts = {"privateAdminNotes": f"{MARK} allergic", "trackingNumber": f"{MARK}1"}
    shop.orders.update(mirror.id, number, texts)
    changes = (
        (market, {"private_notes": "Call first"}),
        (caller, {"tracking_number": f"{MARK}2"}),
    )
    paths = [
        path_of(each.send("PATCH", order, json=body, headers=AT_ONCE)) for each, body in changes
    ]
    send_order_updates(runtime, mirror.id)
    assert {row.state for row in OrderUpdate.select()} == {"conflict"}
    return order, paths[0], paths[1]


@pytest.mark.promise(9)
@pytest.mark.parametrize("scopes", [WRITE_ONLY, ALL_OTHERS], ids=["write_only", "all_others"])
def test_no_endpoint_returns_texts_of_orders_to_a_key_without_their_scope(
    app: Flask,
    market: Caller,
    channel: Channel,
    conflicts: tuple[str, str, str],
    scopes: Iterable[KeyScope],
) -> None:
    order, own, foreign = conflicts
    made = add_key(channel, "writer", scopes)
    assert made is not None
    writer = Caller(app, made.text)
    assert has_mark(market.get(order)) and has_mark(market.get(own))  # noqa: PT018
    outdated = {"fulfillment_status": "SHIPPED", "expected": {"fulfillment_status": "RETURNED"}}

    def patch(body: dict[str, Any]) -> TestResponse:
        return writer.send("PATCH", order, json=body, headers=AT_ONCE)

    failed, repeated, refused = (
        patch(outdated),
        patch({"private_notes": "Mine"}),
        patch({"tracking_number": "1"}),
    )
    answers = [failed, repeated, refused]
    answers += [writer.send_example(name) for name in EXAMPLES]
    answers += [
        writer.get(path)
        for path in (
            *(own, foreign, order, f"{order}?include=customer", "/stores/1003/order-updates"),
            *("/stores/1003/submissions", "/changes?after=now&include=record"),
            "/stores/1003/exports/orders.csv",
        )
    ]
    answers += [writer.post(f"{path}/retry", **AT_ONCE) for path in (own, foreign)]
    answers.append(writer.post(f"{order}/cancel", **AT_ONCE))

    assert [answer.text for answer in answers if has_mark(answer)] == []
    assert failed.status_code == HTTPStatus.PRECONDITION_FAILED
    assert failed.json["current"].keys() == {"payment_status", "fulfillment_status"}
    assert repeated.json["order_update"]["remote"] == {}
    assert (refused.json["code"], "order_update" in refused.json) == ("update_conflict", False)
    assert writer.get(foreign).status_code == HTTPStatus.NOT_FOUND
    assert writer.post(f"{foreign}/drop").status_code == HTTPStatus.NOT_FOUND


@pytest.fixture
def endpoint(channel: Channel, runtime: Runtime) -> WebhookEndpoint:
    """An endpoint of the channel for all events."""
    return make_channel_endpoint(channel, runtime.sealer, event_types=list(SUBSCRIBABLE_EVENTS))


@pytest.mark.usefixtures("endpoint", "conflicts")
def test_outbound_events_have_no_texts_of_orders() -> None:
    details = [(event.type, event.detail) for event in OutboundEvent.select()]
    assert {"order_update.conflict"} <= {name for name, _ in details}
    assert MARK not in str(details).lower()
