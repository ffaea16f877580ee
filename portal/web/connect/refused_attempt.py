"""Last attempt to connect a store that failed: why, and what to do next.

The list of stores shows it until the store is connected, or the merchant dismisses it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.rules.connection.connect_failures import FAILURE_REASONS, is_consent_loop
from portal.services.connection.onboarding import dismiss_refused, refused_onboarding
from portal.web.connect.blueprint import blueprint
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.stores.ecwid_pages import billing_page

_CUSTOM_APP_REASONS = frozenset({"custom_token_refused", "custom_scopes_missing"})


@dataclass(frozen=True)
class RefusedAttempt:
    """Reason of the failure, the page to try again, and Ecwid's page that solves it, if any."""

    reason: str
    retry_text: str
    retry_url: str
    is_retry_post: bool
    billing_url: str | None


def refused_attempt() -> RefusedAttempt | None:
    """Return the signed-in merchant's last failed attempt, or None."""
    found = refused_onboarding(signed_in_merchant())
    known = FAILURE_REASONS.get(found.failure_reason or "") if found else None
    if found is None or known is None:
        return None
    is_custom_app = found.failure_reason in _CUSTOM_APP_REASONS
    is_loop = is_consent_loop(found.incomplete_consents)
    retry_url = url_for("connect.start", app_removed=1 if is_loop else None)
    return RefusedAttempt(
        reason=_(known.merchant_text),
        retry_text=_("I've removed it, try again") if is_loop else _("Try again"),
        retry_url=url_for("connect.custom_app_form") if is_custom_app else retry_url,
        is_retry_post=not is_custom_app,
        billing_url=billing_page() if found.failure_reason == "plan_blocked" else None,
    )


@blueprint.post("/dismiss")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def dismiss_attempt() -> ResponseReturnValue:
    """Stop showing the failed attempt."""
    if dismiss_refused(signed_in_merchant()):
        flash(_("Dismissed. You can connect a store any time."), "info")
    return redirect(url_for("stores.index"), 303)
