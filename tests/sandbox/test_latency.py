"""Tests for the latency of REST calls and for stores that hang."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from portal.sandbox.config import SandboxConfig
from portal.sandbox.latency import LatencyDispatcher, parse_store_ids
from portal.sandbox.server import THREADS, SandboxServer
from tests.sandbox.client import SandboxClient, wait_for
from tests.sandbox.conftest import SetSwitches


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


@pytest.fixture
def own_server(config: SandboxConfig, tmp_path: Path) -> Iterator[SandboxServer]:
    """Sandbox with a separate state file, which a test may stop."""
    with SandboxServer(replace(config, state=tmp_path / "s.db")) as server:
        yield server


def test_hanging_stores_occupy_no_thread_and_delay_neither_others_nor_the_stop(
    own_server: SandboxServer,
) -> None:
    callers = 4 * THREADS
    with SandboxClient(own_server) as sandbox, ThreadPoolExecutor(callers) as pool:
        hanging_id, other_id = sandbox.make_store(), sandbox.make_store()
        sandbox.connect(hanging_id)
        sandbox.connect(other_id)
        sandbox.admin("PUT", "/switches", {"hanging_stores": str(hanging_id), "hang_s": "60"})
        held = [pool.submit(sandbox.api, hanging_id, "/profile") for _ in range(callers)]
        wait_for(lambda: len(own_server.dispatcher.waiting) == callers)

        answer = sandbox.api(other_id, "/profile")
        own_server.stop()

        assert answer.status_code == 200
        assert all(isinstance(call.exception(20), requests.RequestException) for call in held)


def test_admin_calls_have_no_latency(sandbox: SandboxClient, set_switches: SetSwitches) -> None:
    set_switches(latency_ms="600000", hanging_stores="1-999999")

    # With latency, this call would fail after 30 seconds.
    set_switches(latency_ms="0", hanging_stores="none")


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


def test_a_stopped_dispatcher_ends_its_threads() -> None:
    dispatcher = LatencyDispatcher(2)

    dispatcher.shutdown()

    assert not dispatcher.threads
