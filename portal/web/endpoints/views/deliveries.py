"""Deliveries of an endpoint, and replay of one or of all failed ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import login_required

from portal.models import utc_now
from portal.services.outbound_webhooks.attempts import body_of
from portal.services.outbound_webhooks.replay import (
    attempts_of,
    count_undelivered,
    replay_delivery,
    replay_undelivered,
)
from portal.web.endpoints.access import get_delivery_or_404, get_endpoint_or_404
from portal.web.endpoints.blueprint import blueprint
from portal.web.formats import number
from portal.web.label import Text
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime

TIME_WINDOWS: dict[str, Text] = {
    "1": _l("Last hour"),
    "24": _l("Last 24 hours"),
    "72": _l("Last 3 days"),
    "720": _l("All available"),
}
DEFAULT_WINDOW = "72"


@blueprint.get("/<key:endpoint_id>/deliveries/<key:delivery_id>")
@login_required
def delivery(endpoint_id: int, delivery_id: int) -> ResponseReturnValue:
    """Show a delivery with its request and every attempt."""
    return render_template("endpoints/delivery.html", **_facts(endpoint_id, delivery_id))


@blueprint.get("/<key:endpoint_id>/deliveries/<key:delivery_id>/progress")
@login_required
def delivery_progress(endpoint_id: int, delivery_id: int) -> ResponseReturnValue:
    """Render the live part of a test delivery's page, which htmx polls."""
    return render_template("endpoints/_delivery.html", **_facts(endpoint_id, delivery_id))


@blueprint.post("/<key:endpoint_id>/deliveries/<key:delivery_id>/replay")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def replay(endpoint_id: int, delivery_id: int) -> ResponseReturnValue:
    """Send one delivery again."""
    endpoint = get_endpoint_or_404(endpoint_id)
    found = get_delivery_or_404(endpoint, delivery_id)
    replay_delivery(current_runtime(), endpoint, found, signed_in_merchant())
    if endpoint.is_on or found.is_test:
        flash(_("Sending it again now."), "info")
    else:
        flash(_("We'll send it again when you turn the endpoint on."), "info")
    place = url_for("endpoints.delivery", endpoint_id=endpoint.id, delivery_id=found.id)
    return redirect(place, 303)


@blueprint.get("/<key:endpoint_id>/replay")
@login_required
def confirm_replay(endpoint_id: int) -> ResponseReturnValue:
    """Show the number of failed deliveries and ask whether to send them again."""
    endpoint, span = (
        get_endpoint_or_404(endpoint_id),
        _window(request.args.get("hours", DEFAULT_WINDOW)),
    )
    return render_template(
        "endpoints/replay.html",
        endpoint=endpoint,
        spans=TIME_WINDOWS,
        span=span,
        count=count_undelivered(endpoint, _since(span)),
    )


@blueprint.post("/<key:endpoint_id>/replay")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def replay_all(endpoint_id: int) -> ResponseReturnValue:
    """Send all failed deliveries of the chosen period again."""
    endpoint, span = get_endpoint_or_404(endpoint_id), _window(request.form.get("hours", ""))
    done = replay_undelivered(current_runtime(), endpoint, _since(span), signed_in_merchant())
    text = ngettext(
        "Sending %(count)s webhook again.",
        "Sending %(count)s webhooks again.",
        done,
        count=number(done),
    )
    flash(text, "info")
    return redirect(url_for("endpoints.show", endpoint_id=endpoint.id), 303)


def _facts(endpoint_id: int, delivery_id: int) -> dict[str, Any]:
    endpoint = get_endpoint_or_404(endpoint_id)
    found = get_delivery_or_404(endpoint, delivery_id)
    return {
        "endpoint": endpoint,
        "delivery": found,
        "event": found.event,
        "attempts": attempts_of(found),
        "body": body_of(current_runtime(), found, found.event),
        "is_live": found.is_test and found.finished_at is None,
    }


def _window(text: str) -> str:
    """Return the chosen period in hours; respond with 422 if it is not one of `TIME_WINDOWS`."""
    if text not in TIME_WINDOWS:
        abort(422)
    return text


def _since(span: str) -> datetime:
    return utc_now() - timedelta(hours=int(span))
