"""Examples of all outbound events, which the API document shows and test events send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.rules.outbound_webhooks.outbound_payload import build_payload

_Facts = Mapping[OutboundEventType, Mapping[str, Any]]

EXAMPLE_STORE_ID = 1003
_UPDATED = {"updated_at": "2026-03-01T12:00:00.000Z"}
_STORE_FACTS: _Facts = {
    OutboundEventType.STORE_CONNECTED: {"state": "connected", "reason": "check_passed"},
    OutboundEventType.STORE_NEEDS_ATTENTION: {"state": "reconnect", "reason": "token_dead"},
    OutboundEventType.STORE_RECOVERED: {"state": "connected", "reason": "check_passed"},
    OutboundEventType.STORE_DISCONNECTED: {"state": "disconnected", "reason": "disconnected"},
    OutboundEventType.STORE_FIRST_IMPORT_COMPLETED: {
        "state": "connected",
        "reason": "first_import_completed",
    },
}
_SCOPES = ["read_catalog", "write_orders"]
_ACCESS = {
    "status": "active",
    "scopes": _SCOPES,
    "stock_buffer": 0,
    "selling_paused": False,
    "selling_paused_by": None,
    "selling_pause_reason": None,
}
_CHANNEL_FACTS: _Facts = {
    OutboundEventType.CHANNEL_CONSENTED: _ACCESS,
    OutboundEventType.CHANNEL_NARROWED: {**_ACCESS, "scopes": _SCOPES[:1]},
    OutboundEventType.CHANNEL_PAUSED: {**_ACCESS, "status": "paused"},
    OutboundEventType.CHANNEL_RESUMED: _ACCESS,
    OutboundEventType.CHANNEL_REVOKED: {**_ACCESS, "status": "revoked"},
    OutboundEventType.CHANNEL_SELLING_PAUSED: {
        **_ACCESS,
        "selling_paused": True,
        "selling_paused_by": "store",
        "selling_pause_reason": "stock_check",
    },
    OutboundEventType.CHANNEL_SELLING_RESUMED: _ACCESS,
    OutboundEventType.CHANNEL_STOCK_BUFFER_CHANGED: {**_ACCESS, "stock_buffer": 2},
}
_ORDER = {"order_id": 90, "order_number": "EBJFT"}
_NO_ORDER = {"order_id": None, "order_number": None}
_SUBMISSION = {"reference": "704512839", "channel_reference": "CH-77"}
_ORDER_FACTS: _Facts = {
    OutboundEventType.SUBMISSION_ACCEPTED: {"state": "submitted", **_SUBMISSION, **_ORDER},
    OutboundEventType.SUBMISSION_REJECTED: {
        "state": "rejected",
        **_SUBMISSION,
        **_NO_ORDER,
        "codes": ["out_of_stock"],
    },
    OutboundEventType.SUBMISSION_UNRESOLVED: {"state": "unknown", **_SUBMISSION, **_NO_ORDER},
    OutboundEventType.ORDER_UPDATE_SENT: {
        "state": "sent",
        **_ORDER,
        "fields": ["fulfillment_status"],
    },
    OutboundEventType.ORDER_UPDATE_CONFLICT: {
        "state": "conflict",
        **_ORDER,
        "fields": ["payment_status"],
    },
    OutboundEventType.ORDER_UPDATE_FAILED: {
        "state": "failed",
        **_ORDER,
        "fields": ["tracking_number"],
    },
}
_ISSUE = {
    "kind": "orders_rejected",
    "severity": "warning",
    "opened_at": "2026-03-01T12:00:00.000Z",
}
_ISSUE_FACTS: _Facts = {
    OutboundEventType.ISSUE_OPENED: {**_ISSUE, "count": 3},
    OutboundEventType.ISSUE_RESOLVED: {
        **_ISSUE,
        "count": 0,
        "resolved_at": "2026-03-08T12:00:00.000Z",
    },
}
_REFERENCE = {"reference": "shop-7"}
_LINK_FACTS: _Facts = {
    OutboundEventType.CONNECT_LINK_COMPLETED: _REFERENCE,
    OutboundEventType.CONNECT_LINK_REFUSED: {**_REFERENCE, "reason": "denied"},
    OutboundEventType.CONNECT_LINK_EXPIRED: _REFERENCE,
}
_WITHOUT_STORE = {
    OutboundEventType.CONNECT_LINK_REFUSED,
    OutboundEventType.CONNECT_LINK_EXPIRED,
    OutboundEventType.PING,
}
_RECORDS = {
    "product": 5,
    "order": 90,
    "submission": 4,
    "order_update": 6,
    "issue": 31,
    "connect_link": 12,
}


def example_payload(
    event: OutboundEventType, happened_at: datetime, portal_url: str
) -> dict[str, Any]:
    """Return an example of an event, made by the same code as real events."""
    kind, _, what = event.partition(".")
    facts = {**_STORE_FACTS, **_CHANNEL_FACTS, **_ORDER_FACTS, **_ISSUE_FACTS, **_LINK_FACTS}
    return build_payload(
        event.value,
        happened_at,
        portal_url=portal_url,
        store_id=None if event in _WITHOUT_STORE else EXAMPLE_STORE_ID,
        record_id=_RECORDS.get(kind),
        detail=facts.get(event) or (_UPDATED if what in ("created", "updated") else {}),
    )


def payload_of_test(
    event: OutboundEventType, happened_at: datetime, portal_url: str
) -> dict[str, Any]:
    """Return the payload of a test event: an example, marked with ``test`` in its envelope."""
    payload = example_payload(event, happened_at, portal_url)
    data = payload.pop("data")
    return {**payload, "test": True, "data": data}
