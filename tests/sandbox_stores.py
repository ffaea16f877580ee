"""Sample stores that are generated once per test process and then copied."""

from __future__ import annotations

import sqlite3
from typing import Any

from portal.sandbox.admin_operations import add_store
from portal.sandbox.parts import Parts

# Copies stay in memory, and a large store is needed by few tests.
LARGEST_COPY = 1_000
_copies: dict[frozenset[tuple[str, Any]], tuple[int, sqlite3.Connection]] = {}


def add_sample_store(parts: Parts, options: dict[str, Any]) -> int:
    """Create a store with these options of `add_store` and return its id.

    In an empty sandbox, an equal store of this process is copied, with the times of its first
    generation. Generating 250 products takes 20 times as long.
    """
    counts = [value for value in options.values() if isinstance(value, int)]
    if parts.stores.all() or not 0 < sum(counts) <= LARGEST_COPY:
        return add_store(parts, options)
    key = frozenset(options.items())
    if key not in _copies:
        store_id = add_store(parts, options)
        copy = sqlite3.connect(":memory:")
        parts.state.connection.backup(copy)
        _copies[key] = store_id, copy
        return store_id
    store_id, copy = _copies[key]
    switches = parts.switches.all()
    copy.backup(parts.state.connection)
    parts.switches.set_all(switches)
    parts.products.update_image_urls()
    return store_id
