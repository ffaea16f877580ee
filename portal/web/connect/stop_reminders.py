"""Page that stops the reminders of a connect link; it needs no account."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.services.connection.connect_link_tokens import onboarding_by_stop_token
from portal.services.connection.remind_invitees import stop_reminders
from portal.web.connect.blueprint import blueprint
from portal.web.connect.guide import language_of
from portal.web.limits import CONNECT_BY_ADDRESS, limiter
from portal.web.runtime import current_runtime


@blueprint.get("/stop/<token>")
@limiter.limit(CONNECT_BY_ADDRESS)
def confirm_stop(token: str) -> ResponseReturnValue:
    """Ask whether to stop the reminders, because mail scanners open links, too."""
    onboarding = onboarding_by_stop_token(current_runtime().settings.secret_keys, token)
    if onboarding is None:
        return render_template("connect/link_invalid.html", why="unknown"), 410
    with language_of(onboarding):
        return render_template(
            "connect/stop_reminders.html",
            token=token,
            is_stopped=onboarding.reminders_stopped_at is not None,
        )


@blueprint.post("/stop/<token>")
@limiter.limit(CONNECT_BY_ADDRESS)
def stop_link_reminders(token: str) -> ResponseReturnValue:
    """Stop the reminders; mail programs send this request, too (List-Unsubscribe-Post)."""
    onboarding = onboarding_by_stop_token(current_runtime().settings.secret_keys, token)
    if onboarding is None:
        return render_template("connect/link_invalid.html", why="unknown"), 410
    stop_reminders(onboarding)
    with language_of(onboarding):
        return render_template("connect/stop_reminders.html", token=token, is_stopped=True)
