"""Pages that explain why connecting a store failed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from portal.ecwid.errors import EcwidError
from portal.errors import PortalError, RecordError
from portal.errors.connect import (
    ConsentDeniedError,
    ConsentStateError,
    CustomAppTokenError,
    ErasureInProgressError,
    StoreMismatchError,
    StoreOwnedElsewhereError,
    TokenResponseError,
    WrongStoreError,
)
from portal.models import StoreState
from portal.services.connection.connect_store import ConnectResult


@dataclass(frozen=True)
class FailurePage:
    """Template below ``templates/connect/`` and the status of the response."""

    page: str
    status: int


_OF_ERROR: tuple[tuple[type[PortalError], FailurePage], ...] = (
    (ConsentDeniedError, FailurePage("denied", 403)),
    (ConsentStateError, FailurePage("state_mismatch", 400)),
    (CustomAppTokenError, FailurePage("custom_token_refused", 422)),
    (StoreMismatchError, FailurePage("store_mismatch", 400)),
    (WrongStoreError, FailurePage("another_store", 409)),
    (ErasureInProgressError, FailurePage("erasing", 409)),
    (StoreOwnedElsewhereError, FailurePage("taken", 409)),
    (TokenResponseError, FailurePage("token_refused", 502)),
    (RecordError, FailurePage("profile_refused", 502)),
    (EcwidError, FailurePage("profile_refused", 502)),
)

_OF_STATE = {
    StoreState.ACTION_REQUIRED: FailurePage("scopes_missing", 422),
    StoreState.PLAN_BLOCKED: FailurePage("plan_blocked", 422),
    StoreState.SUSPENDED: FailurePage("suspended", 422),
}

_UNREACHABLE = FailurePage("unreachable", 503)
CONSENT_LOOP = FailurePage("consent_loop", 409)


def failure_page_of(error: PortalError) -> FailurePage:
    """Return the page for an error; all errors that a retry can solve share one page."""
    if error.retryable:
        return _UNREACHABLE
    return next(page for kind, page in _OF_ERROR if isinstance(error, kind))


def failure_page_of_outcome(outcome: ConnectResult) -> FailurePage:
    """Return the page for a store that was connected but does not work."""
    return _OF_STATE[outcome.state]


def custom_app_failure_page(outcome: ConnectResult) -> FailurePage:
    """Return the page for a custom app's token that can't work."""
    if outcome.state is StoreState.ACTION_REQUIRED:
        return FailurePage("custom_scopes_missing", 422)
    return failure_page_of_outcome(outcome)


def render_failure(failure: FailurePage, **context: object) -> tuple[str, int]:
    """Return the page that explains why connecting failed, and its status."""
    return render_template(f"connect/{failure.page}.html", **context), failure.status
