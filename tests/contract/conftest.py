"""Let our own client call a running sandbox, with nothing in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from portal.ecwid.client import EcwidClient
from portal.ecwid.oauth import OAuthApp
from portal.ecwid.transport import Transport, open_http
from portal.sandbox.config import SWITCHES, SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.outside import CALLBACK, CLIENT, SCOPES, Outside


@dataclass
class Sides:
    """A sandbox seen from outside, and our client at one of its stores."""

    outside: Outside
    http: requests.Session

    @property
    def app(self) -> OAuthApp:
        """Our registration at this sandbox."""
        oauth_url = f"{self.outside.url}/api/oauth"
        return OAuthApp(**CLIENT, oauth_url=oauth_url, callback_url=CALLBACK)

    def transport(self, store_id: int, token: str) -> Transport:
        """Return what sends calls for a store."""
        return Transport(self.http, f"{self.outside.url}/api/v3", store_id, token)

    def store(self, *scopes: str, **wish: Any) -> tuple[int, Transport, EcwidClient]:
        """Return a new store with the app in it, allowed everything or these scopes."""
        store_id = self.outside.make_store(**wish)
        transport = self.transport(store_id, self.outside.connect(store_id, scopes or SCOPES))
        return store_id, transport, EcwidClient(transport)

    def turn(self, **switches: str) -> None:
        """Turn switches of the sandbox."""
        assert self.outside.control("PUT", "/switches", switches).ok


@pytest.fixture(scope="module")
def sandbox_outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """A running sandbox."""
    config = SandboxConfig(
        state=tmp_path_factory.mktemp("contract") / "state.db",
        redirect_uri=CALLBACK,
        scopes=SCOPES,
        **CLIENT,
    )
    with SandboxServer(config) as server, Outside(server) as caller:
        yield caller


@pytest.fixture
def sides(sandbox_outside: Outside) -> Iterator[Sides]:
    """The sandbox with every switch as usual, and our client's connections."""
    with open_http() as http:
        yield Sides(sandbox_outside, http)
    usual = {name: default for name, (default, _) in SWITCHES.items()}
    assert sandbox_outside.control("PUT", "/switches", usual).ok
    sandbox_outside.control("DELETE", "/requests")
