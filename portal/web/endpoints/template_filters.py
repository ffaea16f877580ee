"""Template filters that describe an endpoint, and the result of a delivery attempt."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.models import WebhookEndpoint
from portal.web.endpoints.blueprint import blueprint
from portal.web.endpoints.delivery_error_labels import DELIVERY_ERRORS, is_redirect, reason_phrase
from portal.web.event_labels import ENDPOINT_STATES
from portal.web.label import Label

blueprint.add_app_template_filter(reason_phrase, "status_phrase")
blueprint.add_app_template_filter(is_redirect)


@blueprint.app_template_filter()
def endpoint_state(endpoint: WebhookEndpoint) -> Label:
    """Return the label of an endpoint's state; that of a failing one says that nothing arrives."""
    is_failing = endpoint.is_on and endpoint.failing_since_at
    return ENDPOINT_STATES["failing" if is_failing else endpoint.state]


@blueprint.app_template_filter("delivery_error")
def error_text(error: str) -> str:
    """Return a delivery's error as text."""
    if error.startswith("http "):
        status = int(error.removeprefix("http "))
        return _("Responded with %(status)s", status=f"{status} {reason_phrase(status)}".strip())
    return _(DELIVERY_ERRORS[error])
