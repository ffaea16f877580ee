"""Show which webhook deliveries were refused, or kept for a store that can't use them yet."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.models import NO_STORE, utc_now
from portal.rules.delivery_problems import REMEDIES
from portal.services.events.browse_delivery_problems import browse_delivery_problems
from portal.web.label import Text
from portal.web.operator.access import operator_required

WINDOWS: dict[str, tuple[timedelta, Text]] = {
    "day": (timedelta(days=1), _l("Last 24 hours")),
    "week": (timedelta(days=7), _l("Last 7 days")),
    "quarter": (timedelta(days=90), _l("Last 90 days")),
}


def add_to(blueprint: Blueprint) -> None:
    """Add the page to the operator's blueprint."""
    blueprint.get("/webhooks")(operator_required(webhooks))


def webhooks() -> ResponseReturnValue:
    """List the problems by store, with what to do about each; ``window`` says how far back."""
    chosen = request.args.get("window", "day")
    if chosen not in WINDOWS:
        chosen = "day"
    window, text = WINDOWS[chosen]
    return render_template(
        "operator/webhooks.html",
        lines=browse_delivery_problems(utc_now(), window),
        window=text,
        windows=[
            (text, url_for("operator.webhooks", window=name), name == chosen)
            for name, (_length, text) in WINDOWS.items()
        ],
        remedies=REMEDIES,
        no_store=NO_STORE,
    )
