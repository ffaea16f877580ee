"""Hooks of gunicorn's configuration."""

from __future__ import annotations

import socket
import subprocess
from dataclasses import replace
from types import SimpleNamespace

import pytest

from portal.models import Merchant
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.server import hooks
from portal.web.server.pools import Pool


def test_connections_get_a_large_buffer_and_time_limits_from_the_bound_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        hooks.set_options(bound)
        with socket.create_connection(bound.getsockname()), bound.accept()[0] as accepted:
            options = [
                accepted.getsockopt(socket.SOL_SOCKET, name, 8)[0]
                for name in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO)
            ]
            buffer_bytes = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    assert options == [hooks.READ_STALL_S, hooks.SEND_STALL_S]
    assert buffer_bytes >= hooks.SEND_BUFFER_BYTES


@pytest.mark.parametrize(
    ("workers", "pools", "is_ended"),
    [
        (2, [Pool.RECEIVER, Pool.PAGES], False),
        (1, [Pool.RECEIVER], True),
        (2, [Pool.PAGES], False),  # gunicorn is about to start the other one
    ],
)
def test_worker_that_can_not_serve_everything_is_replaced(
    workers: int, pools: list[Pool], is_ended: bool
) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        running = {
            process.pid + number: SimpleNamespace(pool=pool, cfg="new")
            for number, pool in enumerate(pools)
        }
        former = {0: SimpleNamespace(pool=Pool.RECEIVER, cfg="old")}
        server = SimpleNamespace(WORKERS=running | former, num_workers=workers, cfg="new")

        hooks.child_exit(server, None)

        if not is_ended:
            process.kill()
        assert process.wait(10) == (-15 if is_ended else -9)


@pytest.mark.parametrize(
    ("pool", "is_made"), [(None, True), (Pool.PAGES, True), (Pool.RECEIVER, False)]
)
def test_first_operator_is_made_when_a_worker_for_pages_starts(
    runtime: Runtime, pool: Pool | None, *, is_made: bool
) -> None:
    settings = replace(runtime.settings, first_operator_email="root@example.com")
    app = create_app(replace(runtime, settings=settings))

    cfg = SimpleNamespace(threads=8)
    watch = hooks.post_worker_init(SimpleNamespace(pool=pool, wsgi=app, cfg=cfg))
    if watch is not None:
        watch.stop()

    assert Merchant.select().where(Merchant.email == "root@example.com").exists() == is_made
