"""Tests for the endpoints of redirects."""

from __future__ import annotations

import pytest

from tests.sandbox.client import SandboxClient, error_of

PATH = "/instant-site/redirects"
SALE = {"fromUrl": "/sale", "toUrl": "/products/sale"}
NEWS = {"fromUrl": "/news", "toUrl": "/pages/news"}


def test_redirects_are_created_changed_and_deleted(sandbox: SandboxClient, store_id: int) -> None:
    one = sandbox.api(store_id, PATH, method="POST", json=SALE)
    both = sandbox.api(store_id, PATH, method="POST", json=[SALE, NEWS])
    sale, news = sandbox.list_items(store_id, PATH)
    path = f"{PATH}/{sale['id']}"
    changed = sandbox.api(store_id, path, method="PUT", json={"toUrl": "/outlet"})
    shown = sandbox.api(store_id, path).json()
    found = sandbox.list_items(store_id, PATH, keyword="OUTLET")
    deleted = sandbox.api(store_id, path, method="DELETE")
    listed = sandbox.api(store_id, PATH, method="DELETE", json={"ids": [news["id"], "7"]})

    assert one.json() == {"createCount": 1, "existsCount": 0}
    assert both.json() == {"createCount": 1, "existsCount": 1}
    assert changed.json() == {"updateCount": 1}
    assert shown == sale | {"toUrl": "/outlet"}
    assert found == [shown]
    assert deleted.json() == listed.json() == {"deleteCount": 1}
    assert sandbox.list_items(store_id, PATH) == []


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("POST", None),
        ("POST", {"fromUrl": "/a"}),
        ("POST", [SALE, {"fromUrl": "/a", "toUrl": 7}]),
        ("POST", ["/a"]),
        ("DELETE", {}),
    ],
)
def test_invalid_redirects_are_refused(
    sandbox: SandboxClient, store_id: int, method: str, body: object
) -> None:
    answer = sandbox.api(store_id, PATH, method=method, json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert sandbox.list_items(store_id, PATH) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_redirects_are_not_found(
    sandbox: SandboxClient, store_id: int, method: str
) -> None:
    assert sandbox.api(store_id, f"{PATH}/7", method=method, json=SALE).status_code == 404
