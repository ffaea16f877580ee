"""Keys and endpoints of a channel of the marketplace: admins add keys, and end both."""

from __future__ import annotations

from flask import abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.models import ApiKey, Channel, KeyMode, WebhookEndpoint
from portal.rules.channels.channel_states import ChannelStatus
from portal.services.api_keys.channel_keys import add_key, find_channel_key, revoke_channel_key
from portal.services.api_keys.key_emails import email_new_key
from portal.services.outbound_webhooks.endpoints import delete_endpoint, endpoints_of_channel
from portal.web.account.views.one_time_secret import redirect_to_secret
from portal.web.accounts.fresh_password import fresh_password_required
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required
from portal.web.operator.blueprint import blueprint
from portal.web.operator.channel_forms import ChannelKeyForm
from portal.web.operator.views.channels import back_to, channel_or_404, refuse_closed
from portal.web.runtime import current_runtime

KEY = "/channels/<key:marketplace_id>/keys/<key:program_key_id>/revoke"
ENDPOINT = "/channels/<key:marketplace_id>/endpoints/<key:program_endpoint_id>/delete"


@blueprint.get("/channels/<key:marketplace_id>/keys/new")
@admin_required
def new_channel_key(marketplace_id: int) -> ResponseReturnValue:
    """Show the form for a new key of a channel; there is none for a closed one."""
    channel = channel_or_404(marketplace_id)
    if channel.status == ChannelStatus.CLOSED:
        return refuse_closed(channel)
    return _form_page(ChannelKeyForm(), marketplace_id)


def _form_page(form: ChannelKeyForm, marketplace_id: int) -> str:
    channel = channel_or_404(marketplace_id)
    return render_template("operator/channel_key_form.html", channel=channel, form=form)


@blueprint.post("/channels/<key:marketplace_id>/keys/new")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
@fresh_password_required(ChannelKeyForm, page=_form_page)
def make_channel_key(form: ChannelKeyForm, marketplace_id: int) -> ResponseReturnValue:
    """Add a key to a channel and show it once."""
    channel = channel_or_404(marketplace_id)
    if channel.status == ChannelStatus.CLOSED:
        return refuse_closed(channel)
    made = add_key(
        channel,
        form.name.data,
        form.scopes.data,
        mode=KeyMode(form.mode.data),
        limits=form.limits,
        actor=signed_in_merchant(),
    )
    if made is None:
        flash(_("This channel has the maximum number of keys. Revoke one first."), "error")
        return back_to(channel)
    email_new_key(current_runtime(), made, signed_in_merchant())
    place = url_for("operator.show_channel", marketplace_id=channel.id)
    return redirect_to_secret("channel-key", [made.text], name=made.key.name, back=place)


@blueprint.get(KEY)
@admin_required
def confirm_channel_key_revocation(marketplace_id: int, program_key_id: int) -> ResponseReturnValue:
    """Ask for confirmation before a key of a channel is revoked."""
    channel = channel_or_404(marketplace_id)
    return render_template(
        "operator/channel_key_revocation.html", channel=channel, key=_key(channel, program_key_id)
    )


@blueprint.post(KEY)
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def revoke_marketplace_key(marketplace_id: int, program_key_id: int) -> ResponseReturnValue:
    """Revoke a key of a channel at once."""
    channel = channel_or_404(marketplace_id)
    key = _key(channel, program_key_id)
    revoke_channel_key(channel, key.id, actor=signed_in_merchant())
    flash(_("Key “%(name)s” revoked.", name=key.name), "success")
    return back_to(channel)


@blueprint.get(ENDPOINT)
@admin_required
def confirm_channel_endpoint_deletion(
    marketplace_id: int, program_endpoint_id: int
) -> ResponseReturnValue:
    """Ask for confirmation before an endpoint of a channel and its deliveries are deleted."""
    channel = channel_or_404(marketplace_id)
    return render_template(
        "operator/channel_endpoint_deletion.html",
        channel=channel,
        endpoint=_endpoint(channel, program_endpoint_id),
    )


@blueprint.post(ENDPOINT)
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def delete_channel_endpoint(marketplace_id: int, program_endpoint_id: int) -> ResponseReturnValue:
    """Delete an endpoint of a channel and its deliveries."""
    channel = channel_or_404(marketplace_id)
    endpoint = _endpoint(channel, program_endpoint_id)
    delete_endpoint(current_runtime(), endpoint, signed_in_merchant())
    flash(_("Endpoint “%(name)s” deleted.", name=endpoint.name), "success")
    return back_to(channel)


def _key(channel: Channel, key_id: int) -> ApiKey:
    """Return a valid key of the channel; respond with 404 if it has no such key."""
    key = find_channel_key(channel, key_id)
    if key is None or key.revoked_at is not None:
        abort(404)
    return key


def _endpoint(channel: Channel, endpoint_id: int) -> WebhookEndpoint:
    endpoint: WebhookEndpoint | None = (
        endpoints_of_channel(channel).where(WebhookEndpoint.id == endpoint_id).first()
    )
    if endpoint is None:
        abort(404)
    return endpoint
