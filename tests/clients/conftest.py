"""Portal over HTTP with a store at the sandbox, for programs that use the API."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from socket import create_server, socket
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from daemon.worker_threads import WorkerThreads, stop_all
from portal import process
from portal.config import Settings
from portal.process import request_stop
from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope
from portal.sandbox.server import SandboxServer
from portal.services.api_keys.channel_keys import add_key
from portal.services.channels.consents import grant_consent
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.clients.programs import LOCALHOST
from tests.factories import make_channel, make_merchant
from tests.shop import Shop, open_shop, store_of, with_sandbox

BOWL: dict[str, Any] = {"name": "Bowl", "sku": "BOWL", "price": 12.5, "quantity": 10, "weight": 0.3}
COUPON = {"code": "TEN", "discountType": "PERCENT", "discount": 10}


@dataclass(frozen=True)
class ServedPortal:
    """Portal at ``url`` with the key of a channel to which its only store consents."""

    url: str
    key: str
    shop: Shop
    document: dict[str, Any]
    document_path: Path

    @property
    def api_url(self) -> str:
        """Base URL of the API."""
        return f"{self.url}/api/v1"

    @property
    def example_order(self) -> dict[str, Any]:
        """Example body of the call that submits an order, from the document."""
        operation = self.document["paths"]["/stores/{store_id}/orders"]["post"]
        example: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["example"]
        return example

    def order(self) -> dict[str, Any]:
        """Return the only order of the store, from the sandbox."""
        parts = self.shop.server.parts
        rows = parts.state.rows("SELECT id FROM purchase WHERE store = ?", self.shop.store_id)
        (row,) = rows
        return dict(parts.orders.get(self.shop.store_id, str(row["id"])))


@pytest.fixture
def server_socket() -> Iterator[socket]:
    """Socket that listens at a free port, whose address the settings need before the app exists."""
    with create_server((LOCALHOST, 0)) as server_socket:
        yield server_socket


@pytest.fixture
def settings(settings: Settings, sandbox: SandboxServer, server_socket: socket) -> Settings:
    """Settings of a portal at the socket's address that uses the sandbox."""
    url = f"http://{LOCALHOST}:{server_socket.getsockname()[1]}"
    return replace(with_sandbox(settings, sandbox), portal_url=url)


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """Store with a bowl and a coupon, in sync."""
    shop = open_shop(runtime, sandbox)
    sandbox.parts.products.create(shop.store_id, BOWL)
    sandbox.parts.coupons.create(shop.store_id, COUPON)
    shop.sync()
    return shop


@pytest.fixture
def order_worker(jobs_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Thread that sends the submitted orders to the sandbox."""
    monkeypatch.setattr(process, "_stop", threading.Event())
    threads = WorkerThreads("orders", 1, jobs_runtime.settings.effective_redis_url)
    threads.ensure_waiting()
    yield
    request_stop()
    stop_all([threads], jobs_runtime.redis)


@pytest.fixture
def key(shop: Shop) -> str:
    """Key of a channel to which the store consents."""
    channel = make_channel()
    grant_consent(channel, store_of(shop), STORE_SCOPES, make_merchant())
    made = add_key(channel, "client", list(KeyScope))
    assert made is not None
    return made.text


@pytest.fixture
def portal(
    runtime: Runtime,
    server_socket: socket,
    shop: Shop,
    key: str,
    tmp_path: Path,
    order_worker: None,
) -> Iterator[ServedPortal]:
    """The portal, served over HTTP."""
    host, port = server_socket.getsockname()
    server = make_server(host, port, create_app(runtime), threaded=True, fd=server_socket.fileno())
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    url = runtime.settings.portal_url
    document = requests.get(f"{url}/api/v1/openapi.json", timeout=10).json()
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    yield ServedPortal(url, key, shop, document, path)
    server.shutdown()
    thread.join()
    server.server_close()
