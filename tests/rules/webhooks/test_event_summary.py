"""An event's summary follows from its type and the fields that it changed."""

from __future__ import annotations

import pytest

from portal.rules.webhooks.event_summary import EventSummary, event_summary

PRICE = {"price": "14", "defaultDisplayedPrice": "14", "updateTimestamp": "1", "updated": '"x"'}


@pytest.mark.parametrize(
    ("event_type", "changed", "summary"),
    [
        ("product.created", {}, EventSummary.CREATED),
        ("product.deleted", {"price": "1"}, EventSummary.DELETED),
        ("product.updated", None, EventSummary.CHANGED),
        ("product.updated", {"updated": '"x"'}, EventSummary.CHANGED),
        ("product.updated", PRICE, EventSummary.PRICE_CHANGED),
        ("product.updated", {**PRICE, "name": '"Mug"'}, EventSummary.CHANGED),
        ("product.updated", {"quantity": "3", "inStock": "true"}, EventSummary.STOCK_CHANGED),
        ("product.updated", {"enabled": "false", "updated": '"x"'}, EventSummary.DISABLED),
        ("product.updated", {"enabled": "true"}, EventSummary.ENABLED),
        ("product.updated", {"enabled": None}, EventSummary.CHANGED),
        ("order.updated", {"paymentStatus": '"PAID"', "total": "2"}, EventSummary.PAID),
        ("order.updated", {"paymentStatus": '"PARTIALLY_REFUNDED"'}, EventSummary.REFUNDED),
        ("order.updated", {"paymentStatus": '"CANCELLED"'}, EventSummary.PAYMENT_CHANGED),
        ("order.updated", {"fulfillmentStatus": '"SHIPPED"'}, EventSummary.SHIPPED),
        ("order.updated", {"fulfillmentStatus": '"DELIVERED"'}, EventSummary.DELIVERED),
        ("order.updated", {"fulfillmentStatus": None}, EventSummary.FULFILLMENT_CHANGED),
        ("order.updated", {"trackingNumber": '"Z"'}, EventSummary.CHANGED),
        ("customer.updated", {"price": "1"}, EventSummary.CHANGED),
        ("profile.subscriptionStatusChanged", None, EventSummary.CONNECTION_CHANGED),
        ("application.installed", None, EventSummary.INSTALLED),
        ("application.uninstalled", None, EventSummary.UNINSTALLED),
        ("customer.personalDataRemovalRequest", None, EventSummary.ERASURE_REQUESTED),
        ("customer.personalDataExportRequest", None, EventSummary.EXPORT_REQUESTED),
        ("review.created", None, EventSummary.OTHER),
    ],
)
def test_summary_names_what_happened(
    event_type: str, changed: dict[str, str | None] | None, summary: EventSummary
) -> None:
    assert event_summary(event_type, changed) is summary
