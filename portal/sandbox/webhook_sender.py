"""Background sender of webhooks: one dispatcher thread and several worker threads.

The dispatcher queues due deliveries and saves the results of many attempts in one transaction. The
workers send the requests. Which deliveries are in flight is known in memory only, so that they are
due again after a crash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import threading
import time
from collections import deque
from queue import SimpleQueue

from portal.sandbox.config import SandboxConfig
from portal.sandbox.delivery_log import Attempt, DeliveryLog
from portal.sandbox.switches import Switches
from portal.sandbox.webhook_client import WebhookClient

MAX_WORKERS = 64
# Deliveries that are queued for each worker.
PREFETCH = 16
# Time in which attempts gather before the dispatcher saves them together.
FLUSH_INTERVAL_S = 0.02
IDLE_S = 0.5
STOP_S = 5.0


def signature(secret: str, event_created: int, event_id: str) -> str:
    """Return the value of ``X-Ecwid-Webhook-Signature``.

    The signature covers ``eventCreated`` and ``eventId`` only, not the rest of the body.
    Source: Ecwid, webhook documentation (docs.ecwid.com).
    """
    message = f"{event_created}.{event_id}".encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


class WebhookSender:
    """Sends due deliveries until it is closed."""

    def __init__(self, config: SandboxConfig, switches: Switches, log: DeliveryLog) -> None:
        self._config = config
        self._switches = switches
        self._log = log
        self._wake_up = threading.Event()
        self._closing = threading.Event()
        self._worker_count = 0
        self._queue: SimpleQueue[sqlite3.Row | None] = SimpleQueue()
        self._in_flight: set[int] = set()
        self._finished: deque[Attempt] = deque()
        self._thread = threading.Thread(target=self._run, name="webhook-sender", daemon=True)

    def start(self) -> None:
        """Start the dispatcher thread."""
        self._thread.start()

    def wake(self) -> None:
        """Look for due deliveries now, because one was added."""
        self._wake_up.set()

    def close(self) -> None:
        """Stop sending. Unfinished deliveries stay due, including those in flight."""
        self._closing.set()
        self._wake_up.set()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake_up.clear()
            self._save_attempts()
            self._adjust_workers()
            wait_s = self._dispatch_due()
            self._closing.wait(FLUSH_INTERVAL_S)
            self._wake_up.wait(wait_s)
        self._save_attempts()
        for _ in range(self._worker_count):
            self._queue.put(None)

    def _save_attempts(self) -> None:
        attempts = [self._finished.popleft() for _ in range(len(self._finished))]
        if attempts:
            self._log.record(
                attempts,
                speed=self._switches.number("retry_speed"),
                limit=int(self._switches.number("webhook_log_limit")),
            )
            self._in_flight.difference_update(attempt.delivery["id"] for attempt in attempts)

    def _adjust_workers(self) -> None:
        wanted = min(max(int(self._switches.number("webhook_concurrency")), 1), MAX_WORKERS)
        for _ in range(self._worker_count, wanted):
            threading.Thread(target=self._work, name="webhook-worker", daemon=True).start()
        for _ in range(wanted, self._worker_count):
            self._queue.put(None)
        self._worker_count = wanted

    def _dispatch_due(self) -> float:
        """Queue due deliveries; return the seconds until the next one is due."""
        now = time.time()
        room = self._worker_count * PREFETCH - len(self._in_flight)
        for row in self._log.due(now, room, self._in_flight) if room > 0 else ():
            self._in_flight.add(row["id"])
            self._queue.put(row)
        next_due = self._log.next_due(now)
        return IDLE_S if next_due is None else min(IDLE_S, max(next_due - time.time(), 0))

    def _work(self) -> None:
        client = WebhookClient()
        while (row := self._queue.get()) is not None and not self._closing.is_set():
            at, began = time.time(), time.monotonic()
            outcome = client.send(
                self._switches.text("webhook_method"),
                row["url"],
                row["type"],
                self._headers(row),
                row["body"].encode(),
            )
            self._finished.append(Attempt(row, at, time.monotonic() - began, outcome))
            self._wake_up.set()
        client.close()

    def _headers(self, row: sqlite3.Row) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "Cache-Control": "no-cache",
        }
        mode = self._switches.text("webhook_signature")
        if mode != "missing":
            created = json.loads(row["body"])["eventCreated"]
            own = row["client_secret"] or self._config.client_secret
            secret = own if mode == "valid" else "wrong"
            headers["X-Ecwid-Webhook-Signature"] = signature(secret, created, row["event_id"])
        return headers
