"""Security events of requests."""

from __future__ import annotations

from flask import request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from portal.models import Merchant, current_actor
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.security_events import record_security_event
from portal.web.runtime import current_runtime

_REFUSALS: dict[type[HTTPException], SecurityEventKind] = {
    CSRFError: SecurityEventKind.CSRF_REFUSED,
    TooManyRequests: SecurityEventKind.LIMIT_REACHED,
}


def note_security_event(
    kind: SecurityEventKind,
    merchant: Merchant | int | None = None,
    *,
    store_id: int | None = None,
) -> None:
    """Record an event of this request.

    ``merchant`` is the account or its id, by default that of the sender, if it is known.
    """
    account = merchant or _sender()
    record_security_event(
        current_runtime(),
        kind,
        merchant_id=account.id if isinstance(account, Merchant) else account,
        store_id=store_id,
        ip_address=request.remote_addr or "",
        endpoint=request.endpoint or "",
    )


def note_refusal(error: HTTPException) -> None:
    """Record a request that was refused before its view, if the reason is a security event.

    Calls of the API beyond a quota are none: programs send them by mistake, and refused keys count
    themselves.
    """
    kind = next((kind for type_, kind in _REFUSALS.items() if isinstance(error, type_)), None)
    if kind is not None and request.blueprint != "api":
        note_security_event(kind)


def _sender() -> Merchant | None:
    """Return the account of this request; the API reads no cookie."""
    if request.blueprint == "api":
        actor = current_actor()
        return None if actor is None else actor.merchant
    if not current_user.is_authenticated:
        return None
    merchant: Merchant = current_user.merchant
    return merchant
