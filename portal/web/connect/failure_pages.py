"""Pages that explain why connecting a store failed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from portal.ecwid.errors import EcwidError
from portal.errors import (
    AnotherStoreError,
    ConsentDeniedError,
    ConsentStateError,
    PortalError,
    RecordError,
    StoreErasingError,
    StoreMismatchError,
    StoreTakenError,
    TokenAnswerError,
)
from portal.models import StoreState
from portal.services.connection.connect_store import ConnectOutcome


@dataclass(frozen=True)
class FailurePage:
    """Template below ``templates/connect/``, and the status of the response."""

    page: str
    status: int


_OF_ERROR: tuple[tuple[type[PortalError], FailurePage], ...] = (
    (ConsentDeniedError, FailurePage("denied", 403)),
    (ConsentStateError, FailurePage("foreign", 400)),
    (StoreMismatchError, FailurePage("mismatch", 400)),
    (AnotherStoreError, FailurePage("another_store", 409)),
    (StoreErasingError, FailurePage("erasing", 409)),
    (StoreTakenError, FailurePage("taken", 409)),
    (TokenAnswerError, FailurePage("token_refused", 502)),
    (RecordError, FailurePage("profile_refused", 502)),
    (EcwidError, FailurePage("profile_refused", 502)),
)

_OF_STATE = {
    StoreState.ACTION_REQUIRED: FailurePage("scopes_missing", 422),
    StoreState.PLAN_BLOCKED: FailurePage("plan_blocked", 422),
    StoreState.SUSPENDED: FailurePage("suspended", 422),
}

_UNREACHABLE = FailurePage("unreachable", 503)
CONSENT_LOOP = FailurePage("circle", 409)


def failure_page_of(error: PortalError) -> FailurePage:
    """Return the page for an error; all errors that a retry can solve share one page."""
    if error.retryable:
        return _UNREACHABLE
    return next(page for kind, page in _OF_ERROR if isinstance(error, kind))


def failure_page_of_outcome(outcome: ConnectOutcome) -> FailurePage:
    """Return the page for a store that was connected but does not work."""
    return _OF_STATE[outcome.state]


def render_failure(failure: FailurePage, **context: object) -> tuple[str, int]:
    """Return the page that explains why connecting failed, and its status."""
    return render_template(f"connect/{failure.page}.html", **context), failure.status
