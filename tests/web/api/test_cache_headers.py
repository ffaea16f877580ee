"""Answers with personal data are never stored by caches, and no answer serves another key."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import Caller


@pytest.mark.parametrize(
    "path",
    [
        "/me",
        "/stores",
        "/changes",
        "/stores/1003/orders",
        "/stores/1003/customers",
        "/stores/1003/health",
        "/stores/9999/orders",
        "/nothing",
        "/stores/1003/orders?limit=none",
    ],
)
def test_no_cache_stores_personal_data(caller: Caller, path: str) -> None:
    answer = caller.get(path)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Authorization" in answer.headers["Vary"]


def test_unchanged_personal_data_is_not_stored_either(caller: Caller) -> None:
    first = caller.get("/stores/1003/orders")
    again = caller.get("/stores/1003/orders", If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.headers["Cache-Control"]) == (304, "no-store")


@pytest.mark.parametrize("path", ["/stores/1003/products", "/openapi.json"])
def test_client_may_store_catalogs_and_the_document(caller: Caller, path: str) -> None:
    answer = caller.get(path)

    assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert "Authorization" in answer.headers["Vary"]
