"""Fixtures for third-party clients, which may connect to the sandbox only."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.client import SandboxClient
from tests.sandbox.conftest import SetSwitches

HERE = Path(__file__).parent
LOCALHOST = "127.0.0.1"
LONG_LIST = {"products": 205, "orders": 205, "customers": 205, "coupons": 205}


class ForeignAddressError(Exception):
    """A client tried to reach another machine."""


@dataclass(frozen=True)
class Shop:
    """Store that accepts the token in the query string."""

    sandbox: SandboxClient
    store_id: int
    token: str

    @property
    def url(self) -> str:
        """Base URL of the store's REST API."""
        return f"{self.sandbox.url}/api/v3/{self.store_id}/"

    def get(self, path: str) -> Any:
        """Return the JSON at a path."""
        answer = self.sandbox.api(self.store_id, path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get_all(self, path: str) -> list[dict[str, Any]]:
        """Return all items of a list."""
        items: list[dict[str, Any]] = []
        while page := self.sandbox.list_items(self.store_id, path, offset=len(items)):
            items += page
        return items

    def is_missing(self, path: str) -> bool:
        """Return whether a path is a 404."""
        return self.sandbox.api(self.store_id, path).status_code == 404

    def calls(self) -> dict[str, int]:
        """Return the number of REST calls of the store, by method and path."""
        counted = self.sandbox.admin("GET", "/requests").json()
        return {row["call"]: row["count"] for row in counted if row["store_id"] == self.store_id}


def run_node(script: str, plan: dict[str, Any], timeout_s: float) -> dict[str, Any]:
    """Run a script of this folder in a Node process with a plan as input; return its output."""
    assert (HERE / "node_modules").is_dir(), "make node-clients installs the client"
    done = subprocess.run(
        ["node", script],
        cwd=HERE,
        env={"PATH": os.environ["PATH"]},
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@pytest.fixture
def shop(sandbox: SandboxClient, set_switches: SetSwitches) -> Shop:
    """Empty store."""
    set_switches(legacy_query_token="on")
    store_id = sandbox.make_store()
    return Shop(sandbox, store_id, sandbox.connect(store_id))


@pytest.fixture
def long_shop(sandbox: SandboxClient, set_switches: SetSwitches) -> Shop:
    """Store whose lists have three pages each."""
    set_switches(legacy_query_token="on")
    store_id = sandbox.make_store(seed=3, **LONG_LIST)
    return Shop(sandbox, store_id, sandbox.connect(store_id))


@pytest.fixture(autouse=True)
def only_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise ForeignAddressError for connections and lookups of other addresses."""
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def check(host: Any) -> None:
        if host != LOCALHOST:
            raise ForeignAddressError(host)

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(address[0])
        connect(self, address)

    def guarded_lookup(host: Any, *options: Any, **more: Any) -> Any:
        check(host)
        return lookup(host, *options, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_lookup)
    # The clients must not use a proxy from the environment.
    monkeypatch.setenv("NO_PROXY", LOCALHOST)
