"""Webhooks section of the OpenAPI document and the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from portal.rules.outbound_webhooks.outbound_events import PURPOSES, OutboundEventType
from portal.rules.outbound_webhooks.outbound_payload import build_payload
from portal.web.api.webhook_schemas import (
    ChannelEvent,
    ConnectLinkEvent,
    OrderUpdateEvent,
    PingEvent,
    RecordEvent,
    StoreEvent,
    SubmissionEvent,
)

WEBHOOK_SCHEMAS: Sequence[type] = (
    StoreEvent,
    RecordEvent,
    SubmissionEvent,
    OrderUpdateEvent,
    ChannelEvent,
    ConnectLinkEvent,
    PingEvent,
)
HAPPENED_AT = datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)
_UPDATED = {"updated_at": "2026-03-01T12:00:00.000Z"}
_STORE_FACTS = {
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
_CHANNEL_FACTS = {
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
_ORDER_FACTS: Mapping[OutboundEventType, Mapping[str, Any]] = {
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
_REFERENCE = {"reference": "shop-7"}
_LINK_FACTS = {
    OutboundEventType.CONNECT_LINK_COMPLETED: _REFERENCE,
    OutboundEventType.CONNECT_LINK_REFUSED: {**_REFERENCE, "reason": "denied"},
    OutboundEventType.CONNECT_LINK_EXPIRED: _REFERENCE,
}
_WITHOUT_STORE = {
    OutboundEventType.CONNECT_LINK_REFUSED,
    OutboundEventType.CONNECT_LINK_EXPIRED,
    OutboundEventType.PING,
}
_RECORDS = {"product": 5, "order": 90, "submission": 4, "order_update": 6, "connect_link": 12}
_SCHEMAS = {
    "store": StoreEvent,
    "channel": ChannelEvent,
    "submission": SubmissionEvent,
    "order_update": OrderUpdateEvent,
    "connect_link": ConnectLinkEvent,
}
_HEADERS = {
    "webhook-id": "Event ID, equal in all attempts and replays. Use it to skip duplicates.",
    "webhook-timestamp": "Time of this attempt in Unix seconds.",
    "webhook-signature": "`v1,` and the signature. During a rotation two, separated by a space.",
}

# The tests run this example with a signed event and with one that was tampered with.
VERIFY_EXAMPLE = """\
import base64, hashlib, hmac, time

def is_valid_signature(secret, headers, body):  # body: the raw bytes
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = (part.partition(",") for part in headers["webhook-signature"].split())
    return any(v == "v1" and hmac.compare_digest(text, mine) for v, _, text in given)
"""


def schema_of(event: OutboundEventType) -> type:
    """Return the struct of an event's payload."""
    if event is OutboundEventType.PING:
        return PingEvent
    return _SCHEMAS.get(event.partition(".")[0], RecordEvent)


def example_of(event: OutboundEventType, portal_url: str) -> dict[str, Any]:
    """Return an example of an event, made by the same code as real events."""
    kind, _, what = event.partition(".")
    record_id = _RECORDS.get(kind)
    facts = {**_STORE_FACTS, **_CHANNEL_FACTS, **_ORDER_FACTS, **_LINK_FACTS}
    detail: Any = facts.get(event) or (_UPDATED if what in ("created", "updated") else {})
    return build_payload(
        event.value,
        HAPPENED_AT,
        portal_url=portal_url,
        store_id=None if event in _WITHOUT_STORE else 1003,
        record_id=record_id,
        detail=detail,
    )


def webhooks_of(portal_url: str, reference: str) -> dict[str, Any]:
    """Return the document's ``webhooks``; ``reference`` is the template of a schema's `$ref`."""
    return {event.value: {"post": _operation(event, portal_url, reference)} for event in PURPOSES}


def _operation(event: OutboundEventType, portal_url: str, reference: str) -> dict[str, Any]:
    schema = {"$ref": reference.format(name=schema_of(event).__name__)}
    content = {"schema": schema, "example": example_of(event, portal_url)}
    return {
        "operationId": event.value.replace(".", "_"),
        "summary": PURPOSES[event],
        "description": "Signed according to Standard Webhooks. May arrive twice and out of order.",
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "2XX": {"description": "The event is delivered."},
            "410": {"description": "The endpoint no longer exists. It is disabled immediately."},
            "default": {"description": "The delivery is retried up to eight times within a day."},
        },
    }
