"""Summary of a webhook event: what happened, from its type and the fields that it changed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.rules.sync.resources import EventTopic
from portal.rules.webhooks.event_types import is_uninstall, topic_of


class EventSummary(StrEnum):
    """Change that an event reports about the subject of its topic."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    PRICE_CHANGED = "price_changed"
    STOCK_CHANGED = "stock_changed"
    ENABLED = "enabled"
    DISABLED = "disabled"
    PAID = "paid"
    REFUNDED = "refunded"
    PAYMENT_CHANGED = "payment_changed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    FULFILLMENT_CHANGED = "fulfillment_changed"
    CONNECTION_CHANGED = "connection_changed"
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"
    ERASURE_REQUESTED = "erasure_requested"
    EXPORT_REQUESTED = "export_requested"
    OTHER = "other"


# Ecwid changes these with every other field.
_ALWAYS_CHANGED = frozenset({"updated", "updateTimestamp", "updateDate"})
_PRICE = ("price", "compareToPrice", "costPrice", "wholesalePrices", "defaultDisplayed")
_STOCK = ("quantity", "inStock", "unlimited", "locationInventory", "outOfStock")
_PAYMENT = {
    '"PAID"': EventSummary.PAID,
    '"REFUNDED"': EventSummary.REFUNDED,
    '"PARTIALLY_REFUNDED"': EventSummary.REFUNDED,
}
_FULFILLMENT = {
    '"SHIPPED"': EventSummary.SHIPPED,
    '"DELIVERED"': EventSummary.DELIVERED,
}
_BY_TOPIC = {
    EventTopic.CONNECTION: EventSummary.CONNECTION_CHANGED,
    EventTopic.INSTALLED: EventSummary.INSTALLED,
    EventTopic.ERASURE: EventSummary.ERASURE_REQUESTED,
    EventTopic.EXPORT: EventSummary.EXPORT_REQUESTED,
    EventTopic.OTHER: EventSummary.OTHER,
}
_BY_ACTION = {"created": EventSummary.CREATED, "deleted": EventSummary.DELETED}


def event_summary(event_type: str, changed: Mapping[str, str | None] | None = None) -> EventSummary:
    """Return what the event reports.

    ``changed`` are the paths of the changed fields with their new values as JSON text, None while
    they are unknown. An event of a field among others is a change of the whole record.
    """
    if is_uninstall(event_type):
        return EventSummary.UNINSTALLED
    topic = topic_of(event_type)
    if topic in _BY_TOPIC:
        return _BY_TOPIC[topic]
    action = event_type.rpartition(".")[2]
    if action in _BY_ACTION:
        return _BY_ACTION[action]
    fields = {path: value for path, value in (changed or {}).items() if path not in _ALWAYS_CHANGED}
    if topic is EventTopic.PRODUCT:
        return _of_product(fields)
    if topic is EventTopic.ORDER:
        return _of_order(fields)
    return EventSummary.CHANGED


def _of_product(fields: Mapping[str, str | None]) -> EventSummary:
    if fields.get("enabled") in ("true", "false") and len(fields) == 1:
        is_enabled = fields["enabled"] == "true"
        return EventSummary.ENABLED if is_enabled else EventSummary.DISABLED
    for names, summary in (
        (_PRICE, EventSummary.PRICE_CHANGED),
        (_STOCK, EventSummary.STOCK_CHANGED),
    ):
        if fields and all(path.startswith(names) for path in fields):
            return summary
    return EventSummary.CHANGED


def _of_order(fields: Mapping[str, str | None]) -> EventSummary:
    """Return the change of a status, which matters more than what changes along with it."""
    if "paymentStatus" in fields:
        return _PAYMENT.get(fields["paymentStatus"] or "", EventSummary.PAYMENT_CHANGED)
    if "fulfillmentStatus" in fields:
        found = _FULFILLMENT.get(fields["fulfillmentStatus"] or "")
        return found or EventSummary.FULFILLMENT_CHANGED
    return EventSummary.CHANGED
