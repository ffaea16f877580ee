"""Tell for each way a connect can end badly which page explains it, and with which status."""

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
class Refusal:
    """Name a page under ``templates/connect/`` and the status it is answered with."""

    page: str
    status: int


_OF_ERROR: tuple[tuple[type[PortalError], Refusal], ...] = (
    (ConsentDeniedError, Refusal("denied", 403)),
    (ConsentStateError, Refusal("foreign", 400)),
    (StoreMismatchError, Refusal("mismatch", 400)),
    (AnotherStoreError, Refusal("another_store", 409)),
    (StoreErasingError, Refusal("erasing", 409)),
    (StoreTakenError, Refusal("taken", 409)),
    (TokenAnswerError, Refusal("token_refused", 502)),
    (RecordError, Refusal("profile_refused", 502)),
    (EcwidError, Refusal("profile_refused", 502)),
)

_OF_STATE = {
    StoreState.ACTION_REQUIRED: Refusal("scopes_missing", 422),
    StoreState.PLAN_BLOCKED: Refusal("plan_blocked", 422),
    StoreState.SUSPENDED: Refusal("suspended", 422),
}

_UNREACHABLE = Refusal("unreachable", 503)
CIRCLE = Refusal("circle", 409)


def refusal_of(error: PortalError) -> Refusal:
    """Return the page for an error; what a retry can mend has one page of its own."""
    if error.retryable:
        return _UNREACHABLE
    return next(refusal for kind, refusal in _OF_ERROR if isinstance(error, kind))


def refusal_of_outcome(outcome: ConnectOutcome) -> Refusal:
    """Return the page for a store that can't work as it is."""
    return _OF_STATE[outcome.state]


def refusal_page(refusal: Refusal, **told: object) -> tuple[str, int]:
    """Return the page and status that explain why connecting failed."""
    return render_template(f"connect/{refusal.page}.html", **told), refusal.status
