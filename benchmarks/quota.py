"""Share of a token's quota that eight fetchers use, and the waits of people at the same time.

Eight fetchers in three processes read one store as fast as they may, for two minutes of real time,
once without latency and once with 300 ms. Every half second, another process makes a call with
interactive priority. The sandbox enforces Ecwid's limit: 600 requests in any 60 seconds, then 429.
The results are compared with the quota itself.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.queues import Queue
from pathlib import Path
from statistics import quantiles

from redis import Redis

from benchmarks.report import figure, latency_suffix, table
from benchmarks.web_server import valkey
from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidRateLimitError
from portal.ecwid.rate_limiter import Priority, RateLimiter
from portal.ecwid.transport import Transport, open_http
from portal.sandbox.admin_operations import add_store
from portal.sandbox.config import DEFAULT_SCOPES, SandboxConfig
from portal.sandbox.server import SandboxServer

PER_MINUTE = 600
DURATION_S = 120
LATENCIES_MS = (0, 300)
FETCHERS = (3, 3, 2)
PERSON_EVERY_S = 0.5
PRODUCTS = 1_000
HTTP_TOO_MANY = 429


def main() -> None:
    """Read for two minutes with each latency, and print the results."""
    for latency_ms in LATENCIES_MS:
        _measure(latency_ms)


def _measure(latency_ms: int) -> None:
    context = multiprocessing.get_context("spawn")
    results: Queue[tuple[str, float]] = context.Queue()
    with (
        tempfile.TemporaryDirectory(prefix="q", dir="/tmp") as folder,
        valkey(Path(folder) / "v.sock") as redis_url,
        _sandbox(Path(folder), latency_ms) as (api_url, token),
    ):
        place = (redis_url, api_url, token, results)
        processes = [context.Process(target=_fetch, args=(n, *place)) for n in FETCHERS]
        processes.append(context.Process(target=_be_a_person, args=place))
        for process in processes:
            process.start()
        seen = _gather(processes, results)
    _report(seen, latency_ms)


def _gather(processes: list, results: Queue[tuple[str, float]]) -> list[tuple[str, float]]:
    seen = []
    while any(process.is_alive() for process in processes) or not results.empty():
        while not results.empty():
            seen.append(results.get())
        time.sleep(0.05)
    return seen


def _report(seen: list[tuple[str, float]], latency_ms: int) -> None:
    fetched = sum(1 for kind, _ in seen if kind == "fetched")
    refused = sum(1 for kind, _ in seen if kind == "refused")
    served = sum(1 for kind, _ in seen if kind == "person")
    waits_ms = [
        1000 * seconds - (latency_ms if kind == "person" else 0)
        for kind, seconds in seen
        if kind in ("person", "turned away")
    ]
    p95_ms = quantiles(waits_ms, n=20)[-1]
    made, allowed = fetched + served, PER_MINUTE * DURATION_S / 60
    table(
        f"{sum(FETCHERS)} fetchers in {len(FETCHERS)} processes and a person, {DURATION_S} s, "
        f"{latency_ms} ms of latency",
        ["allowed", "fetched", "person", "turned away", "share", "429", "person p95, ms"],
        [
            [
                f"{allowed:.0f}",
                fetched,
                served,
                len(waits_ms) - served,
                f"{made / allowed:.3f}",
                refused,
                f"{p95_ms:.0f}",
            ]
        ],
    )
    suffix = latency_suffix(latency_ms)
    figure(f"quota_used{suffix}", made / allowed, "share", ">= 0.95")
    figure(f"rate_limited_answers{suffix}", refused, "answers", "0")
    figure(f"interactive_wait_p95_ms{suffix}", p95_ms, "ms", "< 200")


def _client(redis_url: str, api_url: str, token: str, priority: Priority) -> EcwidClient:
    token_limiter = RateLimiter(Redis.from_url(redis_url), PER_MINUTE).for_token(token, priority)
    return EcwidClient(Transport(open_http(), api_url, 1003, token, token_limiter))


def _fetch(
    threads: int, redis_url: str, api_url: str, token: str, results: Queue[tuple[str, float]]
) -> None:
    """Read page after page in this many threads until the time is over."""
    until = time.monotonic() + DURATION_S

    def work() -> None:
        client = _client(redis_url, api_url, token, Priority.BACKGROUND)
        client.expect_bulk()
        while time.monotonic() < until:
            try:
                client.products(sort_by="UPDATED_TIME_DESC")
            except EcwidRateLimitError as error:
                if error.facts.status == HTTP_TOO_MANY:
                    results.put(("refused", 0.0))
            else:
                results.put(("fetched", 0.0))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _be_a_person(
    redis_url: str, api_url: str, token: str, results: Queue[tuple[str, float]]
) -> None:
    """Make a call every half second and record how long the quota delayed it."""
    client = _client(redis_url, api_url, token, Priority.INTERACTIVE)
    for _ in range(int(DURATION_S / PERSON_EVERY_S) - 2):
        started = time.monotonic()
        try:
            client.profile()
        except EcwidRateLimitError as error:
            if error.facts.status == HTTP_TOO_MANY:
                results.put(("refused", 0.0))
            # Rejected by the rate limiter: the wait is how long the person would have had to wait.
            results.put(("turned away", time.monotonic() - started + error.retry_after_s))
        else:
            results.put(("person", time.monotonic() - started))
        time.sleep(max(0.0, PERSON_EVERY_S - (time.monotonic() - started)))


@contextmanager
def _sandbox(folder: Path, latency_ms: int) -> Iterator[tuple[str, str]]:
    config = SandboxConfig(
        state=folder / "sandbox.db",
        client_id="bench",
        client_secret="bench-secret",
        redirect_uri="http://127.0.0.1:8000/connect/callback",
        switches={"latency_ms": str(latency_ms)},
    )
    with SandboxServer(config) as server:
        add_store(server.parts, {"store_id": 1003, "products": PRODUCTS})
        token = server.parts.stores.install(1003, " ".join(DEFAULT_SCOPES), revoke_previous=True)
        yield f"{server.url}/api/v3", token


if __name__ == "__main__":
    main()
