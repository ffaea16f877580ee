"""Deliver webhook events in the background, several at once, until they are delivered.

One thread hands out what is due and writes down what became of it, in one transaction for many
tries; lanes post. What is in hand is known in memory alone: after a crash it is due as before.
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

MOST_LANES = 64
# How many deliveries for each lane are read ahead, and how long tries gather to be written down.
AHEAD = 16
ROUND_S = 0.02
IDLE_S = 0.5
STOP_S = 5.0


def signature(secret: str, event_created: int, event_id: str) -> str:
    """Return what goes into ``X-Ecwid-Webhook-Signature``: it covers two fields, not the body."""
    message = f"{event_created}.{event_id}".encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


class Sender:
    """Send due deliveries in the background until closed."""

    def __init__(self, config: SandboxConfig, switches: Switches, log: DeliveryLog) -> None:
        self._config = config
        self._switches = switches
        self._log = log
        self._news = threading.Event()
        self._closing = threading.Event()
        self._lanes = 0
        self._queue: SimpleQueue[sqlite3.Row | None] = SimpleQueue()
        self._in_hand: set[int] = set()
        self._done: deque[Attempt] = deque()
        self._thread = threading.Thread(target=self._run, name="webhook-sender", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self) -> None:
        """Have a look at once: a delivery was added."""
        self._news.set()

    def close(self) -> None:
        """Stop sending at once; what is not delivered is kept, be it under way."""
        self._closing.set()
        self._news.set()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._news.clear()
            self._write_down()
            self._open_lanes()
            wait_s = self._hand_out()
            self._closing.wait(ROUND_S)
            self._news.wait(wait_s)
        self._write_down()
        for _ in range(self._lanes):
            self._queue.put(None)

    def _write_down(self) -> None:
        attempts = [self._done.popleft() for _ in range(len(self._done))]
        if attempts:
            self._log.note(
                attempts,
                speed=self._switches.number("retry_speed"),
                limit=int(self._switches.number("webhook_log_limit")),
            )
            self._in_hand.difference_update(attempt.delivery["id"] for attempt in attempts)

    def _open_lanes(self) -> None:
        wanted = min(max(int(self._switches.number("webhook_lanes")), 1), MOST_LANES)
        for _ in range(self._lanes, wanted):
            threading.Thread(target=self._work, name="webhook-lane", daemon=True).start()
        for _ in range(wanted, self._lanes):
            self._queue.put(None)
        self._lanes = wanted

    def _hand_out(self) -> float:
        """Give the lanes what is due; return for how long nothing more will be, in seconds."""
        now = time.time()
        room = self._lanes * AHEAD - len(self._in_hand)
        for row in self._log.due(now, room, self._in_hand) if room > 0 else ():
            self._in_hand.add(row["id"])
            self._queue.put(row)
        next_due = self._log.next_due(now)
        return IDLE_S if next_due is None else min(IDLE_S, max(next_due - time.time(), 0))

    def _work(self) -> None:
        client = WebhookClient()
        while (row := self._queue.get()) is not None and not self._closing.is_set():
            at, began = time.time(), time.monotonic()
            outcome = client.post(row["url"], row["type"], self._headers(row), row["body"].encode())
            self._done.append(Attempt(row, at, time.monotonic() - began, outcome))
            self._news.set()
        client.close()

    def _headers(self, row: sqlite3.Row) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "Cache-Control": "no-cache",
        }
        kind = self._switches.text("webhook_signature")
        if kind != "missing":
            created = json.loads(row["body"])["eventCreated"]
            secret = self._config.client_secret if kind == "right" else "wrong"
            headers["X-Ecwid-Webhook-Signature"] = signature(secret, created, row["event_id"])
        return headers
