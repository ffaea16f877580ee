"""A sandbox store that the portal knows, for tests of sync and events."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from portal.config import Settings
from portal.ecwid.transport import ATTEMPTS
from portal.models import Product, Store, SyncRun, WebhookEvent
from portal.sandbox.config import DEFAULT_SCOPES
from portal.sandbox.faults import Fault
from portal.sandbox.server import SandboxServer
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from tests.factories import make_event, make_grant, make_store
from tests.sandbox_stores import add_sample_store


@dataclass
class Shop:
    """One store in the sandbox, connected to the portal."""

    server: SandboxServer
    runtime: Runtime
    store_id: int

    def change(self, product_id: int, **fields: Any) -> None:
        """Change a product in the store."""
        self.server.parts.products.update(self.store_id, product_id, fields)

    def delete(self, product_id: int) -> None:
        """Delete a product in the store."""
        self.server.parts.products.delete(self.store_id, product_id)

    def product_ids(self) -> list[int]:
        """Return the ids of the store's products."""
        return sorted(self.versions())

    def add_categories(self, count: int) -> list[int]:
        """Add categories to the store; return their ids."""
        categories = self.server.parts.categories
        with self.server.parts.state.transaction():
            return [
                categories.create(self.store_id, {"name": f"Shelf {number}"})
                for number in range(count)
            ]

    def category_ids(self) -> set[int]:
        """Return the ids of the store's categories."""
        return {found["id"] for found in self.server.parts.categories.all(self.store_id)}

    def versions(self) -> dict[int, int]:
        """Return the update time of each of the store's products, in Unix seconds."""
        rows = self.server.parts.state.rows(
            "SELECT id, updated FROM product WHERE store = ?", self.store_id
        )
        return {row["id"]: row["updated"] for row in rows}

    def fault(self, path: str, status: int, body: str = "", **more: Any) -> Fault:
        """Make the next calls of a path fail with this response."""
        # A 5xx is retried within the same call, so every attempt must fail.
        default = {"times": ATTEMPTS if status >= 500 else 1}
        fault = Fault(path, status, body, **default | more)
        self.server.parts.access.faults.add(fault)
        return fault

    def calls(self, path: str = "") -> int:
        """Return how many GET calls of this path were received so far."""
        counts = self.server.parts.access.request_counts
        return sum(n for (_, call), n in counts.items() if call.startswith(f"GET {path}"))

    def forget_calls(self) -> None:
        """Reset the counts of calls."""
        self.server.parts.access.request_counts.clear()

    def sync(self) -> list[SyncRun]:
        """Run an incremental sync of every resource until nothing is due; return the runs."""
        runs = start_all_runs(self.store_id)
        for run in runs:
            process_run(self.runtime, run.id)
        return [SyncRun.get_by_id(run.id) for run in runs]

    def event(self, entity_id: int | str | None = 5, **changes: Any) -> WebhookEvent:
        """Save an event of this store, as the receiver does."""
        values = {
            "store_id": self.store_id,
            "entity_id": None if entity_id is None else str(entity_id),
            "event_id": f"event-{WebhookEvent.select().count() + 1}",
        }
        return make_event(**values | changes)


def mirrored(store_id: int) -> dict[int, int]:
    """Return the update time of each product in the mirror that isn't deleted, in Unix seconds."""
    rows = Product.select().where(Product.store == store_id, Product.deleted_at.is_null())
    return {row.remote_id: int(row.remote_updated_at.timestamp()) for row in rows}


def list_answer(*items: object) -> str:
    """Return a list response, as the body of a fault."""
    return json.dumps({"total": len(items), "offset": 0, "limit": 100, "items": items})


def open_shop(runtime: Runtime, server: SandboxServer, **options: Any) -> Shop:
    """Create a store in the sandbox and connect it; nothing is synced yet."""
    store_id = add_sample_store(server.parts, options)
    scopes = " ".join(DEFAULT_SCOPES)
    token = server.parts.stores.install(store_id, scopes, revoke_previous=True)
    store = make_store(id=store_id)
    make_grant(store, runtime.sealer, token, scopes=list(DEFAULT_SCOPES))
    return Shop(server, runtime, store_id)


def store_of(shop: Shop) -> Store:
    """Return the store's current row."""
    found: Store = Store.get_by_id(shop.store_id)
    return found


def with_sandbox(settings: Settings, sandbox: SandboxServer) -> Settings:
    """Return the settings with the sandbox as Ecwid; its quota is lifted."""
    sandbox.parts.switches.set("quota_per_minute", "0")
    return replace(
        settings,
        ecwid_oauth_url=f"{sandbox.url}/api/oauth",
        ecwid_api_url=f"{sandbox.url}/api/v3",
    )
