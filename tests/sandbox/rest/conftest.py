"""Store with sample data, shared by the read-only tests of a module."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.client import SandboxClient

COUNTS = {"products": 40, "orders": 260, "customers": 120, "coupons": 24}


@dataclass
class SampleStore:
    """A store with sample data, accessible by API and database."""

    sandbox: SandboxClient
    store_id: int

    def ids(self, path: str, key: str = "id", **params: Any) -> list[Any]:
        """Return the ids that a search finds, over all pages."""
        found: list[Any] = []
        while True:
            answer = self.sandbox.api(self.store_id, path, offset=len(found), **params)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [item[key] for item in page["items"]]
            if page["count"] < page["limit"]:
                assert page["total"] == len(found)
                return found

    def records(self, table: str) -> list[dict[str, Any]]:
        """Return all records of a table from the database."""
        rows = self.sandbox.parts.state.rows(
            f"SELECT body FROM {table} WHERE store = ? ORDER BY id", self.store_id
        )
        return [json.loads(row["body"]) for row in rows]


@pytest.fixture(scope="module")
def sample_store(sandbox: SandboxClient) -> SampleStore:
    """Store with sample data and the app installed."""
    store_id = sandbox.make_store(seed=11, **COUNTS)
    sandbox.connect(store_id)
    return SampleStore(sandbox, store_id)
