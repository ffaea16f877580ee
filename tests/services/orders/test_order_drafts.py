"""Drafts of orders are kept for their author alone, and nothing depends on them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from portal.services.orders.order_drafts import MAX_SIZE, find_draft, keep_draft
from portal.services.runtime import Runtime

FIELDS = [("email", "ada@shopper.example"), ("line-0-quantity", "2")]
STORE, AUTHOR = 1003, 1


@pytest.fixture
def portal_database_url(sqlite_database_url: str) -> str:
    """SQLite alone: drafts are in Redis."""
    return sqlite_database_url


def test_draft_is_found_by_its_author_in_its_store_only(runtime: Runtime) -> None:
    draft_id = keep_draft(runtime, STORE, AUTHOR, FIELDS)

    assert draft_id is not None
    assert find_draft(runtime, STORE, AUTHOR, draft_id) == FIELDS
    assert find_draft(runtime, STORE, AUTHOR + 1, draft_id) is None
    assert find_draft(runtime, STORE + 1, AUTHOR, draft_id) is None
    assert find_draft(runtime, STORE, AUTHOR, "x" * 22) is None


def test_oversized_draft_is_not_kept(runtime: Runtime) -> None:
    assert keep_draft(runtime, STORE, AUTHOR, [("note", "x" * MAX_SIZE)]) is None


def test_without_redis_no_draft_is_kept_or_found(runtime: Runtime) -> None:
    with Redis.from_url("redis://127.0.0.1:1/0") as unreachable:
        down = replace(runtime, redis=unreachable)

        assert keep_draft(down, STORE, AUTHOR, FIELDS) is None
        assert find_draft(down, STORE, AUTHOR, "x" * 22) is None
