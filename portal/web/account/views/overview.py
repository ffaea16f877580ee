"""Overview of the account and the browsers in which the merchant is signed in."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required

from portal.services.accounts.browser_sessions import (
    MAX_SESSIONS,
    browser_sessions_of,
    sign_out_browser,
)
from portal.services.accounts.change_email import pending_email_change
from portal.services.accounts.earlier_access import sign_out_other_browsers
from portal.services.api_keys.suspend_keys import count_valid_keys, suspend_keys
from portal.web.account.blueprint import blueprint
from portal.web.accounts.forms import SignOutForm
from portal.web.browser_names import browser_name
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant, this_session_id


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """Show email address, password, second factor and sessions."""
    merchant = signed_in_merchant()
    return render_template(
        "account/index.html",
        has_factor=current_user.has_second_factor,
        change=pending_email_change(merchant),
        sessions=browser_sessions_of(merchant),
        sessions_shown=MAX_SESSIONS,
        this_session_id=this_session_id(),
        browser_name=browser_name,
        sign_out_form=SignOutForm(),
        has_keys=count_valid_keys(merchant) > 0,
    )


@blueprint.post("/sessions/<key:session_id>/end")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign the merchant out of one browser."""
    if not sign_out_browser(signed_in_merchant(), session_id):
        abort(404)
    flash(_("That device was signed out."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/sessions/end-others")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def end_other_sessions() -> ResponseReturnValue:
    """Sign the merchant out of every browser except this one."""
    merchant, form = signed_in_merchant(), SignOutForm()
    ended = sign_out_other_browsers(merchant, except_id=this_session_id())
    text = ngettext(
        "%(num)s other device was signed out.", "%(num)s other devices were signed out.", ended
    )
    flash(text, "success")
    if form.suspend_keys.data:
        count = suspend_keys(merchant)
        flash(
            ngettext("%(num)s API key was suspended.", "%(num)s API keys were suspended.", count),
            "info",
        )
    return redirect(url_for(".index"), 303)
