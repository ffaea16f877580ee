"""Rejected webhooks, and webhooks that wait because their store does not work."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.models import NO_STORE, utc_now
from portal.rules.webhooks.rejection_reasons import OPERATOR_HINTS
from portal.services.events.list_rejected_webhooks import list_rejected_webhooks
from portal.web.label import Text
from portal.web.operator.access import operator_required
from portal.web.operator.blueprint import blueprint

WINDOWS: dict[str, tuple[timedelta, Text]] = {
    "day": (timedelta(days=1), _l("Last 24 hours")),
    "week": (timedelta(days=7), _l("Last 7 days")),
    "quarter": (timedelta(days=90), _l("Last 90 days")),
}


@blueprint.get("/rejected-webhooks")
@operator_required
def rejected_webhooks() -> ResponseReturnValue:
    """List the problems within the URL's ``window`` by store, with a remedy for each."""
    chosen = request.args.get("window", "day")
    if chosen not in WINDOWS:
        chosen = "day"
    window, text = WINDOWS[chosen]
    return render_template(
        "operator/rejected_webhooks.html",
        rows=list_rejected_webhooks(utc_now(), window),
        window=text,
        windows=[
            (text, url_for("operator.rejected_webhooks", window=name), name == chosen)
            for name, (_length, text) in WINDOWS.items()
        ],
        remedies=OPERATOR_HINTS,
        no_store=NO_STORE,
    )
