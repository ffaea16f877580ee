"""Show what was sent to an endpoint, and send it again: one, or all that did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import login_required

from portal.models import utc_now
from portal.rules.delivery_errors import DELIVERY_ERRORS, is_redirect, phrase_of
from portal.services.channels.replay_deliveries import (
    attempts_of,
    count_not_arrived,
    replay_not_arrived,
    replay_one,
)
from portal.services.channels.work_deliveries import body_of
from portal.web.endpoints.access import get_delivery_or_404, get_endpoint_or_404
from portal.web.formats import number
from portal.web.label import Text
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime

SPANS: dict[str, Text] = {
    "1": _l("The last hour"),
    "24": _l("The last 24 hours"),
    "72": _l("The last 3 days"),
    "720": _l("All that is kept"),
}
DEFAULT_SPAN = "72"


def add_to(blueprint: Blueprint) -> None:
    """Add the pages of deliveries to the endpoints' blueprint."""
    for name, words in (
        ("delivery_error", error_text),
        ("status_phrase", phrase_of),
        ("is_redirect", is_redirect),
    ):
        blueprint.app_template_filter(name)(words)
    place = "/<key:endpoint_id>/deliveries/<key:delivery_id>"
    blueprint.get(place)(login_required(delivery))
    blueprint.get("/<key:endpoint_id>/replay")(login_required(confirm_replay))
    control = limiter.limit(CONTROL_BY_ADDRESS)
    blueprint.post(f"{place}/replay")(login_required(control(replay)))
    blueprint.post("/<key:endpoint_id>/replay")(login_required(control(replay_all)))


def delivery(endpoint_id: int, delivery_id: int) -> ResponseReturnValue:
    """Show one message with what was sent, and every attempt."""
    endpoint = get_endpoint_or_404(endpoint_id)
    found = get_delivery_or_404(endpoint, delivery_id)
    return render_template(
        "endpoints/delivery.html",
        endpoint=endpoint,
        delivery=found,
        message=found.message,
        attempts=attempts_of(found),
        body=body_of(current_runtime(), found.message),
    )


def replay(endpoint_id: int, delivery_id: int) -> ResponseReturnValue:
    """Send one message again."""
    endpoint = get_endpoint_or_404(endpoint_id)
    found = get_delivery_or_404(endpoint, delivery_id)
    replay_one(current_runtime(), endpoint, found, signed_in_merchant())
    if endpoint.is_on:
        flash(_("It is sent again now."), "info")
    else:
        flash(_("It is sent again as soon as the endpoint is turned on."), "info")
    place = url_for("endpoints.delivery", endpoint_id=endpoint.id, delivery_id=found.id)
    return redirect(place, 303)


def confirm_replay(endpoint_id: int) -> ResponseReturnValue:
    """Say how many messages did not arrive, and ask whether to send them again."""
    endpoint, span = (
        get_endpoint_or_404(endpoint_id),
        _span(request.args.get("hours", DEFAULT_SPAN)),
    )
    return render_template(
        "endpoints/replay.html",
        endpoint=endpoint,
        spans=SPANS,
        span=span,
        count=count_not_arrived(endpoint, _since(span)),
    )


def replay_all(endpoint_id: int) -> ResponseReturnValue:
    """Send again all that did not arrive."""
    endpoint, span = get_endpoint_or_404(endpoint_id), _span(request.form.get("hours", ""))
    done = replay_not_arrived(current_runtime(), endpoint, _since(span), signed_in_merchant())
    told = ngettext(
        "%(count)s message is sent again.",
        "%(count)s messages are sent again.",
        done,
        count=number(done),
    )
    flash(told, "info")
    return redirect(url_for("endpoints.show", endpoint_id=endpoint.id), 303)


def error_text(error: str | None) -> str:
    """Return in words why a message did not arrive."""
    if not error:
        return ""
    if error.startswith("http "):
        status = int(error.removeprefix("http "))
        return _("Answered %(status)s", status=f"{status} {phrase_of(status)}".strip())
    return _(DELIVERY_ERRORS[error])


def _span(text: str) -> str:
    """Return how far back is looked, in hours; answer 422 to what isn't offered."""
    if text not in SPANS:
        abort(422)
    return text


def _since(span: str) -> datetime:
    return utc_now() - timedelta(hours=int(span))
