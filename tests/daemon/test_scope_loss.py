"""A lost scope appears on the store's page at once after a refused call, or within an hour."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule import Scheduler
from portal.models import Membership, Store, utc_now
from portal.sandbox.config import DEFAULT_SCOPES
from portal.sandbox.server import SandboxServer
from portal.services.connection.probe_store import probe_store
from portal.services.event_processing.processor import drain
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_merchant
from tests.shop import Shop, open_shop
from tests.web.conftest import PASSWORD_HASH, Visitor, page_text


@pytest.fixture
def shop(jobs_runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store that was checked a moment ago."""
    shop = open_shop(jobs_runtime, sandbox, products=3)
    probe_store(shop.runtime, shop.store_id)
    return shop


@pytest.fixture
def browser(shop: Shop) -> Visitor:
    """The browser of the store's owner."""
    owner = make_merchant(password_hash=PASSWORD_HASH)
    Membership.create(merchant=owner, store=shop.store_id)
    return Visitor(create_app(shop.runtime)).sign_in(owner)


def lose(shop: Shop, lost: str) -> None:
    """Remove a scope from the app's token."""
    kept = [scope for scope in DEFAULT_SCOPES if scope != lost]
    shop.server.parts.stores.set_scopes(shop.store_id, kept)


def page(browser: Visitor, shop: Shop) -> str:
    """Return the text of the store's page."""
    return page_text(browser.get(f"/stores/{shop.store_id}"))


@pytest.mark.parametrize("is_reported", ["on", "off"])
def test_lost_scope_is_shown_within_ten_seconds_after_a_refused_call(
    shop: Shop, browser: Visitor, is_reported: str
) -> None:
    shop.server.parts.switches.set("token_endpoint", is_reported)
    lose(shop, "read_catalog")
    started_s = time.monotonic()
    shop.event(shop.product_ids()[0])

    drain(shop.runtime, shop.store_id)

    assert "Some permissions in your Ecwid store" in page(browser, shop)
    assert time.monotonic() - started_s < 10


def test_lost_scope_is_shown_within_65_minutes_without_a_call(shop: Shop, browser: Visitor) -> None:
    lose(shop, "create_orders")
    ticker = Scheduler(shop.runtime)
    ticker.tick(0.0)
    make_worker("checks", shop.runtime.redis).work(burst=True, logging_level="WARNING")
    assert "Some permissions in your Ecwid store" not in page(browser, shop)
    move_clock(timedelta(minutes=65))

    ticker.tick(65 * 60.0)
    make_worker("checks", shop.runtime.redis).work(burst=True, logging_level="WARNING")

    assert "Some permissions in your Ecwid store" in page(browser, shop)


def move_clock(by: timedelta) -> None:
    """Simulate passing time by moving the due time of the check."""
    due_at = Store.get().probe_due_at
    assert due_at > utc_now()
    Store.update(probe_due_at=due_at - by).execute()
