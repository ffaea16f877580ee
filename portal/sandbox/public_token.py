"""Limits of a public token: it reads what shoppers see, and places unpaid orders."""

from __future__ import annotations

import json
from typing import Any

from portal.sandbox.resource_specs import Body

PUBLIC_PREFIX = "public_"
# Source (documented): "App settings" of the app guide: a public token reads enabled products and
# categories and highly limited data of the profile, and places orders that aren't paid.
# Source (documented): older REST docs, "Search brands": it also works with a public token.
READABLE = ("products", "categories", "profile", "brands")
# Source (assumed): A public token reads no parts of the profile but generalInfo, settings,
# formatsAndUnits and languages.
PROFILE_PARTS = ("generalInfo", "settings", "formatsAndUnits", "languages")
# Source (documented): REST docs, "Create order".
ORDER_STATUSES = ("AWAITING_PAYMENT", "INCOMPLETE")
IGNORED_ORDER_FIELDS = ("privateAdminNotes",)


def is_allowed(method: str, path: str) -> bool:
    """Return whether a public token may make a call; ``path`` starts after the store's id."""
    first, _, rest = path.strip("/").partition("/")
    if method == "GET":
        hidden = rest in ("deleted", "staffScopes") or "order_statuses" in rest
        return first in READABLE and not hidden
    return method == "POST" and path == "/orders"


def limited_answer(path: str, content: Any) -> Any:
    """Return the part of an answer that a public token reads."""
    answer = json.loads(content) if isinstance(content, str) else content
    if path == "/profile":
        return {name: answer[name] for name in PROFILE_PARTS}
    if isinstance(answer, dict) and "items" in answer:
        return {**answer, "items": [_shown(item) for item in answer["items"]]}
    return _shown(answer) if isinstance(answer, dict) else answer


def limited_order(order: Body) -> Body:
    """Return the fields of a new order that a public token may set."""
    kept = {name: value for name, value in order.items() if name not in IGNORED_ORDER_FIELDS}
    if kept.get("paymentStatus") not in ORDER_STATUSES:
        kept.pop("paymentStatus", None)
    return kept


def _shown(record: Body) -> Body:
    # Source (documented): older REST docs, "Get categories", the example with a public token: id
    # and enabled are all that it reads of a disabled record.
    if record.get("enabled", True):
        return record
    return {"id": record["id"], "enabled": False}
