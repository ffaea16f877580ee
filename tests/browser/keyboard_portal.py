"""A served portal with its sandbox, and merchants with a store and a browser."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser
from redis import Redis

from daemon.job import use_runtime
from daemon.queue_worker import make_worker
from portal.config import Settings
from portal.models import Membership, Merchant, Store
from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from portal.sealing import new_key
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.conftest import DESK
from tests.browser.keyboard import Keyboard
from tests.browser.served_app import served, signed_in_context
from tests.coverage_pause import unmeasured_threads
from tests.runtimes import opened_runtime
from tests.shop import Shop, open_shop

# Without options, as no product of the sample is for sure.
PRODUCT = "Ash bowl"
QUEUES = ("mail", "sync", "events", "orders", "other", "maintenance")
CLIENT = {"ecwid_client_id": "sandbox-client", "ecwid_client_secret": "sandbox_secret_0001"}


@dataclass
class Portal:
    """A served portal, its sandbox, and a daemon whose jobs run when a workflow waits for them."""

    url: str
    runtime: Runtime
    app: Flask
    sandbox: SandboxServer
    count: int = 0

    def run_jobs(self) -> None:
        """Run the jobs of all queues until none is left."""
        for queue in QUEUES:
            make_worker(queue, self.runtime.redis).work(burst=True, logging_level="WARNING")


@dataclass
class Person:
    """A merchant in front of a keyboard; ``shop`` is their store."""

    portal: Portal
    browser: Browser
    has_scripts: bool
    merchant: Merchant
    shop_name: str
    _shop: Shop | None = None

    @property
    def shop(self) -> Shop:
        """Return the person's store, which is synced at its first use."""
        if self._shop is None:
            sizes = {"products": 4, "customers": 2, "orders": 2}
            self._shop = open_shop(
                self.portal.runtime, self.portal.sandbox, name=self.shop_name, **sizes
            )
            store = self._shop.store_id
            Store.update(name=self.shop_name).where(Store.id == store).execute()
            Membership.create(merchant=self.merchant, store=store)
            products = self.portal.sandbox.parts.products
            products.create(store, {"name": PRODUCT, "price": 20, "enabled": True})
            self._shop.sync()
        return self._shop

    def open(self, path: str, *, is_signed_in: bool = True) -> Keyboard:
        """Open a page in a new browser."""
        app, url = self.portal.app, self.portal.url
        options: dict[str, Any] = {"viewport": DESK, "java_script_enabled": self.has_scripts}
        if is_signed_in:
            context = signed_in_context(self.browser, app, url, self.merchant, **options)
        else:
            context = self.browser.new_context(base_url=url, **options)
        context.route("https://**/*", lambda route: route.abort())
        page = context.new_page()
        page.goto(path)
        return Keyboard(page)

    def open_store(self, path: str = "") -> Keyboard:
        """Open a page of the person's store."""
        return self.open(f"/stores/{self.shop.store_id}{path}")


def free_port() -> int:
    """Return a port for the portal, whose address the sandbox must know first."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(url: str, sandbox: SandboxServer, valkey_url: str, folder: Path) -> Settings:
    return Settings(
        **CLIENT,  # type: ignore[arg-type]
        secret_keys=("test-secret-key",),
        encryption_keys=(new_key(),),
        portal_url=url,
        database_url=f"sqlite:///{folder}/portal.db",
        redis_url=valkey_url,
        data_dir=folder,
        ecwid_oauth_url=f"{sandbox.url}/api/oauth",
        ecwid_api_url=f"{sandbox.url}/api/v3",
        ecwid_extra_scopes=("read_store_profile_extended",),
        mail_url=f"file://{folder}/mail",
        security_contact="security@clay.example",
    )


@contextmanager
def served_portal(migrated_sqlite: Path, valkey_url: str, folder: Path) -> Iterator[Portal]:
    """Serve a portal with its data in a folder, and the sandbox as its Ecwid."""
    (folder / "portal.db").write_bytes(migrated_sqlite.read_bytes())
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with unmeasured_threads():
        sandbox = SandboxServer(
            SandboxConfig(
                state=folder / "sandbox.db",
                client_id=CLIENT["ecwid_client_id"],
                client_secret=CLIENT["ecwid_client_secret"],
                redirect_uri=f"{url}/connect/callback",
            )
        )
        sandbox.start()
    sandbox.parts.switches.set("quota_per_minute", "0")
    with Redis.from_url(valkey_url) as redis:
        redis.flushall()
    with opened_runtime(_settings(url, sandbox, valkey_url, folder)) as runtime:
        app = create_app(runtime)
        with served(app, port):
            use_runtime(runtime)
            yield Portal(url, runtime, app, sandbox)
            use_runtime(None)
    sandbox.stop()
