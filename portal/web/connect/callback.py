"""Finish a connect attempt after Ecwid's callback, or explain why it failed."""

from __future__ import annotations

import structlog
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal.ecwid.errors import EcwidError
from portal.errors import PortalError, RecordError
from portal.errors.connect import ConsentError, ConsentStateError, ErasureInProgressError
from portal.models import Membership, Merchant, Onboarding, StoreState
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.connection.connect_link_tokens import link_token
from portal.services.connection.connect_store import ConnectResult, connect_store
from portal.services.connection.exchange_code import exchange_code
from portal.services.connection.onboarding import (
    record_consent,
    record_failure,
    start_onboarding,
)
from portal.web.connect.attempts import ConnectAttempt, KeptAttempt
from portal.web.connect.channel_request import finish_link
from portal.web.connect.claim_tokens import (
    TakenGrant,
    park_in_browser,
    return_waiting_grant,
    waiting_grant,
)
from portal.web.connect.failure_pages import (
    CONSENT_LOOP,
    failure_page_of,
    failure_page_of_outcome,
    render_failure,
)
from portal.web.connect.start import consent_start_url
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.security_events import note_security_event

log = structlog.get_logger(__name__)


def finish_connect(code: str, store_id: int | None, attempt: ConnectAttempt) -> ResponseReturnValue:
    """Exchange the code for a token and connect the token's store."""
    runtime = current_runtime()
    try:
        token = exchange_code(runtime, code, store_id)
        onboarding = _onboarding_of(attempt)
        if onboarding is not None:
            record_consent(onboarding)
        outcome = connect_store(
            runtime, signed_in_merchant(), token, store_id, expected_store_id=attempt.store_id
        )
    except (ConsentError, EcwidError, RecordError) as error:
        return connect_failed(error, attempt)
    return _respond(outcome, attempt)


def park_install(
    code: str, store_id: int | None, latest: KeptAttempt | None
) -> ResponseReturnValue:
    """Exchange the code of a callback without ``state`` at once, and park its token.

    ``latest`` is the attempt of this browser that it may belong to.
    """
    try:
        park_in_browser(exchange_code(current_runtime(), code, store_id), store_id, latest)
    except ConsentError as error:
        return connect_failed(error, None)
    confirm = url_for("connect.confirm")
    if current_user.is_authenticated:
        return redirect(confirm, 303)
    flash(_("The app is installed. Sign in or create an account to connect your store."), "info")
    return redirect(url_for("accounts.sign_in", next=confirm), 303)


def claim_install(taken: TakenGrant) -> ResponseReturnValue:
    """Connect the store of a parked grant; park the grant again if it may be usable later."""
    merchant, token = signed_in_merchant(), taken.token
    attempt = taken.attempt or _new_attempt(merchant, token.store_id)
    onboarding = _onboarding_of(attempt)
    if onboarding is not None:
        record_consent(onboarding)
    try:
        outcome = connect_store(
            current_runtime(), merchant, token, None, expected_store_id=attempt.store_id
        )
    except (ConsentError, EcwidError, RecordError) as error:
        if not (error.retryable or isinstance(error, ErasureInProgressError)):
            return connect_failed(error, attempt)
        return_waiting_grant(token, taken.claim_token)
        return connect_failed(error, attempt, retry_url=url_for("connect.claim"))
    return _respond(outcome, attempt, is_form=True)


def _new_attempt(merchant: Merchant, store_id: int) -> ConnectAttempt:
    is_own_store = Membership.store_of(merchant, store_id) is not None
    return ConnectAttempt(start_onboarding(merchant, store_id if is_own_store else None).id, None)


def _respond(
    outcome: ConnectResult, attempt: ConnectAttempt, *, is_form: bool = False
) -> ResponseReturnValue:
    """Finish the onboarding and show the store, or explain why it doesn't work.

    After a form the merchant gets back to the channel of a link by one more click: the content
    policy applies to redirects after a form.
    """
    if not outcome.is_working and outcome.state is not StoreState.CONNECTING:
        return _connect_blocked(outcome, attempt)
    onboarding = _onboarding_of(attempt)
    if onboarding is not None:
        address = finish_link(onboarding, outcome.store_id)
        if address is not None and is_form:
            token = link_token(current_runtime().settings.secret_keys, onboarding)
            address = url_for("connect.onboarding_guide", token=token)
        if address is not None:
            return redirect(address, 303)
    flash_connected(outcome)
    if waiting_grant() is not None:
        return redirect(url_for("connect.confirm"), 303)
    return redirect(url_for("stores.show", store_id=outcome.store_id), 303)


def flash_connected(outcome: ConnectResult) -> None:
    """Show on the next page that the store is connected, and what happens now."""
    if outcome.state is StoreState.CONNECTING:
        flash(
            _("You allowed access. We can't read the store in Ecwid yet, but we'll keep trying."),
            "info",
        )
    elif outcome.is_reconnect:
        flash(_("Store reconnected. We are catching up on changes now."), "success")
    else:
        flash(_("Store connected. Your catalog is importing now."), "success")


def connect_failed(
    error: PortalError, attempt: ConnectAttempt | None, *, retry_url: str | None = None
) -> ResponseReturnValue:
    """Explain why connecting failed, and record the reason for operators.

    Trying again leads to ``retry_url``, or else to Ecwid's consent page.
    """
    log.warning("connect.failed", error=type(error).__name__, problem=str(error))
    if isinstance(error, ConsentStateError):
        note_security_event(SecurityEventKind.STATE_REFUSED)
    failure = failure_page_of(error)
    onboarding = _onboarding_of(attempt)
    if onboarding is not None:
        record_failure(onboarding, failure.page)
    store_id = None if attempt is None else attempt.store_id
    retry_url = retry_url or consent_start_url(onboarding, store_id)
    return render_failure(failure, error=error, retry_url=retry_url)


def _connect_blocked(outcome: ConnectResult, attempt: ConnectAttempt) -> ResponseReturnValue:
    failure, onboarding = failure_page_of_outcome(outcome), _onboarding_of(attempt)
    if onboarding is not None and record_failure(onboarding, failure.page):
        log.warning("connect.consent_loop", store=outcome.store_id, onboarding=onboarding.id)
        return render_failure(
            CONSENT_LOOP,
            outcome=outcome,
            restart_url=consent_start_url(onboarding, attempt.store_id, app_removed=1),
        )
    retry_url = consent_start_url(onboarding, attempt.store_id)
    return render_failure(failure, outcome=outcome, retry_url=retry_url)


def _onboarding_of(attempt: ConnectAttempt | None) -> Onboarding | None:
    if attempt is None:
        return None
    found: Onboarding | None = Onboarding.get_or_none(Onboarding.id == attempt.onboarding_id)
    return found
