"""Let a REST call in or refuse it, in the order that the real service was seen to check.

Store, then token, then suspension and plan, then scope, then quota. A refused token gets a 403
without a body.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections import Counter

from flask import Response, request

from portal.sandbox import broken
from portal.sandbox.faults import Faults
from portal.sandbox.quota import DeadTokens, Windows
from portal.sandbox.stores import Stores
from portal.sandbox.switches import Switches


class RefusedError(Exception):
    """A call is answered with an error; ``answer`` is what goes out."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def refused(status: int, code: str, message: str) -> RefusedError:
    """Return the refusal with the API's error body."""
    return RefusedError(broken.error(status, code, message))


class Access:
    """Check calls, count them, and let faults befall them."""

    def __init__(self, stores: Stores, switches: Switches) -> None:
        self._stores = stores
        self._switches = switches
        self._lock = threading.Lock()
        self._calls = Windows()
        self._dead_tokens = DeadTokens()
        self.faults = Faults(switches)
        self.counts: Counter[tuple[int, str]] = Counter()
        self.dead_calls: Counter[tuple[int, str]] = Counter()

    def forget(self) -> None:
        """Forget all calls, with what they used of their quotas, and the faults to come."""
        self._calls, self._dead_tokens = Windows(), DeadTokens()
        self.counts.clear()
        self.dead_calls.clear()
        self.faults.scripted.clear()

    def admit(self, store_id: int, path: str, scope: str | None) -> sqlite3.Row:
        """Return the store if the call may go on; raise RefusedError with the answer if not."""
        with self._lock:
            self.counts[store_id, f"{request.method} {path}"] += 1
        fault = self.faults.before(path)
        if fault is not None:
            raise RefusedError(fault)
        store = self._stores.get(store_id)
        if store is None:
            raise refused(404, "STORE_NOT_FOUND", "Store not found")
        token = self.token(store_id)
        self._check_plan(store, path)
        if scope is not None and scope not in token["scopes"].split():
            raise refused(403, "INSUFFICIENT_APP_SCOPE", f"The app needs the scope {scope}")
        quota = int(self._switches.number("quota_per_minute"))
        self._check_wait(self._calls.take(token["token"], quota))
        return store

    def token(self, store_id: int) -> sqlite3.Row:
        """Return the token of this call; raise RefusedError if it is none of this store."""
        given = self._given_token()
        token = self._stores.token(given, store_id)
        if token is None:
            with self._lock:
                self.dead_calls[store_id, given] += 1
            raise self._dead(given)
        return token

    def _given_token(self) -> str:
        header = request.headers.get("Authorization", "")
        if header.startswith("Bearer "):
            return header.removeprefix("Bearer ")
        if self._switches.is_on("legacy_query_token"):
            return request.args.get("token", "")
        return ""

    def _dead(self, token: str) -> RefusedError:
        """Return the refusal of a dead token; raise a much longer one to who goes on with it."""
        wait_s = self._dead_tokens.take(
            request.remote_addr or "",
            token,
            quota=int(self._switches.number("dead_token_quota")),
            total=int(self._switches.number("dead_token_total")),
            block_s=self._switches.number("dead_token_block_s"),
        )
        self._check_wait(wait_s)
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

    def _check_wait(self, wait_s: float) -> None:
        if wait_s > 0:
            refusal = refused(429, "RATE_LIMITED", "Too many requests")
            refusal.answer.headers["Retry-After"] = str(math.ceil(wait_s))
            raise refusal
