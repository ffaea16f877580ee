"""Payloads of outbound events: ids and a URL, without customer data.

The payload says what changed and where to read it with an API key; the API returns the current
state. Each attempt builds the same text from the same facts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from portal.rules.issues.issue_audience import api_path

# Path of the record's resource in the API, below the store's URL.
_RECORD_PATHS = {
    "product": "products",
    "order": "orders",
    "submission": "submissions",
    "order_update": "order-updates",
}


def build_payload(
    event: str,
    happened_at: datetime,
    *,
    portal_url: str,
    store_id: int | None,
    record_id: int | None,
    detail: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the payload in Standard Webhooks form: ``type``, ``timestamp`` and ``data``."""
    data: dict[str, Any] = {}
    if store_id is not None:
        data["store_id"] = store_id
    if record_id is not None:
        data["id"] = record_id
    data |= detail
    if event.startswith("connect_link."):
        data["url"] = f"{portal_url}/api/v1/connect-links/{record_id}"
    elif store_id is not None:
        address = f"{portal_url}/api/v1/stores/{store_id}"
        kind = event.partition(".")[0]
        if kind in _RECORD_PATHS:
            address += f"/{_RECORD_PATHS[kind]}/{record_id}"
        elif kind == "issue":
            address += f"/{api_path(detail['kind'])}"
        data["url"] = address
    return {"type": event, "timestamp": rfc3339(happened_at), "data": data}


def serialize_payload(payload: Mapping[str, Any]) -> str:
    """Return the exact JSON that is signed and sent."""
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


def rfc3339(at: datetime) -> str:
    """Return a moment in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
