"""Programs report parcels and refunds, which the portal keeps, returns and shows."""

from __future__ import annotations

from typing import Any

import pytest

from portal.models import Merchant, Order, OrderUpdate, Store
from portal.rules.orders.order_notes import NOTED_UPDATES_LIMIT
from portal.sandbox.parts import Parts
from portal.services.orders.send_order_updates import send_order_updates
from portal.services.privacy.data_subject_orders import erase_updates
from portal.services.runtime import Runtime
from tests.web.api.conftest import Caller
from tests.web.api.test_orders import AT_ONCE, ORDERS, in_the_store
from tests.web.conftest import Visitor, page_text

PARCELS = [
    {"tracking_number": "RX1", "carrier": "DHL", "tracking_url": "https://track.example/RX1"},
    {"tracking_number": "RX2", "carrier": None, "tracking_url": None},
]


def test_parcels_and_refunds_are_kept_returned_and_shown(
    caller: Caller,
    shop: Parts,
    runtime: Runtime,
    store: Store,
    merchant: Merchant,
    visitor: Visitor,
) -> None:
    number = in_the_store(caller, runtime)["order_number"]
    order_id = Order.get(Order.number == number).remote_id
    cursor = caller.get("/changes?after=now").json["next"]

    def send(body: dict[str, Any]) -> Any:
        answer = caller.send("PATCH", f"{ORDERS}/{order_id}", json=body, headers=AT_ONCE)
        assert answer.status_code == 202, answer.text
        return answer.json

    assert send({"parcels": PARCELS})["parcels"] == PARCELS
    assert caller.get(f"{ORDERS}/{order_id}").json["parcels"] == []
    send_order_updates(runtime, store.id)
    seen = {"expected": {"payment_status": Order.get(Order.number == number).payment_status}}
    for _ in range(2):
        refund = {"amount": "2.50", "reason": "A scratch"}
        send({"payment_status": "PARTIALLY_REFUNDED", "refund": refund} | seen)
        send_order_updates(runtime, store.id)
        seen = {"expected": {"payment_status": "PARTIALLY_REFUNDED"}}

    order = caller.get(f"{ORDERS}/{order_id}").json
    assert (order["parcels"], order["tracking_number"]) == (PARCELS, "RX1")
    assert order["noted_refunds"] == [refund] * 2
    assert shop.orders.get(store.id, number)["trackingNumber"] == "RX1"
    (change,) = caller.get(f"/changes?after={cursor}&resource=orders&include=record").json["items"][
        -1:
    ]
    assert change["record"]["noted_refunds"] == [refund] * 2
    listed = caller.get("/stores/1003/order-updates").json["items"]
    assert [item["state"] for item in listed] == ["unchanged", "sent", "sent"]
    visitor.force_login(merchant)
    shown = page_text(visitor.get(f"/stores/1003/orders/{order_id}"))
    for text in ("DHL: RX1", "RX2", "A scratch", "Ecwid stores only the first tracking number"):
        assert text in shown

    erase_updates(store.id, [order_id])
    assert OrderUpdate.select().where(OrderUpdate.notes.is_null(is_null=False)).count() == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"parcels": PARCELS, "tracking_number": "RX1"}, "tracking_number"),
        ({"parcels": [{"tracking_number": ""}]}, "parcels[0].tracking_number"),
        ({"parcels": [PARCELS[1] | {"tracking_url": "ftp://a"}]}, "parcels[0].tracking_url"),
        ({"parcels": [{"tracking_number": "RX1"}] * 21}, "parcels"),
        ({"refund": {"amount": "5.00"}}, "refund"),
        ({"refund": {"amount": "five"}, "payment_status": "REFUNDED"}, "refund.amount"),
    ],
)
def test_invalid_notes_name_their_field(
    caller: Caller, mirror: Store, body: dict[str, Any], field: str
) -> None:
    refused = caller.send("PATCH", f"{ORDERS}/90", json=body, headers=AT_ONCE)

    assert (refused.status_code, refused.json["field"]) == (422, field)


def test_notes_of_an_order_are_limited_because_each_read_reads_them(
    caller: Caller, mirror: Store
) -> None:
    number = Order.get(Order.remote_id == 90).number
    values = {"store": mirror, "order_id": 90, "order_number": number, "sender": "channel 7"}
    noted = values | {"changes": {}, "expected": {}, "notes": {"parcels": PARCELS}}
    OrderUpdate.insert_many([noted] * NOTED_UPDATES_LIMIT).execute()

    def send(body: dict[str, Any]) -> Any:
        return caller.send("PATCH", f"{ORDERS}/90", json=body, headers=AT_ONCE)

    assert send({"parcels": PARCELS}).json["field"] == "parcels"
    refund = {"refund": {"amount": "1.00"}, "payment_status": "REFUNDED"}
    seen = {"expected": {"payment_status": Order.get(Order.remote_id == 90).payment_status}}
    assert send(refund | seen).json["field"] == "refund"
    assert send({"tracking_number": "RX9"}).status_code == 202
