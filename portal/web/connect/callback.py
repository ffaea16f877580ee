"""Finish a connect after Ecwid's callback, or explain why it failed."""

from __future__ import annotations

import structlog
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.ecwid.errors import EcwidError
from portal.errors import ConsentError, PortalError, RecordError
from portal.models import ConnectJourney, StoreState
from portal.services.connection.connect_store import ConnectOutcome, connect_store
from portal.services.connection.onboarding import finish_journey, note_obstacle
from portal.web.connect.attempts import Attempt
from portal.web.connect.failure_pages import (
    CONSENT_LOOP,
    failure_page_of,
    failure_page_of_outcome,
    render_failure,
)
from portal.web.connect.start import consent_address
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)


def finish_connect(code: str, store_id: int | None, attempt: Attempt) -> ResponseReturnValue:
    """Exchange the code for a token and connect the token's store."""
    runtime = current_runtime()
    try:
        token = runtime.oauth.exchange(code, store_id)
        outcome = connect_store(
            runtime, signed_in_merchant(), token, store_id, wanted_store_id=attempt.store_id
        )
    except (ConsentError, EcwidError, RecordError) as error:
        return connect_failed(error, attempt)
    if not outcome.is_working and outcome.state is not StoreState.CONNECTING:
        return _stopped(outcome, attempt)
    journey = _journey_of(attempt)
    if journey is not None:
        finish_journey(journey, outcome.store_id)
    if outcome.state is StoreState.CONNECTING:
        flash(
            _("You allowed access. Ecwid doesn't show us the store yet; we go on trying."), "info"
        )
    elif outcome.was_known:
        flash(
            _("The store is connected again. What changed meanwhile is being caught up."), "success"
        )
    else:
        flash(_("The store is connected. Its catalogue is on the way."), "success")
    return redirect(url_for("stores.show", store_id=outcome.store_id), 303)


def connect_failed(error: PortalError, attempt: Attempt | None) -> ResponseReturnValue:
    """Explain why connecting failed, and record the reason where operators see it."""
    log.warning("connect.failed", error=type(error).__name__, problem=str(error))
    failure = failure_page_of(error)
    journey = _journey_of(attempt)
    if journey is not None:
        note_obstacle(journey, failure.page)
    again = consent_address(attempt.store_id if attempt else None)
    return render_failure(failure, error=error, again=again)


def _stopped(outcome: ConnectOutcome, attempt: Attempt) -> ResponseReturnValue:
    failure, journey = failure_page_of_outcome(outcome), _journey_of(attempt)
    if journey is not None and note_obstacle(journey, failure.page):
        log.warning("connect.circle", store=outcome.store_id, journey=journey.id)
        return render_failure(
            CONSENT_LOOP, outcome=outcome, anew=consent_address(attempt.store_id, anew=1)
        )
    return render_failure(failure, outcome=outcome, again=consent_address(attempt.store_id))


def _journey_of(attempt: Attempt | None) -> ConnectJourney | None:
    if attempt is None:
        return None
    found: ConnectJourney | None = ConnectJourney.get_or_none(
        ConnectJourney.id == attempt.journey_id
    )
    return found
