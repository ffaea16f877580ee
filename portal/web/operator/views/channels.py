"""The marketplace's channels: list and facts for all operators, changes for admins."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from redis import RedisError

from portal.models import Channel, utc_now
from portal.rules.api_keys.key_scopes import PURPOSES
from portal.rules.channels.channel_states import ChannelStatus
from portal.services.api_keys.channel_keys import keys_of_channel
from portal.services.channels.deprecated_calls import DeprecatedCalls, list_deprecated_calls
from portal.services.channels.manage_channels import (
    add_channel,
    change_channel,
    count_channel,
    count_stores,
    find_channel,
    set_alert_emails,
    set_channel_status,
)
from portal.services.operator.channel_facts import (
    links_of_channel,
    list_channel_rows,
    stores_of_channel,
)
from portal.services.outbound_webhooks.endpoints import endpoints_of_channel
from portal.web.channels.labels import CONSENT_LABELS
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required, operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.operator.channel_forms import ChannelForm, channel_form
from portal.web.operator.channel_labels import CHANNEL_STATUSES, KEY_MODES
from portal.web.operator.onboarding_labels import STATUSES as LINK_STATUSES
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime
from portal.web.undo import flash_with_undo

STATUS_AFTER = {"pause": ChannelStatus.PAUSED, "resume": ChannelStatus.ACTIVE}


@blueprint.get("/channels")
@operator_required
def channels() -> ResponseReturnValue:
    """List the channels, newest first."""
    page = list_channel_rows(after=id_param("after"), before=id_param("before"))

    def address(**place: int) -> str:
        return url_for("operator.channels", **place)  # type: ignore[arg-type]

    return render_template(
        "operator/channels.html",
        rows=page.rows,
        statuses=CHANNEL_STATUSES,
        earlier=address(before=page.earlier) if page.earlier else None,
        later=address(after=page.later) if page.later else None,
    )


@blueprint.get("/channels/<key:marketplace_id>")
@operator_required
def show_channel(marketplace_id: int) -> ResponseReturnValue:
    """Show a channel with its keys, endpoints, stores and connect links."""
    channel = channel_or_404(marketplace_id)
    stores = stores_of_channel(channel, after=id_param("after"), before=id_param("before"))

    def address(**place: int) -> str:
        return url_for("operator.show_channel", marketplace_id=channel.id, **place)  # type: ignore[arg-type]

    return render_template(
        "operator/channel.html",
        channel=channel,
        store_count=count_stores(channel),
        keys=keys_of_channel(channel),
        endpoints=list(endpoints_of_channel(channel)),
        consents=stores.rows,
        links=links_of_channel(channel),
        purposes=PURPOSES,
        statuses=CHANNEL_STATUSES,
        consent_labels=CONSENT_LABELS,
        link_statuses=LINK_STATUSES,
        key_modes=KEY_MODES,
        deprecated=_deprecated_calls(channel),
        now=utc_now(),
        earlier=address(before=stores.earlier) if stores.earlier else None,
        later=address(after=stores.later) if stores.later else None,
    )


@blueprint.get("/channels/new")
@admin_required
def new_channel() -> ResponseReturnValue:
    """Show the form for a new channel."""
    return _form_page(channel_form())


@blueprint.post("/channels/new")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def make_channel() -> ResponseReturnValue:
    """Add a channel."""
    form = channel_form()
    if not form.validate():
        return _form_page(form), 422
    channel = add_channel(form.channel_settings(), signed_in_merchant())
    flash(_("Channel added. Now create a key for it."), "success")
    return back_to(channel)


@blueprint.get("/channels/<key:marketplace_id>/edit")
@admin_required
def edit_channel(marketplace_id: int) -> ResponseReturnValue:
    """Show the form that changes a channel; there is none for a closed one."""
    channel = channel_or_404(marketplace_id)
    if channel.status == ChannelStatus.CLOSED:
        return refuse_closed(channel)
    return _form_page(channel_form(channel), channel)


@blueprint.post("/channels/<key:marketplace_id>/edit")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def change_channel_settings(marketplace_id: int) -> ResponseReturnValue:
    """Change the settings of a channel."""
    channel = channel_or_404(marketplace_id)
    form = channel_form(channel)
    if not form.validate():
        return _form_page(form, channel), 422
    if change_channel(channel, form.channel_settings(), signed_in_merchant()):
        flash(_("Saved."), "success")
        return back_to(channel)
    return refuse_closed(channel)


@blueprint.post("/channels/<key:marketplace_id>/<any(pause, resume):action>")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def pause_or_resume_channel(marketplace_id: int, action: str) -> ResponseReturnValue:
    """Refuse all keys of a channel and send it no events, or end this."""
    return _set_status(channel_or_404(marketplace_id), STATUS_AFTER[action])


@blueprint.post("/channels/<key:marketplace_id>/alert-emails/<any(on, off):switch>")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def switch_alert_emails(marketplace_id: int, switch: str) -> ResponseReturnValue:
    """Turn the emails about stores' issues to the contact of a channel on or off."""
    channel = channel_or_404(marketplace_id)
    if not set_alert_emails(channel, wanted=switch == "on", actor=signed_in_merchant()):
        return refuse_closed(channel)
    back = "off" if switch == "on" else "on"
    flash_with_undo(
        _("Saved."),
        _("Undo"),
        url_for(".switch_alert_emails", marketplace_id=channel.id, switch=back),
    )
    return back_to(channel)


