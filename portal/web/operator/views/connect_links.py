"""Create, mail, renew and withdraw connect links."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.models import Onboarding
from portal.services.connection.connect_link_emails import MailRefusal, mail_link
from portal.services.connection.connect_links import create_link, renew_link, withdraw_link
from portal.services.connection.remind_invitees import stop_reminders
from portal.services.operator.list_onboardings import find_onboarding
from portal.web.label import Text
from portal.web.limits import (
    CONNECT_LINK_EMAILS_BY_OPERATOR,
    CONTROL_BY_ADDRESS,
    limiter,
    merchant_key,
)
from portal.web.login import signed_in_merchant
from portal.web.operator.access import operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.operator.connect_link_form import ConnectLinkForm
from portal.web.operator.views.onboarding import onboarding_page
from portal.web.runtime import current_runtime

REFUSALS: dict[MailRefusal, Text] = {
    MailRefusal.NO_ADDRESS: _l("This link has no email address. Create a new link with one."),
    MailRefusal.NOT_OPEN: _l("This link can no longer be used. Renew it or create a new one."),
    MailRefusal.TOO_SOON: _l("This link was just emailed. Wait 10 minutes."),
}


@blueprint.post("/onboarding")
@operator_required
@limiter.limit(CONTROL_BY_ADDRESS)
def create_invite_link() -> ResponseReturnValue:
    """Create a link and show its page, where it can be copied and mailed."""
    form = ConnectLinkForm()
    if not form.validate():
        return onboarding_page(form), 422
    onboarding = create_link(
        signed_in_merchant(),
        form.label.data,
        email=form.email.data,
        locale=form.locale.data,
        note=form.note.data,
    )
    flash(_("Link created. Copy it or email it."), "success")
    return _page_of(onboarding.id)


@blueprint.post("/onboarding/<key:onboarding_id>/mail")
@operator_required
@limiter.limit(CONNECT_LINK_EMAILS_BY_OPERATOR, key_func=merchant_key)
def mail_connect_link(onboarding_id: int) -> ResponseReturnValue:
    """Have the daemon mail the link to the merchant."""
    onboarding = _onboarding_or_404(onboarding_id)
    refusal = mail_link(current_runtime(), onboarding, signed_in_merchant())
    if refusal is None:
        flash(_("The email will be sent within a minute."), "success")
    else:
        flash(str(REFUSALS[refusal]), "warn")
    return _page_of(onboarding_id)


@blueprint.post("/onboarding/<key:onboarding_id>/renew")
@operator_required
@limiter.limit(CONTROL_BY_ADDRESS)
def renew_connect_link(onboarding_id: int) -> ResponseReturnValue:
    """Give an unclaimed link a new expiry."""
    if not renew_link(onboarding_id, signed_in_merchant()):
        abort(404)
    flash(_("Link renewed for two weeks."), "success")
    return _page_of(onboarding_id)


@blueprint.post("/onboarding/<key:onboarding_id>/stop-reminders")
@operator_required
@limiter.limit(CONTROL_BY_ADDRESS)
def stop_invitee_reminders(onboarding_id: int) -> ResponseReturnValue:
    """Send the merchant no more reminders."""
    stop_reminders(_onboarding_or_404(onboarding_id), signed_in_merchant())
    flash(_("Reminders stopped."), "info")
    return _page_of(onboarding_id)


@blueprint.post("/onboarding/<key:onboarding_id>/withdraw")
@operator_required
@limiter.limit(CONTROL_BY_ADDRESS)
def withdraw_onboarding(onboarding_id: int) -> ResponseReturnValue:
    """Withdraw an unfinished onboarding; its link no longer works."""
    if not withdraw_link(onboarding_id, signed_in_merchant()):
        abort(404)
    flash(_("Invitation canceled. Its link no longer works."), "info")
    return redirect(url_for("operator.onboarding_list"), 303)


def _onboarding_or_404(onboarding_id: int) -> Onboarding:
    onboarding = find_onboarding(onboarding_id)
    if onboarding is None:
        abort(404)
    return onboarding


def _page_of(onboarding_id: int) -> ResponseReturnValue:
    return redirect(url_for("operator.show_onboarding", onboarding_id=onboarding_id), 303)
