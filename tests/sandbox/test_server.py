"""Tests for starting, stopping and restarting the server."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.client import SCOPES, SandboxClient, wait_for


@pytest.fixture
def own_config(config: SandboxConfig, tmp_path: Path) -> SandboxConfig:
    """Configuration with a separate state file."""
    return replace(config, state=tmp_path / "s.db")


def test_a_restart_keeps_stores_tokens_and_switches(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server, SandboxClient(server) as sandbox:
        store_id = sandbox.make_store(products=3)
        token = sandbox.connect(store_id)
        code = sandbox.get_code(sandbox.make_store())
        hook = {"url": "http://portal.invalid/", "events": ["product.created"]}
        sandbox.api(store_id, "/webhooks", method="POST", json=hook)
        sandbox.admin(
            "DELETE", f"/stores/{store_id}/products/{sandbox.list_items(store_id)[0]['id']}"
        )
        sandbox.admin("PUT", "/switches", {"echo_state": "off"})
        products = sandbox.list_items(store_id)

    with SandboxServer(own_config) as server, SandboxClient(server) as sandbox:
        kept = sandbox.api(store_id, "/products", token=token).json()["items"]
        history = sandbox.api(store_id, "/products/deleted", token=token).json()
        hooks = sandbox.api(store_id, "/webhooks", token=token).json()
        exchanged = sandbox.exchange(code)
        store = sandbox.admin("GET", f"/stores/{store_id}").json()
        switches = sandbox.admin("GET", "/switches").json()

    assert [item["id"] for item in kept] == [item["id"] for item in products]
    assert history["total"] == 1
    assert hooks["items"][0]["events"] == ["product.created"]
    assert exchanged.status_code == 200
    assert (store["products"], store["scopes"]) == (2, list(SCOPES))
    assert switches["echo_state"] == "off"


def test_image_urls_follow_the_sandbox_to_another_port(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server, SandboxClient(server) as sandbox:
        store_id = sandbox.make_store(products=2)
        token = sandbox.connect(store_id)
        before = sandbox.list_items(store_id)

        with SandboxServer(own_config) as moved_server, SandboxClient(moved_server) as moved:
            after = moved.api(store_id, "/products", token=token).json()["items"]
            image = requests.get(after[1]["thumbnailUrl"], timeout=10)

    assert before[1]["thumbnailUrl"].startswith(server.url)
    assert after[1]["thumbnailUrl"].startswith(moved_server.url)
    assert image.text.startswith("<svg")


def test_uploaded_images_follow_the_sandbox_to_another_port(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server, SandboxClient(server) as sandbox:
        store_id = sandbox.make_store()
        token = sandbox.connect(store_id)
        created = sandbox.api(store_id, "/categories", method="POST", json={"name": "Vases"})
        category = f"/categories/{created.json()['id']}"
        gallery = f"/products/{sandbox.make_product(store_id)}/gallery"
        for path in (f"{category}/image", gallery):
            assert sandbox.api(store_id, path, method="POST", data=b"GIF89a").ok

        with SandboxServer(own_config) as moved_server, SandboxClient(moved_server) as moved:
            vases = moved.api(store_id, category, token=token).json()
            board = moved.api(store_id, gallery.removesuffix("/gallery"), token=token).json()

    for url in (vases["imageUrl"], board["galleryImages"][0]["url"]):
        assert url.startswith(f"{moved_server.url}/_sandbox/images/uploads/")


def test_a_configured_switch_overrides_the_stored_one(own_config: SandboxConfig) -> None:
    with SandboxServer(replace(own_config, switches={"latency_ms": "1"})):
        pass

    with SandboxServer(replace(own_config, switches={"latency_ms": "2"})) as server:
        assert server.parts.switches.text("latency_ms") == "2"


def test_an_invalid_switch_leaves_the_port_free(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server:
        port = int(server.url.rpartition(":")[2])
    wrong = replace(own_config, port=port, switches={"wings": "on"})

    with pytest.raises(ValueError, match="there is no switch wings"):
        SandboxServer(wrong)

    with SandboxServer(replace(own_config, port=port)) as server:
        assert requests.get(f"{server.url}/_sandbox/", timeout=10).status_code == 200


def test_an_open_connection_does_not_delay_the_stop(own_config: SandboxConfig) -> None:
    with requests.Session() as session:
        with SandboxServer(own_config) as server:
            assert session.get(f"{server.url}/_sandbox/", timeout=10).status_code == 200
            began = time.monotonic()

        assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind", ["timeout", "delay", "slow_body", "error"])
def test_a_held_response_does_not_delay_the_stop(own_config: SandboxConfig, kind: str) -> None:
    with (
        SandboxServer(own_config) as server,
        SandboxClient(server) as sandbox,
        ThreadPoolExecutor(1) as pool,
    ):
        store_id = sandbox.make_store(products=1)
        token = sandbox.connect(store_id)
        sandbox.admin("POST", "/faults", {"path_prefix": "/", "kind": kind, "delay_s": 60})
        headers = {"Authorization": f"Bearer {token}"}
        path = f"{server.url}/api/v3/{store_id}/products"
        held = pool.submit(requests.get, path, headers=headers, timeout=50)
        wait_for(lambda: not server.parts.access.faults.scripted)
        began = time.monotonic()

        server.stop()

        assert time.monotonic() - began < 2
        assert isinstance(held.exception(5), requests.RequestException | None)


def test_a_second_stop_does_nothing(own_config: SandboxConfig) -> None:
    with SandboxServer(own_config) as server:
        server.stop()

        server.stop()

    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=10)


def test_the_repr_hides_the_client_secret(own_config: SandboxConfig) -> None:
    assert own_config.client_secret not in repr(own_config)
