"""Hold the tree of what can go wrong in a REST call of Ecwid; messages never name the token.

PortalError
└── EcwidError                a REST call failed
    ├── EcwidUnavailableError network trouble, a timeout or a 5xx (retryable)
    ├── EcwidRateLimitError   429 (retryable after a wait)
    ├── EcwidUnreadableError  the answer is no JSON of the expected shape (retryable)
    ├── EcwidTokenError       the token is dead, or looks so until confirmed
    ├── EcwidScopeError       the token lacks a scope for this call
    ├── EcwidPlanError        the store's plan doesn't include the call
    ├── EcwidSuspendedError   the store is suspended
    ├── EcwidFeatureError     the feature is switched off in this store
    ├── EcwidNotFoundError    the store or the entity doesn't exist
    ├── EcwidConflictError    the change collides with what the store has
    └── EcwidInvalidError     Ecwid calls the request malformed: our mistake
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.errors import PortalError


@dataclass(frozen=True)
class CallFacts:
    """Describe one REST call for an error message: which store, which call, what came back."""

    store_id: int
    method: str
    path: str
    status: int | None = None
    code: str | None = None
    request_id: str | None = None

    def __str__(self) -> str:
        """Return the facts in one line, without token and without query values."""
        response = "no answer" if self.status is None else f"HTTP {self.status}"
        code = f" {self.code}" if self.code else ""
        return f"store {self.store_id}: {self.method} {self.path}: {response}{code}"


class EcwidError(PortalError):
    """A REST call failed; ``facts`` tell which call and what came back, never the token."""

    def __init__(self, facts: CallFacts, message: str = "") -> None:
        super().__init__(f"{facts}: {message}" if message else str(facts))
        self.facts = facts
        self.message = message


class EcwidUnavailableError(EcwidError):
    """Ecwid couldn't be reached, took too long, or answered 5xx or 408."""

    retryable = True


class EcwidRateLimitError(EcwidError):
    """HTTP 429. Wait ``retry_after_s`` seconds before the next call for this store."""

    retryable = True

    def __init__(self, facts: CallFacts, retry_after_s: float) -> None:
        super().__init__(facts, f"wait {retry_after_s:g} s")
        self.retry_after_s = retry_after_s


class EcwidUnreadableError(EcwidError):
    """The answer is not JSON, was cut short, or hasn't the documented shape."""

    retryable = True


class EcwidTokenError(EcwidError):
    """HTTP 401 or 403 that means a dead token; confirm with ``GET /profile`` before acting."""


class EcwidScopeError(EcwidError):
    """HTTP 403 INSUFFICIENT_APP_SCOPE: the merchant must consent again."""


class EcwidPlanError(EcwidError):
    """HTTP 402: the plan doesn't include the API or this function."""


class EcwidSuspendedError(EcwidError):
    """HTTP 402 STORE_IS_SUSPENDED."""


class EcwidFeatureError(EcwidError):
    """HTTP 403 …_FEATURE_NOT_AVAILABLE: the function is off in this store."""


class EcwidNotFoundError(EcwidError):
    """HTTP 404: the store or the entity doesn't exist."""


class EcwidConflictError(EcwidError):
    """HTTP 409: the change collides with what the store has."""


# "Field OrderItem.quantity is absent", "Wrong parameter 'inStock' value: …".
_NAMED_FIELD = re.compile(r"(?:[Ff]ield|[Pp]arameter) '?([A-Za-z][\w.\[\]]*)'?")


class EcwidInvalidError(EcwidError):
    """HTTP 400, 405, 413, 415 or 422: Ecwid calls the request malformed."""

    @property
    def field(self) -> str | None:
        """Return the field or parameter that Ecwid's words name, or None."""
        found = _NAMED_FIELD.search(self.message)
        return found[1] if found else None