@blueprint.get("/channels/<key:marketplace_id>/close")
@admin_required
def confirm_channel_closing(marketplace_id: int) -> ResponseReturnValue:
    """Ask for confirmation before a channel is closed for good, unless it is already."""
    channel = channel_or_404(marketplace_id)
    if channel.status == ChannelStatus.CLOSED:
        return refuse_closed(channel)
    return render_template(
        "operator/channel_closing.html", channel=channel, counts=count_channel(channel)
    )


@blueprint.post("/channels/<key:marketplace_id>/close")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def close_channel(marketplace_id: int) -> ResponseReturnValue:
    """Close a channel for good."""
    return _set_status(channel_or_404(marketplace_id), ChannelStatus.CLOSED)


def _deprecated_calls(channel: Channel) -> Sequence[DeprecatedCalls] | None:
    """Return the channel's use of deprecated parts of the API; None while Redis is unavailable."""
    try:
        return list_deprecated_calls(current_runtime(), channel.id)
    except RedisError:
        return None


def channel_or_404(channel_id: int) -> Channel:
    """Return a channel of the marketplace; respond with 404 if there is none with this ID."""
    channel = find_channel(channel_id)
    if channel is None:
        abort(404)
    return channel


def back_to(channel: Channel) -> ResponseReturnValue:
    """Redirect to the page of a channel."""
    return redirect(url_for("operator.show_channel", marketplace_id=channel.id), 303)


def refuse_closed(channel: Channel) -> ResponseReturnValue:
    """Redirect to the page of a channel, and say that a closed one can't be changed."""
    flash(_("This channel is closed and can't be changed."), "error")
    return back_to(channel)


def _set_status(channel: Channel, status: ChannelStatus) -> ResponseReturnValue:
    if set_channel_status(channel, status, signed_in_merchant()):
        _show_status(channel, status)
    else:
        label = CHANNEL_STATUSES[channel_or_404(channel.id).status].text
        flash(_("The channel's status is already: %(state)s.", state=label), "error")
    return back_to(channel)


def _show_status(channel: Channel, status: ChannelStatus) -> None:
    """Show the new status; a pause has a button that ends it."""
    if status is not ChannelStatus.PAUSED:
        flash(_("Saved."), "success")
        return
    back = url_for(".pause_or_resume_channel", marketplace_id=channel.id, action="resume")
    flash_with_undo(
        _("Channel paused. Its keys are refused until you resume it."), _("Resume"), back
    )


def _form_page(form: ChannelForm, channel: Channel | None = None) -> str:
    return render_template("operator/channel_form.html", form=form, channel=channel)
