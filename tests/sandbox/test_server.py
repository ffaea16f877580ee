"""A sandbox stops at once, keeps what it knows, and starts where it left off."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.outside import SCOPES, Outside, wait_for


@pytest.fixture
def own_config(config: SandboxConfig, tmp_path: Path) -> SandboxConfig:
    """A configuration with a state of its own."""
    return replace(config, state=tmp_path / "s.db")


def test_a_restart_keeps_stores_tokens_and_switches(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server, Outside(server) as outside:
        store_id = outside.make_store(products=3)
        token = outside.connect(store_id)
        code = outside.allow(outside.make_store())
        hook = {"url": "http://portal.invalid/", "events": ["product.created"]}
        outside.api(store_id, "/webhooks", method="POST", json=hook)
        outside.control(
            "DELETE", f"/stores/{store_id}/products/{outside.listed(store_id)[0]['id']}"
        )
        outside.control("PUT", "/switches", {"echo_state": "off"})
        products = outside.listed(store_id)

    with SandboxServer(own_config) as server, Outside(server) as outside:
        kept = outside.api(store_id, "/products", token=token).json()["items"]
        history = outside.api(store_id, "/products/deleted", token=token).json()
        hooks = outside.api(store_id, "/webhooks", token=token).json()
        exchanged = outside.exchange(code)
        store = outside.control("GET", f"/stores/{store_id}").json()
        switches = outside.control("GET", "/switches").json()

    assert [item["id"] for item in kept] == [item["id"] for item in products]
    assert history["total"] == 1
    assert hooks["items"][0]["events"] == ["product.created"]
    assert exchanged.status_code == 200
    assert (store["products"], store["scopes"]) == (2, list(SCOPES))
    assert switches["echo_state"] == "off"


def test_pictures_move_along_to_another_port(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server, Outside(server) as outside:
        store_id = outside.make_store(products=2)
        token = outside.connect(store_id)
        before = outside.listed(store_id)

        with SandboxServer(own_config) as elsewhere, Outside(elsewhere) as moved:
            after = moved.api(store_id, "/products", token=token).json()["items"]
            picture = requests.get(after[1]["thumbnailUrl"], timeout=10)

    assert before[1]["thumbnailUrl"].startswith(server.url)
    assert after[1]["thumbnailUrl"].startswith(elsewhere.url)
    assert picture.text.startswith("<svg")


def test_a_switch_that_is_given_wins_over_the_kept_one(own_config: SandboxConfig) -> None:
    with SandboxServer(replace(own_config, switches={"latency_ms": "1"})):
        pass

    with SandboxServer(replace(own_config, switches={"latency_ms": "2"})) as server:
        assert server.parts.switches.text("latency_ms") == "2"


def test_a_refused_switch_leaves_the_port_free(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server:
        port = int(server.url.rpartition(":")[2])
    wrong = replace(own_config, port=port, switches={"wings": "on"})

    with pytest.raises(ValueError, match="there is no switch wings"):
        SandboxServer(wrong)

    with SandboxServer(replace(own_config, port=port)) as server:
        assert requests.get(f"{server.url}/_sandbox/", timeout=10).status_code == 200


def test_a_connection_that_is_kept_open_delays_no_stop(own_config: SandboxConfig) -> None:
    with requests.Session() as session:
        with SandboxServer(own_config) as server:
            assert session.get(f"{server.url}/_sandbox/", timeout=10).status_code == 200
            began = time.monotonic()

        assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind", ["timeout", "late", "slow_body", "error"])
def test_nothing_that_is_held_back_delays_a_stop(own_config: SandboxConfig, kind: str) -> None:
    with (
        SandboxServer(own_config) as server,
        Outside(server) as outside,
        ThreadPoolExecutor(1) as pool,
    ):
        store_id = outside.make_store(products=1)
        token = outside.connect(store_id)
        outside.control("POST", "/faults", {"path_prefix": "/", "kind": kind, "delay_s": 60})
        headers = {"Authorization": f"Bearer {token}"}
        path = f"{server.url}/api/v3/{store_id}/products"
        held = pool.submit(requests.get, path, headers=headers, timeout=50)
        wait_for(lambda: not server.parts.access.faults.scripted)
        began = time.monotonic()

        server.stop()

        assert time.monotonic() - began < 2
        assert isinstance(held.exception(5), requests.RequestException | None)


def test_stopping_twice_is_stopping(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server:
        server.stop()

        server.stop()

    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=10)


def test_the_secret_is_not_shown(own_config: SandboxConfig) -> None:
    assert own_config.client_secret not in repr(own_config)
