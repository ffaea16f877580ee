"""Tests for the latency of REST calls and for stores that hang."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portal.sandbox.config import SandboxConfig
from portal.sandbox.latency import LatencyDispatcher, parse_store_ids
from portal.sandbox.server import THREADS, SandboxServer
from tests.sandbox.client import SandboxClient, wait_for
from tests.sandbox.conftest import SetSwitches


def timed(sandbox: SandboxClient, store_id: int, path: str = "/profile") -> float:
    """Return the seconds that a successful call takes."""
    began = time.monotonic()
    assert sandbox.api(store_id, path).status_code == 200
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("none", (), (1003,)),
        ("1003", (1003,), (1002, 1004)),
        ("1003, 1010-1012", (1003, 1010, 1012), (1004, 1009, 1013)),
    ],
)
def test_a_list_of_stores_has_ids_and_ranges(
    text: str, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    stores = parse_store_ids(text)

    assert all(any(store in part for part in stores) for store in inside)
    assert not any(store in part for part in stores for store in outside)


def test_more_calls_can_wait_than_there_are_threads(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(latency_ms="400")
    callers = 4 * THREADS

    began = time.monotonic()
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(lambda _: timed(sandbox, store_id), range(callers)))

    # One after another, the threads would take four times the latency.
    assert 0.4 <= time.monotonic() - began < 1.6


def test_only_the_listed_stores_hang(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    other_id = sandbox.make_store()
    sandbox.connect(other_id)
    set_switches(hanging_stores=f"{other_id}", hang_s="1")

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(timed, sandbox, other_id)
        assert timed(sandbox, store_id) < 1
        assert hanging.result() >= 1


def test_admin_calls_have_no_latency(sandbox: SandboxClient, set_switches: SetSwitches) -> None:
    set_switches(latency_ms="3000", hanging_stores="1-999999")

    began = time.monotonic()
    set_switches(latency_ms="0", hanging_stores="none")

    assert time.monotonic() - began < 3


def test_a_call_inside_a_batch_has_latency(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(latency_ms="300")

    began = time.monotonic()
    calls = [{"id": "a", "path": "profile", "method": "GET"}]
    ticket = sandbox.api(store_id, "/batch", method="POST", json=calls).json()["ticket"]
    sql = "SELECT count(*) FROM batch WHERE ticket = ? AND status = 'COMPLETED'"
    wait_for(lambda: sandbox.parts.state.number(sql, ticket))

    # The call that adds the batch waits, too.
    assert time.monotonic() - began >= 0.6


def test_waiting_calls_do_not_delay_the_stop(config: SandboxConfig) -> None:
    with (
        SandboxServer(config) as server,
        SandboxClient(server) as sandbox,
        ThreadPoolExecutor(1) as pool,
    ):
        store_id = sandbox.make_store()
        sandbox.connect(store_id)
        sandbox.admin("PUT", "/switches", {"hanging_stores": str(store_id), "hang_s": "60"})
        held = pool.submit(timed, sandbox, store_id)
        while not server._dispatcher._waiting:
            assert not held.done()
        began = time.monotonic()

        server.stop()

        assert time.monotonic() - began < 2
        assert isinstance(held.exception(5), requests.RequestException)


def test_a_stopped_dispatcher_ends_its_threads() -> None:
    dispatcher = LatencyDispatcher(2)

    dispatcher.shutdown()

    assert not dispatcher.threads
