"""Redirect to the page that shows an endpoint's new secret once."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.services.outbound_webhooks.endpoints import NewSecret
from portal.web.account.views.one_time_secret import redirect_to_secret
from portal.web.formats import moment


def show_once(made: NewSecret) -> ResponseReturnValue:
    """Redirect to the page with a new secret."""
    endpoint = made.endpoint
    until = endpoint.previous_expires_at
    return redirect_to_secret(
        "signing-secret",
        [made.text],
        name=endpoint.name,
        note=until
        and _(
            "Until %(at)s we also sign each webhook with the previous secret, so your app can "
            "switch without losing any.",
            at=moment(until),
        ),
        back=url_for("endpoints.show", endpoint_id=endpoint.id),
    )
