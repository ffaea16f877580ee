"""Let a REST call in or refuse it, in the order that the real service was seen to check.

Store, then token, then suspension and plan, then scope, then quota. A refused token gets a 403
without a body.
"""

from __future__ import annotations

import json
import random
import sqlite3
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from flask import Response, request

from portal.sandbox.checks import is_number, is_texts
from portal.sandbox.stores import Stores
from portal.sandbox.switches import Switches

WINDOW_S = 60.0
LONGEST_DELAY_S = 600


class RefusedError(Exception):
    """A call is answered with an error; ``answer`` is what goes out."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def refused(status: int, code: str, message: str) -> RefusedError:
    """Return the refusal with the API's error body."""
    body = json.dumps({"errorMessage": message, "errorCode": code})
    return RefusedError(Response(body, status, content_type="application/json"))


@dataclass
class Fault:
    """Hold an answer to give instead of the true one, for the next ``times`` matching calls."""

    path_prefix: str
    status: int
    body: str = ""
    delay_s: float = 0.0
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError for what can't be played."""
        has_times = isinstance(self.times, int) and self.times >= 1
        has_delay = is_number(self.delay_s) and 0 <= self.delay_s <= LONGEST_DELAY_S
        has_texts = all(isinstance(text, str) for text in (self.path_prefix, self.body))
        has_headers = isinstance(self.headers, dict) and is_texts(list(self.headers.values()))
        is_status = isinstance(self.status, int) and (self.status == 0 or 200 <= self.status <= 599)  # noqa: PLR2004 - HTTP's
        if not (has_times and has_delay and has_texts and has_headers and is_status):
            raise ValueError("path_prefix, status, body, delay_s, times or headers is wrong")


class Access:
    """Check calls, count them, and play faults."""

    def __init__(self, stores: Stores, switches: Switches) -> None:
        self._stores = stores
        self._switches = switches
        self._lock = threading.Lock()
        self._calls: dict[str, deque[float]] = {}
        self.faults: list[Fault] = []
        self.counts: Counter[tuple[int, str]] = Counter()

    def admit(self, store_id: int, path: str, scope: str | None) -> sqlite3.Row:
        """Return the store if the call may go on; raise RefusedError with the answer if not."""
        with self._lock:
            self.counts[store_id, f"{request.method} {path}"] += 1
        self._play_fault(path)
        store = self._stores.get(store_id)
        if store is None:
            raise refused(404, "STORE_NOT_FOUND", "Store not found")
        token = self.token(store_id)
        self._check_plan(store, path)
        if scope is not None and scope not in token["scopes"].split():
            raise refused(403, "INSUFFICIENT_APP_SCOPE", f"The app needs the scope {scope}")
        self._check_quota(token["token"])
        return store

    def token(self, store_id: int) -> sqlite3.Row:
        """Return the token of this call; raise RefusedError if it is none of this store."""
        token = self._stores.token(self._given_token(), store_id)
        if token is None:
            raise self._no_token()
        return token

    def _given_token(self) -> str:
        header = request.headers.get("Authorization", "")
        if header.startswith("Bearer "):
            return header.removeprefix("Bearer ")
        if self._switches.is_on("legacy_query_token"):
            return request.args.get("token", "")
        return ""

    def _no_token(self) -> RefusedError:
        if self._switches.is_on("forbidden_body"):
            return refused(403, "INVALID_API_TOKEN", "Token doesn't exist")
        return RefusedError(Response("", 403, headers={"Content-Length": "0"}))

    def _check_plan(self, store: sqlite3.Row, path: str) -> None:
        if store["suspended"]:
            raise refused(402, "STORE_IS_SUSPENDED", "The store is suspended")
        if "API" in self._stores.features(store):
            return
        if path != "/profile" or self._switches.text("free_plan") == "402":
            raise refused(
                402, "NOT_AVAILABLE_ON_CURRENT_PLAN", "Please upgrade your account to access API"
            )

    def _check_quota(self, token: str) -> None:
        quota = int(self._switches.number("quota_per_minute"))
        if quota <= 0:
            return
        now = time.monotonic()
        with self._lock:
            calls = self._calls.setdefault(token, deque())
            while calls and calls[0] <= now - WINDOW_S:
                calls.popleft()
            if len(calls) >= quota:
                wait = max(1, round(calls[0] + WINDOW_S - now + 0.5))
                refusal = refused(429, "RATE_LIMITED", "Too many requests")
                refusal.answer.headers["Retry-After"] = str(wait)
                raise refusal
            calls.append(now)

    def _play_fault(self, path: str) -> None:
        latency = self._switches.number("latency_ms")
        if latency:
            time.sleep(latency / 1000)
        if random.random() < self._switches.number("error_rate"):  # noqa: S311 - a fault
            raise refused(500, "INTERNAL_ERROR", "Internal error")
        fault = self._next_fault(path)
        if fault is None:
            return
        time.sleep(fault.delay_s)
        if fault.status:
            answer = Response(fault.body, fault.status, content_type="application/json")
            answer.headers.update(fault.headers)
            raise RefusedError(answer)

    def _next_fault(self, path: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if path.startswith(fault.path_prefix):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                    return fault
        return None
