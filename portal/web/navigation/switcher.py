"""Stores that the top bar offers to switch to."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_login import current_user

from portal.services.connection.list_stores import StoreName, first_stores

STORES_OFFERED = 10


@dataclass(frozen=True)
class StoreSwitcher:
    """The person's first stores by name; ``has_more`` if the list of all stores has others."""

    stores: list[StoreName]
    has_more: bool
    shown_id: int | None


def store_switcher() -> StoreSwitcher:
    """Return the stores to switch to, and which one the page is about."""
    found = first_stores(current_user.merchant, STORES_OFFERED + 1)
    shown = (request.view_args or {}).get("store_id")
    return StoreSwitcher(found[:STORES_OFFERED], len(found) > STORES_OFFERED, shown)
