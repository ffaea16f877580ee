"""Access checks of REST calls, in the order store, token, suspension and plan, scope, quota."""

from __future__ import annotations

import math
import sqlite3
import threading
from collections import Counter

from flask import Response, request

from portal.sandbox import broken_responses, public_token
from portal.sandbox.faults import Faults
from portal.sandbox.quota import DeadTokenLimiter, SlidingWindow
from portal.sandbox.stores import Stores
from portal.sandbox.switches import Switches


class ApiError(Exception):
    """The API answers a call with the error ``response``."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def api_error(status: int, code: str, message: str) -> ApiError:
    """Return an error whose response has Ecwid's JSON error body."""
    return ApiError(broken_responses.error(status, code, message))


class Access:
    """Checks and counts REST calls, and injects faults."""

    def __init__(self, stores: Stores, switches: Switches) -> None:
        self._stores = stores
        self._switches = switches
        self._lock = threading.Lock()
        self._calls = SlidingWindow()
        self._dead_tokens = DeadTokenLimiter()
        self.faults = Faults(switches)
        self.request_counts: Counter[tuple[int, str]] = Counter()
        self.dead_token_counts: Counter[tuple[int, str]] = Counter()

    def reset(self) -> None:
        """Clear call counts, used quotas and scripted faults."""
        self._calls, self._dead_tokens = SlidingWindow(), DeadTokenLimiter()
        self.request_counts.clear()
        self.dead_token_counts.clear()
        self.faults.scripted.clear()

    def existing_store(self, store_id: int, path: str) -> sqlite3.Row:
        """Count a call and return its store; raise ApiError for a fault or an unknown store."""
        with self._lock:
            self.request_counts[store_id, f"{request.method} {path}"] += 1
        fault = self.faults.before(path)
        if fault is not None:
            raise ApiError(fault)
        store = self._stores.get(store_id)
        if store is None:
            raise api_error(404, "STORE_NOT_FOUND", "Store not found")
        return store

    def authorize(self, store_id: int, path: str, scope: str | None) -> sqlite3.Row:
        """Return the store of an allowed call; otherwise raise ApiError.

        ``scope`` is one scope or several, separated by spaces; the token must have all of them.
        """
        # Source (client): a connector's probe of 2026-09-22: the store is checked before the token,
        # and a dead token gets a 403 without a body.
        # Source (assumed): The plan is checked before the scope, and the quota last.
        store = self.existing_store(store_id, path)
        token = self.token(store_id)
        self._check_plan(store, path)
        if self.is_public():
            if not public_token.is_allowed(request.method, path):
                raise api_error(403, "INSUFFICIENT_APP_SCOPE", "A public token can't do this")
        else:
            _check_scopes(token, scope)
        quota = int(self._switches.number("quota_per_minute"))
        self._raise_if_limited(self._calls.acquire(token["token"], quota))
        return store

    def is_public(self) -> bool:
        """Return whether this call has a public token."""
        return self._given_token().startswith(public_token.PUBLIC_PREFIX)

    def token(self, store_id: int) -> sqlite3.Row:
        """Return the token of this call; raise ApiError if the token isn't valid for the store."""
        given = self._given_token()
        token = self._stores.token(given, store_id)
        if token is None:
            with self._lock:
                self.dead_token_counts[store_id, given] += 1
            raise self._dead_token_error(given)
        return token

    def _given_token(self) -> str:
        # Source (documented): Ecwid's notice: no token in the query string since 2025-03-20.
        header = request.headers.get("Authorization", "")
        if header.startswith("Bearer "):
            return header.removeprefix("Bearer ")
        if self._switches.is_on("legacy_query_token"):
            return request.args.get("token", "")
        return ""

    def _dead_token_error(self, token: str) -> ApiError:
        """Return the 403 for a dead token; raise a 429 if the caller is blocked."""
        wait_s = self._dead_tokens.acquire(
            request.remote_addr or "",
            token,
            quota=int(self._switches.number("dead_token_quota")),
            total=int(self._switches.number("dead_token_total")),
            block_s=self._switches.number("dead_token_block_s"),
        )
        self._raise_if_limited(wait_s)
        if self._switches.is_on("forbidden_body"):
            return api_error(403, "INVALID_API_TOKEN", "Token doesn't exist")
        return ApiError(Response("", 403, headers={"Content-Length": "0"}))

    def _check_plan(self, store: sqlite3.Row, path: str) -> None:
        # Source (documented): REST docs, "Errors", STORE_IS_SUSPENDED; older REST docs: the
        # text of the 402 without API.
        if store["suspended"]:
            raise api_error(402, "STORE_IS_SUSPENDED", "The store is suspended")
        if "API" in self._stores.features(store):
            return
        if path != "/profile" or self._switches.text("free_plan") == "402":
            raise api_error(
                402, "NOT_AVAILABLE_ON_CURRENT_PLAN", "Please upgrade your account to access API"
            )

    def _raise_if_limited(self, wait_s: float) -> None:
        if wait_s > 0:
            error = api_error(429, "RATE_LIMITED", "Too many requests")
            error.response.headers["Retry-After"] = str(math.ceil(wait_s))
            raise error


def _check_scopes(token: sqlite3.Row, scopes: str | None) -> None:
    """Raise ApiError if a token lacks one of the scopes, which are separated by spaces."""
    granted = token["scopes"].split()
    for needed in (scopes or "").split():
        if needed not in granted:
            raise api_error(403, "INSUFFICIENT_APP_SCOPE", f"The app needs the scope {needed}")
