"""Parser of a store's order statuses."""

from __future__ import annotations

from typing import Any

from portal.ecwid.values import CODE_LENGTH, Record


def read_order_status_names(payload: Any) -> dict[str, str]:
    """Return the store's own names of order statuses, by status; raise RecordError.

    Source: REST docs, "Search order statuses": only custom statuses have a ``name``.
    """
    names: dict[str, str] = {}
    for status in Record("order statuses", payload).parts("items"):
        key, name = status.code("statusId"), (status.text("name") or "").strip()
        if key and name:
            names[key] = name[:CODE_LENGTH]
    return names
