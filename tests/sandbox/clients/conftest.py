"""Let foreign clients at a running sandbox, and at nothing else."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside

THIS_MACHINE = "127.0.0.1"
LONG_LIST = {"products": 205, "orders": 205, "customers": 205, "coupons": 205}


class ElsewhereError(Exception):
    """A client wants to reach another address than this machine's."""


@dataclass(frozen=True)
class Shop:
    """Hold a store whose token may stand in the query, and look at what the sandbox holds of it."""

    outside: Outside
    store_id: int
    token: str

    @property
    def url(self) -> str:
        """Return the address of the store's REST API."""
        return f"{self.outside.url}/api/v3/{self.store_id}/"

    def held(self, path: str) -> Any:
        """Return what the sandbox holds at a path."""
        answer = self.outside.api(self.store_id, path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all_held(self, path: str) -> list[dict[str, Any]]:
        """Return a list over all its pages."""
        items: list[dict[str, Any]] = []
        while page := self.outside.listed(self.store_id, path, offset=len(items)):
            items += page
        return items

    def is_gone(self, path: str) -> bool:
        """Tell whether there is nothing at a path."""
        return self.outside.api(self.store_id, path).status_code == 404

    def calls(self) -> dict[str, int]:
        """Return how often each REST call of the store was made."""
        counted = self.outside.control("GET", "/requests").json()
        return {row["call"]: row["count"] for row in counted if row["store_id"] == self.store_id}


@pytest.fixture
def shop(outside: Outside, turn: Turn) -> Shop:
    """An empty store, with the token in the query allowed."""
    turn(legacy_query_token="on")
    store_id = outside.make_store()
    return Shop(outside, store_id, outside.connect(store_id))


@pytest.fixture
def long_shop(outside: Outside, turn: Turn) -> Shop:
    """A store whose lists have three pages each."""
    turn(legacy_query_token="on")
    store_id = outside.make_store(seed=3, **LONG_LIST)
    return Shop(outside, store_id, outside.connect(store_id))


@pytest.fixture(autouse=True)
def this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to look up or connect to any address but this machine's, with ElsewhereError."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def check(host: Any) -> None:
        if host != THIS_MACHINE:
            raise ElsewhereError(host)

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(address[0])
        connect(self, address)

    def guarded_look_up(host: Any, *options: Any, **more: Any) -> Any:
        check(host)
        return look_up(host, *options, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    # A proxy of this machine's environment is none of the clients' business.
    monkeypatch.setenv("NO_PROXY", THIS_MACHINE)
