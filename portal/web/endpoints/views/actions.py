"""Pause, turn on, test and delete an endpoint, and rotate its secret."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.jobs import DELIVER_WEBHOOKS
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbound_webhooks.endpoints import (
    delete_endpoint,
    pause_endpoint,
    rotate_secret,
    turn_on_endpoint,
)
from portal.services.outbound_webhooks.send_test_event import send_test_event
from portal.web.endpoints.access import get_endpoint_or_404
from portal.web.endpoints.blueprint import blueprint
from portal.web.endpoints.new_secret import show_once
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    TEST_EVENTS_BY_ENDPOINT,
    limiter,
    merchant_key,
)
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.undo import flash_with_undo


def tests_key() -> str:
    """Return the rate limit key of test events: the merchant with the endpoint."""
    return f"{merchant_key()} endpoint {(request.view_args or {})['endpoint_id']}"


@blueprint.post("/<key:endpoint_id>/pause")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def pause(endpoint_id: int) -> ResponseReturnValue:
    """Pause deliveries to an endpoint."""
    endpoint = get_endpoint_or_404(endpoint_id)
    if pause_endpoint(endpoint, signed_in_merchant()):
        flash_with_undo(
            _("Paused. We keep webhooks for up to 3 days and send them when you turn it on."),
            _("Turn on"),
            url_for("endpoints.turn_on", endpoint_id=endpoint.id),
        )
    return redirect(url_for("endpoints.show", endpoint_id=endpoint.id), 303)


@blueprint.post("/<key:endpoint_id>/on")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def turn_on(endpoint_id: int) -> ResponseReturnValue:
    """Turn an endpoint on; waiting deliveries are sent immediately."""
    endpoint = get_endpoint_or_404(endpoint_id)
    if turn_on_endpoint(endpoint, signed_in_merchant()):
        current_runtime().wake(DELIVER_WEBHOOKS, at_front=True)
        flash(_("Turned on. We're sending the pending webhooks now."), "info")
    return redirect(url_for("endpoints.show", endpoint_id=endpoint.id), 303)


@blueprint.post("/<key:endpoint_id>/rotate")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def rotate(endpoint_id: int) -> ResponseReturnValue:
    """Replace an endpoint's secret and show it once."""
    made = rotate_secret(current_runtime(), get_endpoint_or_404(endpoint_id), signed_in_merchant())
    if made is None:
        abort(404)
    return show_once(made)


@blueprint.post("/<key:endpoint_id>/test")
@login_required
@limiter.limit(TEST_EVENTS_BY_ENDPOINT, key_func=tests_key)
def test(endpoint_id: int) -> ResponseReturnValue:
    """Queue a test event of the chosen type, and show how it goes on."""
    endpoint = get_endpoint_or_404(endpoint_id)
    chosen = request.form.get("type", OutboundEventType.PING.value)
    if chosen not in set(OutboundEventType):
        abort(422)
    event_type = OutboundEventType(chosen)
    sent = send_test_event(current_runtime(), endpoint, event_type, signed_in_merchant())
    if sent is None:
        abort(404)
    place = url_for("endpoints.delivery", endpoint_id=endpoint.id, delivery_id=sent.id)
    return redirect(place, 303)


@blueprint.get("/<key:endpoint_id>/delete")
@login_required
def confirm_deletion(endpoint_id: int) -> ResponseReturnValue:
    """Ask for confirmation before an endpoint and its deliveries are deleted."""
    return render_template("endpoints/delete.html", endpoint=get_endpoint_or_404(endpoint_id))


@blueprint.post("/<key:endpoint_id>/delete")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def delete(endpoint_id: int) -> ResponseReturnValue:
    """Delete an endpoint and its deliveries."""
    endpoint = get_endpoint_or_404(endpoint_id)
    delete_endpoint(current_runtime(), endpoint, signed_in_merchant())
    flash(_("“%(name)s” deleted. We won't send anything more to it.", name=endpoint.name), "info")
    return redirect(url_for("endpoints.index"), 303)
