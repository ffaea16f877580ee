"""Outcomes of submissions and order updates are published, without customers' data."""

from __future__ import annotations

from typing import Any

import pytest

from portal.models import (
    ChannelConsent,
    Delivery,
    Membership,
    OutboundEvent,
    Role,
    WebhookEndpoint,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.order_changes import OrderChanges
from portal.services.orders.send_order_updates import send_order_updates
from portal.services.orders.submit_order import OrderSender, submit_order
from portal.services.orders.update_order import request_update
from tests.factories import make_channel, make_endpoint, make_merchant
from tests.services.orders.conftest import SENDER, Counter


@pytest.fixture(autouse=True)
def endpoint(counter: Counter) -> WebhookEndpoint:
    """An endpoint of the store's owner with all events."""
    owner = make_merchant()
    Membership.create(merchant=owner, store=counter.store_id, role=Role.OWNER)
    return make_endpoint(owner, counter.runtime.sealer)


def published(prefix: str) -> list[tuple[str, dict[str, Any]]]:
    """Return type and detail of the events whose type begins like this, oldest first."""
    rows = OutboundEvent.select().where(OutboundEvent.type.startswith(prefix))
    return [(row.type, row.detail) for row in rows.order_by(OutboundEvent.id)]


def test_accepted_order_is_published_with_its_numbers(counter: Counter) -> None:
    view = counter.work(counter.submit(counter.request(channel_reference="CH-77")).id)

    assert published("submission.") == [
        (
            "submission.accepted",
            {
                "state": "submitted",
                "reference": view.reference,
                "channel_reference": "CH-77",
                "order_id": view.order_id,
                "order_number": view.order_number,
            },
        )
    ]


def test_rejected_order_is_published_with_codes_only(counter: Counter) -> None:
    counter.work(counter.submit(counter.request({"sku": "Ada's secret", "quantity": 1})).id)

    ((kind, detail),) = published("submission.")
    assert (kind, detail["codes"]) == ("submission.rejected", ["sku_unknown"])
    assert "Ada" not in str(detail)


def test_order_without_an_answer_is_unresolved_and_then_accepted(counter: Counter) -> None:
    view = counter.submit()
    counter.fault_of_orders("reset_after")

    counter.work(view.id)
    counter.work(view.id)

    assert [kind for kind, _ in published("submission.")] == [
        "submission.unresolved",
        "submission.accepted",
    ]


@pytest.mark.parametrize(
    ("theirs", "refused", "kind"),
    [
        ({}, False, "order_update.sent"),
        ({"trackingNumber": "Theirs"}, False, "order_update.conflict"),
        ({}, True, "order_update.failed"),
    ],
)
def test_outcome_of_an_update_is_published(
    counter: Counter, theirs: dict[str, Any], refused: bool, kind: str
) -> None:
    number = str(counter.work(counter.submit().id).order_number)
    changes = OrderChanges(tracking_number="RX1")
    update = request_update(counter.runtime, counter.store_id, number, changes, SENDER)
    counter.server.parts.orders.update(counter.store_id, number, theirs)
    if refused:
        counter.fault("/orders", 200, '{"updateCount": 0}', method="PUT")

    send_order_updates(counter.runtime, counter.store_id)

    ((found, detail),) = published("order_update.")
    assert found == kind
    assert detail["fields"] == ["tracking_number"]
    assert detail["order_id"] == update.order_id


def test_outcome_reaches_the_sending_channel_but_no_other_one(
    counter: Counter, endpoint: WebhookEndpoint
) -> None:
    mine, other = make_channel(), make_channel(name="Other Market")
    for channel in (mine, other):
        ChannelConsent.create(channel=channel, store=counter.store_id, scopes=list(KeyScope))
        make_endpoint(endpoint.merchant, counter.runtime.sealer, channel=channel)
    sender = OrderSender(f"channel {mine.id}")
    request = counter.request()
    made = submit_order(counter.runtime, counter.store_id, sender, "key-1", request)

    counter.work(made.submission.id)

    endpoints = WebhookEndpoint.select().join(Delivery).join(OutboundEvent)
    reached = endpoints.where(OutboundEvent.type == "submission.accepted")
    assert {row.channel_id for row in reached} == {mine.id, endpoint.channel_id}
