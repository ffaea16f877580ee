"""Tests for the endpoints of the application storage."""

from __future__ import annotations

import pytest

from tests.sandbox.client import SandboxClient, error_of

PUBLIC_LIMIT = 256 * 1024


def test_values_are_stored_replaced_and_deleted(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.subscribe(store_id, "application.storageChanged")

    stored = sandbox.api(store_id, "/storage/color", method="POST", data="grün".encode())
    sandbox.api(store_id, "/storage/public", method="PUT", json={"value": "on"})
    replaced = sandbox.api(store_id, "/storage/color", method="PUT", json={"value": 7})
    color = sandbox.api(store_id, "/storage/color").json()
    every = sandbox.api(store_id, "/storage").json()
    deleted = sandbox.api(store_id, "/storage/color", method="DELETE")

    assert stored.json() == replaced.json() == {"success": True, "updateCount": 1}
    assert color == {"key": "color", "value": '{"value": 7}'}
    assert every == [color, {"key": "public", "value": "on"}]
    assert deleted.json() == {"success": True, "deleteCount": 1}
    assert sandbox.api(store_id, "/storage").json() == every[1:]
    event = ("application.storageChanged", str(store_id), {})
    assert sandbox.events(store_id) == [event] * 4


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_key_is_not_found(sandbox: SandboxClient, store_id: int, method: str) -> None:
    answer = sandbox.api(store_id, "/storage/size", method=method)

    assert answer.status_code == 404
    assert answer.json()["errorMessage"] == "Key not found"


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("public", b"x" * PUBLIC_LIMIT, 200),
        ("public", b"x" * (PUBLIC_LIMIT + 1), 413),
        ("private", b"x" * 1024 * 1024, 200),
        ("private", b"x" * (1024 * 1024 + 1), 413),
        ("k" * 1025, b"x", 400),
        ("bytes", b"\xff", 400),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, bytes) else None,
)
def test_keys_and_values_have_limits(
    sandbox: SandboxClient, store_id: int, key: str, value: bytes, status: int
) -> None:
    answer = sandbox.api(store_id, f"/storage/{key}", method="PUT", data=value)

    assert answer.status_code == status, answer.text


def test_stores_do_not_share_values(sandbox: SandboxClient, store_id: int) -> None:
    other = sandbox.make_store()
    sandbox.connect(other)
    sandbox.api(store_id, "/storage/color", method="PUT", data=b"blue")

    assert error_of(sandbox.api(other, "/storage/color")) == (404, "")
