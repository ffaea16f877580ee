"""Pause, turn on, rotate, try and delete an endpoint."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.jobs import DELIVER_MESSAGES
from portal.services.channels.endpoints import (
    NewSecret,
    delete_endpoint,
    pause_endpoint,
    rotate_secret,
    turn_on_endpoint,
)
from portal.services.channels.try_endpoint import try_endpoint
from portal.web.endpoints.access import get_endpoint_or_404
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime

TESTS_BY_ADDRESS = "12 per minute"


def add_to(blueprint: Blueprint) -> None:
    """Add what steers endpoints to the pages' blueprint."""
    blueprint.get("/<key:endpoint_id>/delete")(login_required(confirm_deletion))
    for rule, action, limit in (
        ("pause", pause, CONTROL_BY_ADDRESS),
        ("on", turn_on, CONTROL_BY_ADDRESS),
        ("rotate", rotate, CONTROL_BY_ADDRESS),
        ("test", test, TESTS_BY_ADDRESS),
        ("delete", delete, CONTROL_BY_ADDRESS),
    ):
        limited = limiter.limit(limit)(action)
        blueprint.post(f"/<key:endpoint_id>/{rule}")(login_required(limited))


def shown_once(made: NewSecret) -> str:
    """Return the page with a secret that was just made."""
    # Answered to the POST itself: after a redirect the secret would have to be kept in the open.
    return render_template("endpoints/shown.html", endpoint=made.endpoint, text=made.text)


def pause(endpoint_id: int) -> ResponseReturnValue:
    """Send nothing to an endpoint for a while."""
    endpoint = get_endpoint_or_404(endpoint_id)
    if pause_endpoint(endpoint, signed_in_merchant()):
        flash(_("Paused. What happens within 3 days waits for it."), "info")
    return redirect(url_for("endpoints.show", endpoint_id=endpoint.id), 303)


def turn_on(endpoint_id: int) -> ResponseReturnValue:
    """Send to an endpoint again, at once what has waited."""
    endpoint = get_endpoint_or_404(endpoint_id)
    if turn_on_endpoint(endpoint, signed_in_merchant()):
        current_runtime().wake(DELIVER_MESSAGES, is_awaited=True)
        flash(_("Turned on. What has waited is sent now."), "info")
    return redirect(url_for("endpoints.show", endpoint_id=endpoint.id), 303)


def rotate(endpoint_id: int) -> ResponseReturnValue:
    """Give an endpoint a new secret and show it, this once."""
    made = rotate_secret(current_runtime(), get_endpoint_or_404(endpoint_id), signed_in_merchant())
    if made is None:
        abort(404)
    return shown_once(made)


def test(endpoint_id: int) -> ResponseReturnValue:
    """Send a ping and show what the endpoint answered."""
    endpoint = get_endpoint_or_404(endpoint_id)
    ping = try_endpoint(current_runtime(), endpoint)
    if ping is None:
        abort(404)
    place = url_for("endpoints.delivery", endpoint_id=endpoint.id, delivery_id=ping.id)
    return redirect(place, 303)


def confirm_deletion(endpoint_id: int) -> ResponseReturnValue:
    """Say what goes with an endpoint, and ask."""
    return render_template("endpoints/delete.html", endpoint=get_endpoint_or_404(endpoint_id))


def delete(endpoint_id: int) -> ResponseReturnValue:
    """Delete an endpoint with all that was sent to it."""
    endpoint = get_endpoint_or_404(endpoint_id)
    delete_endpoint(current_runtime(), endpoint, signed_in_merchant())
    flash(_("Deleted. Nothing more is sent to “%(name)s”.", name=endpoint.name), "info")
    return redirect(url_for("endpoints.index"), 303)
