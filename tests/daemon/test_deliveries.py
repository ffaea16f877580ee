"""A killed worker loses no delivery."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from portal.config import Settings
from portal.models import Delivery, DeliveryAttempt, DeliveryState, Lease, utc_now
from portal.services.runtime import Runtime
from tests.channel import open_channel
from tests.daemon.processes import running, wait_until
from tests.factories import make_delivery, make_endpoint, make_merchant, make_store


@pytest.mark.promise(1)
def test_delivery_survives_a_worker_killed_while_sending(
    own_settings: Settings, own_runtime: Runtime, tmp_path: Path
) -> None:
    is_killed = threading.Event()

    def hold(_: BaseHTTPRequestHandler) -> None:
        if not is_killed.is_set():
            is_killed.wait(30)

    with open_channel() as channel:
        channel.behave = hold
        merchant = make_merchant()
        store = make_store(merchant)
        endpoint = make_endpoint(merchant, own_runtime.sealer, url=channel.url)
        delivery = make_delivery(endpoint, store)
        with running(own_settings, tmp_path) as daemon:
            wait_until(lambda: channel.taken, "the message to be on its way")

            (worker,) = daemon.children("worker.other")
            worker.send_signal(signal.SIGKILL)
            worker.wait(10)
            is_killed.set()
            assert Delivery.get().state == DeliveryState.WAITING
            move_clock(timedelta(minutes=1))
            wait_until(
                lambda: Delivery.get().state == DeliveryState.DELIVERED, "the second attempt"
            )

        first, second = channel.taken
        assert first.uid == second.uid == delivery.event.uid
        assert first.body == second.body
        kept = DeliveryAttempt.select().order_by(DeliveryAttempt.id)
        assert [attempt.status for attempt in kept] == [None, 200]


def move_clock(length: timedelta) -> None:
    """Expire the killed worker's lease and the delivery's backoff."""
    past = utc_now() - length
    Lease.update(expires_at=past).where(Lease.name.startswith("endpoint:")).execute()
    Delivery.update(due_at=past).execute()
