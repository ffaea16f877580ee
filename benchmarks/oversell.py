"""Races of eight senders for the last piece, and the quotes that one store's quota allows.

The daemon processes the submissions of 100 products with one piece each. The sandbox's search lags
two seconds and each of its calls takes 50 ms. Then eight threads quote as fast as the quota of 600
calls a minute lets them.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from benchmarks.mirroring import Ecwid, Mirror, ecwid, mirror, postgresql
from benchmarks.orders import wait_for_submissions
from benchmarks.report import figure, table
from portal.ecwid.errors import EcwidRateLimitError
from portal.models import Grant, OrderSubmission, Store
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.orders.order_request_json import read_order_request
from portal.rules.orders.submission_states import ORDERED_STATES
from portal.services.orders.quote_order import quote_order
from portal.services.orders.submit_order import OrderSender, submit_order

RACES = 100
SHOPPER = {
    "name": "A Shopper",
    "street": "1 Main Street",
    "postal_code": "53111",
    "city": "Bonn",
    "country_code": "DE",
}
SENDERS = 8
WORKERS = 4
# Two windows of the quota: at the beginning of each, all slots are free.
QUOTED_S = 122.0
PER_MINUTE = 600


def main() -> None:
    """Run the races and the quotes, each with its own daemon, and print the results."""
    os.environ["ORDER_THREADS"] = str(WORKERS)
    for measure, per_minute in ((_race, 10_000_000), (_quote, PER_MINUTE)):
        with (
            tempfile.TemporaryDirectory(prefix="o", dir="/tmp") as name,
            ecwid() as shop,
            postgresql(Path(name) / "pg") as url,
            mirror(shop, url, Path(name) / "d", per_minute=per_minute) as portal,
        ):
            _connect(shop, portal)
            measure(shop, portal)


def _connect(shop: Ecwid, portal: Mirror) -> None:
    with portal.runtime.database.connection_context():
        store = Store.create(
            id=shop.store_id, name="Benchmark", currency="EUR", webhook_check_due_at=None
        )
        sealed = portal.runtime.sealer.seal(shop.token, "grant.sealed_access_token", store.id)
        Grant.create(store=store, sealed_access_token=sealed, scopes=list(REQUIRED_NAMES))


def _race(shop: Ecwid, portal: Mirror) -> None:
    products = [_product(shop, quantity=1) for _ in range(RACES)]
    shop.turn(latency_ms="50", search_lag_s="2")

    def send(call: tuple[int, int]) -> None:
        product_id, number = call
        request = read_order_request(_request(product_id))
        sender = OrderSender(f"api_key {number}")
        with portal.runtime.database.connection_context():
            submit_order(portal.runtime, shop.store_id, sender, f"race-{product_id}", request)

    calls = [(product_id, number) for product_id in products for number in range(SENDERS)]
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(send, calls))
    wait_for_submissions(portal)
    with portal.runtime.database.connection_context():
        rows = list(OrderSubmission.select())
    made = Counter(
        row.request["lines"][0]["product_id"] for row in rows if row.state in ORDERED_STATES
    )
    codes = Counter(error["code"] for row in rows for error in row.validation_errors)
    table(
        f"{RACES} races of {SENDERS} senders for one piece",
        ["orders", "races"],
        sorted(Counter(made[product_id] for product_id in products).items()),
    )
    table("Reasons of the rejected ones", ["code", "submissions"], codes.most_common())
    figure("oversold", sum(made[product_id] > 1 for product_id in products), "races", "0 of 100")
    figure("unsold", sum(made[product_id] == 0 for product_id in products), "races", "0 of 100")


def _quote(shop: Ecwid, portal: Mirror) -> None:
    product_id = _product(shop, unlimited=True)
    request = read_order_request(_request(product_id))
    until = time.monotonic() + QUOTED_S
    waits: list[float] = []

    def work(_: int) -> int:
        count = 0
        while time.monotonic() < until:
            with portal.runtime.database.connection_context():
                try:
                    quote_order(portal.runtime, shop.store_id, request)
                except EcwidRateLimitError as error:
                    waits.append(error.retry_after_s)
                    time.sleep(min(error.retry_after_s, max(0.0, until - time.monotonic())))
                else:
                    count += 1
        return count

    with ThreadPoolExecutor(SENDERS) as threads:
        quotes = sum(threads.map(work, range(SENDERS)))
    head = ["quotes", "seconds", "asked to wait"]
    table("Quotes of one store", head, [[quotes, QUOTED_S, len(waits)]])
    figure("quotes_per_minute_store", quotes / QUOTED_S * 60, "quotes", ">= 250")


def _request(product_id: int) -> dict[str, object]:
    return {
        "lines": [{"product_id": product_id, "quantity": 1}],
        "email": "shopper@shop.example",
        "shipping_person": SHOPPER,
        "shipping_method": "standard",
    }


def _product(shop: Ecwid, **stock: object) -> int:
    path = f"{shop.url}/_sandbox/api/stores/{shop.store_id}/products"
    product = {"name": "Mug", "price": 9.95} | stock
    return int(requests.post(path, json=product, timeout=30).json()["id"])


if __name__ == "__main__":
    main()
