"""Share a shop that has sold: made once for a module, only read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.outside import Outside

COUNTS = {"products": 40, "orders": 260, "customers": 120, "coupons": 24}


@dataclass
class Sold:
    """A store with orders, customers and coupons, and what its database holds of them."""

    outside: Outside
    store_id: int

    def ids(self, path: str, key: str = "id", **params: Any) -> list[Any]:
        """Return the ids that a search finds, over all pages."""
        found: list[Any] = []
        while True:
            answer = self.outside.api(self.store_id, path, offset=len(found), **params)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [item[key] for item in page["items"]]
            if page["count"] < page["limit"]:
                assert page["total"] == len(found)
                return found

    def truth(self, table: str) -> list[dict[str, Any]]:
        """Return every record of a table as it is kept."""
        rows = self.outside.parts.state.rows(
            f"SELECT body FROM {table} WHERE store = ? ORDER BY id", self.store_id
        )
        return [json.loads(row["body"]) for row in rows]


@pytest.fixture(scope="module")
def sold(outside: Outside) -> Sold:
    """A shop that has sold."""
    store_id = outside.make_store(seed=11, **COUNTS)
    outside.connect(store_id)
    return Sold(outside, store_id)
