"""Webhooks section of the OpenAPI document and the reference."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

from portal.rules.outbound_webhooks.example_events import example_payload
from portal.rules.outbound_webhooks.outbound_events import PURPOSES, OutboundEventType
from portal.web.api.openapi_schemas import REF
from portal.web.api.webhook_schemas import WEBHOOK_SCHEMAS

HAPPENED_AT = datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)
_SCHEMAS: dict[str, type] = {
    name: struct for struct in WEBHOOK_SCHEMAS for name in get_args(get_type_hints(struct)["type"])
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
    return _SCHEMAS[event]


def example_of(event: OutboundEventType, portal_url: str) -> dict[str, Any]:
    """Return an example of an event, made by the same code as real events."""
    return example_payload(event, HAPPENED_AT, portal_url)


def webhooks_of(portal_url: str) -> dict[str, Any]:
    """Return the document's ``webhooks``."""
    return {event.value: {"post": _operation(event, portal_url)} for event in PURPOSES}


def _operation(event: OutboundEventType, portal_url: str) -> dict[str, Any]:
    schema = {"$ref": REF.format(name=schema_of(event).__name__)}
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
