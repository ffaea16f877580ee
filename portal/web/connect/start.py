"""Redirect merchants to Ecwid's consent page unless they are in a consent loop."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.models import Onboarding
from portal.rules.connection.connect_failures import is_consent_loop
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.services.connection.connect_link_tokens import link_token
from portal.services.connection.onboarding import record_redirect, reset_consent_loop
from portal.web.connect.attempts import ConnectAttempt, begin_attempt
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime


def redirect_to_consent(onboarding: Onboarding, store_id: int | None = None) -> ResponseReturnValue:
    """Redirect to the consent page; if ``store_id`` is given, only its consent is accepted.

    After two consents that left permissions out, the merchant must first confirm that they have
    removed the app at Ecwid. The confirmation is a query parameter.
    """
    settings = current_runtime().settings
    if not settings.ecwid_client_id:
        return render_template("connect/not_configured.html"), 503
    if is_consent_loop(onboarding.incomplete_consents):
        if "app_removed" not in request.args:
            restart_url = consent_start_url(onboarding, store_id, app_removed=1)
            return render_template("connect/consent_loop.html", restart_url=restart_url), 409
        reset_consent_loop(onboarding)
    record_redirect(onboarding)
    state = begin_attempt(signed_in_merchant().id, ConnectAttempt(onboarding.id, store_id))
    scopes = (*REQUIRED_NAMES, *settings.ecwid_extra_scopes)
    return redirect(current_runtime().oauth.consent_url(scopes=scopes, state=state), 303)


def consent_start_url(
    onboarding: Onboarding | None, store_id: int | None = None, **query: int
) -> str:
    """Return the URL that starts a consent for a known store or for a new one.

    A channel's link starts it again, because only the link is a consent to the channel. ``query``
    may contain the merchant's confirmation that they have removed the app at Ecwid.
    """
    if onboarding is not None and onboarding.channel_id is not None:
        token = link_token(current_runtime().settings.secret_keys, onboarding)
        return url_for("connect.accept_link", token=token, **query)  # type: ignore[arg-type]
    if store_id is None:
        return url_for("connect.start", **query)  # type: ignore[arg-type]
    return url_for("stores.start_reconnect", store_id=store_id, **query)  # type: ignore[arg-type]
