"""Create, change, test and delete the channels of alerts."""

from __future__ import annotations

import structlog
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.models import AlertChannel, AlertMedium
from portal.services.alerts.channels import (
    add_channel,
    change_channel,
    channel_with_id,
    delete_channel,
    send_test_message,
)
from portal.web.account.views.one_time_secret import redirect_to_secret
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required
from portal.web.operator.alert_forms import ChannelForm, channel_form
from portal.web.operator.blueprint import blueprint
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)

TESTS_BY_ADDRESS = "12 per minute"


@blueprint.get("/alerts/channels/new")
@admin_required
def new_alert_channel() -> ResponseReturnValue:
    """Show the form for a new channel of the medium in the URL."""
    medium = _medium(request.args.get("medium", AlertMedium.MAIL))
    return _form_page(channel_form(medium))


@blueprint.post("/alerts/channels")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def make_alert_channel() -> ResponseReturnValue:
    """Create a channel; that of a signed webhook shows its secret once."""
    form = channel_form(_medium(request.form.get("medium", AlertMedium.MAIL)))
    if not form.validate():
        return _form_page(form), 422
    made = add_channel(
        current_runtime(), signed_in_merchant(), form.medium, form.channel_settings()
    )
    if made is None:
        flash(
            _("You've reached the maximum number of channels. Delete one that you don't use."),
            "error",
        )
    elif made.secret is not None:
        return redirect_to_secret("alert-secret", [made.secret], name=made.channel.name)
    else:
        flash(_("Channel added. Send a test message to check that it works."), "success")
    return redirect(url_for("operator.alerts"), 303)


@blueprint.get("/alerts/channels/<key:channel_id>/edit")
@admin_required
def edit_alert_channel(channel_id: int) -> ResponseReturnValue:
    """Show the form that changes a channel."""
    channel = _channel_or_404(channel_id)
    return _form_page(channel_form(AlertMedium(channel.medium), channel), channel)


@blueprint.post("/alerts/channels/<key:channel_id>/edit")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def change_alert_channel(channel_id: int) -> ResponseReturnValue:
    """Change a channel; an empty URL keeps the present one."""
    channel = _channel_or_404(channel_id)
    form = channel_form(AlertMedium(channel.medium), channel)
    if not form.validate():
        return _form_page(form, channel), 422
    change_channel(current_runtime(), signed_in_merchant(), channel, form.channel_settings())
    flash(_("Saved."), "success")
    return redirect(url_for("operator.alerts"), 303)


@blueprint.post("/alerts/channels/<key:channel_id>/test")
@admin_required
@limiter.limit(TESTS_BY_ADDRESS)
def test_alert_channel(channel_id: int) -> ResponseReturnValue:
    """Have the daemon send a test message; the list of deliveries shows its result."""
    send_test_message(current_runtime(), signed_in_merchant(), _channel_or_404(channel_id))
    flash(_("Test message sent. Reload this page to see the result."), "info")
    return redirect(url_for("operator.alert_deliveries"), 303)


@blueprint.get("/alerts/channels/<key:channel_id>/delete")
@admin_required
def confirm_alert_channel_deletion(channel_id: int) -> ResponseReturnValue:
    """Ask for confirmation before a channel and its deliveries are deleted."""
    return render_template(
        "operator/alert_channel_delete.html", channel=_channel_or_404(channel_id)
    )


@blueprint.post("/alerts/channels/<key:channel_id>/delete")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def delete_alert_channel(channel_id: int) -> ResponseReturnValue:
    """Delete a channel and its deliveries."""
    delete_channel(signed_in_merchant(), _channel_or_404(channel_id))
    log.info("alert_channel.deleted", channel=channel_id, operator=signed_in_merchant().id)
    flash(_("Channel deleted."), "info")
    return redirect(url_for("operator.alerts"), 303)


def _channel_or_404(channel_id: int) -> AlertChannel:
    channel = channel_with_id(channel_id)
    if channel is None:
        abort(404)
    return channel


def _medium(text: str) -> AlertMedium:
    """Return the chosen medium; respond with 404 if there is no such medium."""
    if text not in set(AlertMedium):
        abort(404)
    return AlertMedium(text)


def _form_page(form: ChannelForm, channel: AlertChannel | None = None) -> str:
    return render_template("operator/alert_channel.html", form=form, channel=channel)
