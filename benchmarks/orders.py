"""Number of orders that 1,000 intents become while everything fails: it must be 1,000.

Eight clients submit orders, a third of them twice at once with the same key. Some calls get a 5xx,
no response, a reset or half a response, before or after they took effect. Searches lag by two
seconds. The workers that send are killed one by one, every few seconds, and the queue server is
emptied. At the end, the store's orders are compared with the submissions by their references.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psutil
import requests

from benchmarks.mirroring import Ecwid, Mirror, command_name, ecwid, mirror, postgresql
from benchmarks.report import figure, latency_suffix, table
from portal.ecwid.rate_limiter import Priority
from portal.models import Grant, OrderSubmission, Store, SubmissionStep
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.orders.order_request_json import read_order_request
from portal.rules.orders.submission_states import FINAL_STATES, ORDERED_STATES, SubmissionState
from portal.services.orders.submissions import wait_for_submission
from portal.services.orders.submit_order import OrderSender, submit_order

# Number of intents and latency of each call.
SHOPPER = {
    "street": "1 Main Street",
    "postal_code": "53111",
    "city": "Bonn",
    "country_code": "DE",
}
ROUNDS = ((1_000, 0), (200, 150))
CLIENTS = 8
DOUBLED_SHARE = 1 / 3
WORKERS = 4
# A worker that keeps dying is restarted after growing pauses of up to half a minute.
KILL_EVERY_S = 15.0
FLUSH_EVERY = 3
TIMEOUT_S = 1_200.0
PROMISED_S = 5.0
FAULTS = {
    "error_rate": "0.03",
    "error_after_rate": "0.04",
    "timeout_rate": "0.01",
    "timeout_after_rate": "0.02",
    "timeout_s": "1",
    "reset_rate": "0.02",
    "reset_after_rate": "0.03",
    "cut_rate": "0.02",
    "truncated_rate": "0.01",
    "wrong_type_rate": "0.01",
    "throttle_rate": "0.01",
    "throttle_wait_s": "1",
    "search_lag_s": "2",
}


def main() -> None:
    """Submit orders under faults and kills; compare, and print the results."""
    os.environ["ORDER_THREADS"] = str(WORKERS)
    for intents, latency_ms in ROUNDS:
        _measure(intents, latency_ms)


def _measure(intents: int, latency_ms: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="o", dir="/tmp") as name,
        ecwid() as shop,
        postgresql(Path(name) / "pg") as url,
        mirror(shop, url, Path(name) / "d") as portal,
    ):
        shop.turn(latency_ms=str(latency_ms))
        _run(shop, portal, intents, latency_suffix(latency_ms))


def _run(shop: Ecwid, portal: Mirror, intents: int, suffix: str) -> None:
    products = [_product(shop, number) for number in range(20)]
    with portal.runtime.database.connection_context():
        store = Store.create(
            id=shop.store_id, name="Benchmark", currency="EUR", webhook_check_due_at=None
        )
        sealed = portal.runtime.sealer.seal(shop.token, "grant.sealed_access_token", store.id)
        Grant.create(store=store, sealed_access_token=sealed, scopes=list(REQUIRED_NAMES))
    shop.turn(**FAULTS)
    started_s = time.monotonic()
    with _killing(portal) as killed:
        waits = _submit_all(shop, portal, products, intents)
    submitted_s = time.monotonic() - started_s
    wait_for_submissions(portal)
    seconds = time.monotonic() - started_s
    shop.turn(**dict.fromkeys((n for n in FAULTS if n.endswith("_rate")), "0"), search_lag_s="0")
    time.sleep(float(FAULTS["search_lag_s"]))
    with portal.runtime.database.connection_context():
        _report(
            portal,
            shop.store_id,
            waits,
            (submitted_s, seconds),
            killed,
            intents=intents,
            suffix=suffix,
        )


def _submit_all(shop: Ecwid, portal: Mirror, products: list[int], intents: int) -> list[float]:
    """Submit every intent, some of them twice at once; return how long each response took."""
    chance = Random(7)
    keys = [f"intent-{number}" for number in range(intents)]
    doubled = [key for key in keys if chance.random() < DOUBLED_SHARE]
    calls = [(key, products[chance.randrange(len(products))]) for key in keys]
    product_of = dict(calls)
    # Next to each other, so that both are processed at the same time.
    calls = [call for key in keys for call in [(key, product_of[key])] * (1 + (key in doubled))]
    sender = OrderSender("api_key 1")

    def send(call: tuple[str, int]) -> float:
        key, product_id = call
        began_s = time.monotonic()
        with portal.runtime.database.connection_context():
            request = read_order_request(_request(key, product_id))
            done = submit_order(portal.runtime, shop.store_id, sender, key, request)
            wait_for_submission(done.submission.id, PROMISED_S)
        return time.monotonic() - began_s

    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(send, calls))


def _request(key: str, product_id: int) -> dict[str, Any]:
    number = int(key.rpartition("-")[2])
    return {
        "lines": [{"product_id": product_id, "quantity": 1 + number % 3}],
        "email": f"shopper-{number % 300}@shop.example",
        "shipping_person": SHOPPER | {"name": f"Shopper {number}"},
        "shipping_method": "standard",
        "channel_reference": key,
    }


def _product(shop: Ecwid, number: int) -> int:
    product = {"name": f"Mug {number}", "price": 9.95 + number, "unlimited": True}
    path = f"{shop.url}/_sandbox/api/stores/{shop.store_id}/products"
    return int(requests.post(path, json=product, timeout=30).json()["id"])


@contextmanager
def _killing(portal: Mirror) -> Iterator[Counter[str]]:
    """Kill a worker that sends from time to time, and sometimes empty the queue server."""
    counted: Counter[str] = Counter()
    over = threading.Event()

    def kill() -> None:
        chance = Random(3)
        while not over.wait(KILL_EVERY_S):
            children = psutil.Process(portal.daemon.process.pid).children(recursive=True)
            workers = [child for child in children if command_name(child) == "worker.other"]
            if workers:
                chance.choice(workers).kill()
                counted["killed"] += 1
            if counted["killed"] % FLUSH_EVERY == 0:
                portal.runtime.redis.flushall()
                counted["flushed"] += 1

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield counted
    finally:
        over.set()
        thread.join()


def wait_for_submissions(portal: Mirror) -> None:
    """Wait until the outcome of every submission is certain."""
    deadline = time.monotonic() + TIMEOUT_S
    with portal.runtime.database.connection_context():
        open_ones = OrderSubmission.select().where(OrderSubmission.state.not_in(FINAL_STATES))
        while left := open_ones.count():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{left} submissions are open after {TIMEOUT_S:g} s")
            portal.daemon.check()
            time.sleep(0.5)


def _report(
    portal: Mirror,
    store_id: int,
    waits: list[float],
    seconds: tuple[float, float],
    killed: Counter[str],
    *,
    intents: int,
    suffix: str,
) -> None:
    made = _orders(portal, store_id)
    rows = list(OrderSubmission.select())
    true = sum(
        row.state in ORDERED_STATES and made.get(row.reference) == [row.order_number]
        for row in rows
    )
    passed = Counter(step.state for step in SubmissionStep.select())
    ends = Counter(row.state for row in rows)
    table(
        f"{intents:,} intents in {len(waits):,} calls; {killed['killed']} workers killed,"
        f" queue server emptied {killed['flushed']} times;"
        f" submitted within {seconds[0]:.0f} s, certain after {seconds[1]:.0f} s",
        ["state", "ended so", "times passed"],
        [[state, ends[state], passed[state]] for state in SubmissionState],
    )
    orders = sum(map(len, made.values()))
    figure(f"orders_for_{intents}_intents{suffix}", orders, "orders", f"{intents}")
    figure(f"submissions_that_tell_the_truth{suffix}", true, "submissions", f"{intents}")
    certain = sum(wait < PROMISED_S for wait in waits) / len(waits)
    figure(f"calls_answered_with_the_outcome{suffix}", certain, "of all, within 5 s", "none")


def _orders(portal: Mirror, store_id: int) -> dict[str, list[str]]:
    """Return the numbers of the store's orders by their reference."""
    client = portal.runtime.client(store_id, Priority.BACKGROUND)
    made: dict[str, list[str]] = {}
    offset = 0
    while True:
        page = client.orders(offset=offset, fields=("id", "refererId"))
        for order in page.items:
            made.setdefault(str(order.get("refererId")), []).append(order["id"])
        if page.is_last:
            return made
        offset += len(page.items)


if __name__ == "__main__":
    main()
