"""Forty orders, submitted twice despite failing calls and killed workers, are created once each."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from peewee import ModelSelect
from redis import Redis

from portal.config import Settings
from portal.models import Lease, OrderSubmission, utc_now
from portal.rules.orders.order_request_json import read_order_request
from portal.rules.orders.submission_states import FINAL_STATES, ORDERED_STATES, SubmissionState
from portal.sandbox.server import SandboxServer
from portal.services.orders.submit_order import OrderSender, submit_order
from portal.services.orders.waiting_submissions import LEASE_TTL_S
from portal.services.runtime import Runtime
from tests.daemon.processes import Daemon, running, wait_until
from tests.shop import Shop, open_shop

INTENTS = 40
FAULTS = {
    "error_rate": "0.02",
    "error_after_rate": "0.06",
    "reset_rate": "0.02",
    "reset_after_rate": "0.05",
    "timeout_after_rate": "0.03",
    "timeout_s": "0.5",
    "cut_rate": "0.03",
    "search_lag_s": "1",
}
LAG = timedelta(seconds=3)


@pytest.fixture
def own_settings(own_settings: Settings) -> Settings:
    """The settings of a daemon without a rate limit."""
    return replace(own_settings, ecwid_requests_per_minute=1_000_000)


@pytest.fixture
def shop(own_runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A store with one product of unlimited stock."""
    return open_shop(own_runtime, sandbox)


def submit_twice(shop: Shop, product_id: int) -> None:
    """Submit every order from two threads."""

    def send(number: int) -> None:
        document = {
            "lines": [{"product_id": product_id, "quantity": 1}],
            "email": f"shopper-{number % 9}@shop.example",
            "shipping_method": "pickup",
        }
        with shop.runtime.database.connection_context():
            sender, key = OrderSender("api_key 1"), f"intent-{number}"
            submit_order(shop.runtime, shop.store_id, sender, key, read_order_request(document))

    with ThreadPoolExecutor(4) as clients:
        list(clients.map(send, [number for number in range(INTENTS) for _ in range(2)]))


def kill_while_orders_are_sent(daemon: Daemon) -> None:
    """Kill a worker three times while orders are waiting to be sent."""
    for part in (1, 2, 3):
        sent = OrderSubmission.select().where(OrderSubmission.sent_at.is_null(is_null=False))

        def are_sent(sent: ModelSelect = sent, part: int = part) -> bool:
            let_time_pass()
            return sent.count() >= 9 * part

        wait_until(are_sent, "orders to be sent", 120)
        for worker in daemon.children("worker.other")[:1]:
            worker.kill()


def let_time_pass() -> None:
    """Expire the leases of killed workers, end long waits, and make searches conclusive."""
    lapsing = utc_now() + timedelta(seconds=LEASE_TTL_S) - LAG
    Lease.update(expires_at=utc_now()).where(
        Lease.name.startswith("submission:"), Lease.expires_at < lapsing
    ).execute()
    OrderSubmission.update(sent_at=utc_now() - timedelta(minutes=2), due_at=utc_now()).where(
        OrderSubmission.state == SubmissionState.UNKNOWN,
        OrderSubmission.sent_at < utc_now() - LAG,
        OrderSubmission.sent_at > utc_now() - timedelta(minutes=1),
    ).execute()
    # After a timeout, an order and the search for it wait a minute.
    OrderSubmission.update(due_at=utc_now()).where(
        OrderSubmission.sent_at.is_null() | (OrderSubmission.sent_at < utc_now() - LAG),
        OrderSubmission.state.not_in(FINAL_STATES),
        OrderSubmission.due_at > utc_now() + timedelta(seconds=20),
    ).execute()


@pytest.mark.promise(1)
@pytest.mark.promise(7)
def test_every_intent_becomes_one_order_despite_failures(
    shop: Shop, own_settings: Settings, tmp_path: Path
) -> None:
    product_id = shop.server.parts.products.create(
        shop.store_id, {"name": "Mug", "price": 9.95, "unlimited": True}
    )
    shop.server.parts.switches.set_all(FAULTS)

    with running(own_settings, tmp_path, ECWID_REQUESTS_PER_MINUTE="1000000") as daemon:
        submit_twice(shop, product_id)
        kill_while_orders_are_sent(daemon)
        with Redis.from_url(own_settings.effective_redis_url) as redis:
            redis.flushall()
        open_ones = OrderSubmission.select().where(OrderSubmission.state.not_in(FINAL_STATES))

        def is_over() -> bool:
            let_time_pass()
            return not open_ones.exists()

        wait_until(is_over, "every outcome to be certain", 120)

    rows = list(OrderSubmission.select())
    orders = shop.server.parts.state.rows("SELECT referer, number FROM purchase")
    waiting = shop.server.parts.state.rows("SELECT body FROM unindexed WHERE resource = 'order'")
    assert Counter(row.state in ORDERED_STATES for row in rows) == {True: INTENTS}
    assert len(orders) + len(waiting) == INTENTS
    made = {row["referer"]: row["number"] for row in orders}
    assert all(made.get(row.reference, row.order_number) == row.order_number for row in rows)
