"""The jobs woken by the portal send an order and its update to the store."""

from __future__ import annotations

from daemon.tasks import send_order_updates, submit_order
from portal.models import OrderUpdateState
from portal.rules.orders.order_changes import OrderChanges
from portal.rules.orders.order_request_json import read_order_request
from portal.rules.orders.submission_states import SubmissionState
from portal.sandbox.server import SandboxServer
from portal.services.orders.order_updates import wait_for_update
from portal.services.orders.submissions import wait_for_submission
from portal.services.orders.submit_order import OrderSender
from portal.services.orders.submit_order import submit_order as take_order
from portal.services.orders.update_order import request_update
from portal.services.runtime import Runtime
from tests.shop import open_shop

SENDER = OrderSender("api_key 7")


def test_order_is_submitted_and_then_shipped(jobs_runtime: Runtime, sandbox: SandboxServer) -> None:
    shop = open_shop(jobs_runtime, sandbox)
    mug = {"name": "Mug", "price": 9.95, "unlimited": True}
    line = {"product_id": sandbox.parts.products.create(shop.store_id, mug), "quantity": 1}
    request = read_order_request(
        {"lines": [line], "email": "ada@shop.example", "shipping_method": "pickup"}
    )

    taken = take_order(jobs_runtime, shop.store_id, SENDER, "key-1", request).submission
    submit_order(taken.id)
    done = wait_for_submission(taken.id, timeout_s=0)
    assert done.state == SubmissionState.SUBMITTED
    assert done.order_number is not None
    changes = OrderChanges(fulfillment_status="SHIPPED")
    asked = request_update(jobs_runtime, shop.store_id, done.order_number, changes, SENDER)
    send_order_updates(shop.store_id)

    assert wait_for_update(asked.id, timeout_s=0).state == OrderUpdateState.SENT
    order = sandbox.parts.orders.get(shop.store_id, done.order_number)
    assert order["fulfillmentStatus"] == "SHIPPED"
