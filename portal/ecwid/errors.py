"""Errors of Ecwid's REST API; their messages never contain the token.

PortalError
└── EcwidError                a REST call failed
    ├── EcwidUnavailableError network failure or 5xx (retryable)
    │   └── EcwidTimeoutError no response in time (retryable, but it may occupy a worker again)
    │       └── EcwidTooLargeError the response was too large to be read in time (retryable)
    ├── EcwidRateLimitError   429 (retryable after a wait)
    ├── EcwidUnreadableError  the response is not JSON of the expected shape (retryable)
    ├── EcwidTokenError       the token is dead, or suspect until verified
    ├── EcwidScopeError       the token lacks a scope for this call
    ├── EcwidPlanError        the store's plan doesn't include the call
    ├── EcwidSuspendedError   the store is paused or suspended
    ├── EcwidFeatureError     the feature is switched off in this store
    ├── EcwidNotFoundError    the store or the entity doesn't exist
    ├── EcwidConflictError    the change conflicts with the store's data
    └── EcwidInvalidError     Ecwid rejects the request as malformed: a bug of the portal
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.errors import PortalError


@dataclass(frozen=True)
class CallFacts:
    """Facts about one REST call for error messages and logs: store, request and response."""

    store_id: int
    method: str
    path: str
    status: int | None = None
    code: str | None = None
    request_id: str | None = None

    def __str__(self) -> str:
        """Return the facts in one line, without the token and without query values."""
        response = "no answer" if self.status is None else f"HTTP {self.status}"
        code = f" {self.code}" if self.code else ""
        return f"store {self.store_id}: {self.method} {self.path}: {response}{code}"


class EcwidError(PortalError):
    """A REST call failed; ``facts`` describes the call and its response, without the token."""

    def __init__(self, facts: CallFacts, message: str = "") -> None:
        super().__init__(f"{facts}: {message}" if message else str(facts))
        self.facts = facts
        self.message = message


class EcwidUnavailableError(EcwidError):
    """Ecwid is unreachable, took too long, or returned 5xx or 408."""

    retryable = True


class EcwidTimeoutError(EcwidUnavailableError):
    """No response in time: each further call may take as long, so background work waits longer."""


class EcwidTooLargeError(EcwidTimeoutError):
    """A good response began but was too long, or took too long: ask for fewer records at once."""


class EcwidRateLimitError(EcwidError):
    """HTTP 429: wait ``retry_after_s`` seconds before the next call for this store."""

    retryable = True

    def __init__(self, facts: CallFacts, retry_after_s: float) -> None:
        super().__init__(facts, f"wait {retry_after_s:g} s")
        self.retry_after_s = retry_after_s


class EcwidUnreadableError(EcwidError):
    """The response is not JSON, is incomplete, or doesn't have the documented shape."""

    retryable = True


class EcwidTokenError(EcwidError):
    """HTTP 401 or 403 that suggests a dead token; verify it with ``GET /profile`` before acting."""


# Matches names of scopes, such as read_catalog or update_store_profile.
_NAMED_SCOPE = re.compile(r"\b(?:read|create|update|delete)_[a-z][a-z_]*\b")


class EcwidScopeError(EcwidError):
    """HTTP 403 INSUFFICIENT_APP_SCOPE: the merchant must consent again."""

    @property
    def scope(self) -> str | None:
        """Name of the scope that Ecwid's message names, or None."""
        found = _NAMED_SCOPE.search(self.message)
        return found[0] if found else None


class EcwidPlanError(EcwidError):
    """HTTP 402: the plan doesn't include the API or this function."""


class EcwidSuspendedError(EcwidError):
    """HTTP 402 STORE_IS_SUSPENDED: suspended by Ecwid, or paused by the merchant."""


class EcwidFeatureError(EcwidError):
    """HTTP 403 …_FEATURE_NOT_AVAILABLE: the feature is switched off in this store."""


class EcwidNotFoundError(EcwidError):
    """HTTP 404: the store or the entity doesn't exist."""


class EcwidConflictError(EcwidError):
    """HTTP 409: the change conflicts with the store's data."""


# Matches messages such as "Field OrderItem.quantity is absent" and "Wrong parameter 'inStock'
# value: …".
_NAMED_FIELD = re.compile(r"(?:[Ff]ield|[Pp]arameter) '?([A-Za-z][\w.\[\]]*)'?")  # codespell:ignore


class EcwidInvalidError(EcwidError):
    """HTTP 400, 405, 413, 415 or 422: Ecwid rejects the request as malformed."""

    @property
    def field(self) -> str | None:
        """Field or parameter that Ecwid's message names, or None."""
        found = _NAMED_FIELD.search(self.message)
        return found[1] if found else None
