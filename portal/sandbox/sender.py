"""Deliver webhook events by Ecwid's rules.

Delivered means 200, 201, 202, 204 or 209, within 3 s to connect and 10 s to answer; redirects are
not followed. Everything else is repeated: after 15, 30 and 45 minutes, then hourly to 24 hours.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from portal.sandbox.config import SandboxConfig
from portal.sandbox.state import State
from portal.sandbox.switches import Switches

DELIVERED = frozenset({200, 201, 202, 204, 209})
CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S = 3, 10
RETRY_AFTER_S = (15 * 60, 30 * 60, 45 * 60, *(hour * 3600 for hour in range(1, 25)))
LANES = 8
IDLE_S = 0.5


def signature(secret: str, event_created: int, event_id: str) -> str:
    """Return what goes into ``X-Ecwid-Webhook-Signature``: it covers two fields, not the body."""
    message = f"{event_created}.{event_id}".encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


class Sender:
    """Send due deliveries in the background until closed."""

    def __init__(self, config: SandboxConfig, state: State, switches: Switches) -> None:
        self._config = config
        self._state = state
        self._switches = switches
        self._news = threading.Event()
        self._closing = threading.Event()
        self._pool = ThreadPoolExecutor(LANES, thread_name_prefix="webhook")
        self._http = requests.Session()
        self._http.trust_env = False
        self._thread = threading.Thread(target=self._run, name="webhook-sender", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self) -> None:
        """Have a look at once: a delivery was added."""
        self._news.set()

    def close(self) -> None:
        """Stop sending; what is not delivered is kept."""
        self._closing.set()
        self._news.set()
        self._thread.join(ANSWER_TIMEOUT_S)
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._http.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._news.clear()
            due = self._take_due()
            for row in due:
                self._pool.submit(self._deliver, row)
            if not due:
                self._news.wait(IDLE_S)

    def _take_due(self) -> list[sqlite3.Row]:
        """Return due deliveries; if we die while sending, they are due again a little later."""
        now = time.time()
        with self._state.writing() as connection:
            due = connection.execute(
                "SELECT * FROM delivery WHERE due <= ? ORDER BY id LIMIT 100", (now,)
            ).fetchall()
            later = now + CONNECT_TIMEOUT_S + ANSWER_TIMEOUT_S + 5
            connection.executemany(
                "UPDATE delivery SET due = ? WHERE id = ?", [(later, row["id"]) for row in due]
            )
        return due

    def _deliver(self, row: sqlite3.Row) -> None:
        status = self._post(row)
        tries = row["tries"] + 1
        due = None
        delivered = None
        if status.isdecimal() and int(status) in DELIVERED:
            delivered = time.time()
        elif tries <= len(RETRY_AFTER_S):
            speed = max(self._switches.number("retry_speed"), 0.001)
            due = row["created"] + RETRY_AFTER_S[tries - 1] / speed
        with self._state.writing() as connection:
            connection.execute(
                "UPDATE delivery SET tries = ?, status = ?, due = ?, delivered = ? WHERE id = ?",
                (tries, status, due, delivered, row["id"]),
            )

    def _post(self, row: sqlite3.Row) -> str:
        """Return the answer's status, or what went wrong in a word."""
        try:
            answer = self._http.post(
                row["url"],
                params={"eventtype": row["type"]},
                data=row["body"].encode(),
                headers=self._headers(row),
                timeout=(CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S),
                allow_redirects=False,
            )
        except requests.Timeout:
            return "timeout"
        except requests.RequestException:
            return "unreachable"
        return str(answer.status_code)

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
