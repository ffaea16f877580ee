"""Fixtures that connect the portal's client to a running sandbox."""

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
from tests.sandbox.client import CALLBACK, CLIENT, SCOPES, SandboxClient


@dataclass
class Sides:
    """Both sides of the contract: the sandbox and the portal's client."""

    sandbox: SandboxClient
    http: requests.Session

    @property
    def app(self) -> OAuthApp:
        """The portal's app, as registered at the sandbox."""
        oauth_url = f"{self.sandbox.url}/api/oauth"
        return OAuthApp(**CLIENT, oauth_url=oauth_url, callback_url=CALLBACK)

    def transport(self, store_id: int, token: str) -> Transport:
        """Return a transport for a store and a token."""
        return Transport(self.http, f"{self.sandbox.url}/api/v3", store_id, token)

    def store(self, *scopes: str, **fields: Any) -> tuple[int, Transport, EcwidClient]:
        """Create a store with the app installed; the default scopes are all scopes."""
        store_id = self.sandbox.make_store(**fields)
        transport = self.transport(store_id, self.sandbox.connect(store_id, scopes or SCOPES))
        return store_id, transport, EcwidClient(transport)

    def set_switches(self, **switches: str) -> None:
        """Set switches of the sandbox."""
        assert self.sandbox.admin("PUT", "/switches", switches).ok


@pytest.fixture(scope="module")
def sandbox_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxClient]:
    """Client of a running sandbox."""
    config = SandboxConfig(
        state=tmp_path_factory.mktemp("contract") / "state.db",
        redirect_uri=CALLBACK,
        scopes=SCOPES,
        **CLIENT,
    )
    with SandboxServer(config) as server, SandboxClient(server) as client:
        yield client


@pytest.fixture
def sides(sandbox_client: SandboxClient) -> Iterator[Sides]:
    """Both sides; the fixture restores all switches afterwards."""
    with open_http() as http:
        yield Sides(sandbox_client, http)
    defaults = {name: default for name, (default, _) in SWITCHES.items()}
    assert sandbox_client.admin("PUT", "/switches", defaults).ok
    sandbox_client.admin("DELETE", "/requests")
