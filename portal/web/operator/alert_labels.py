"""Texts of alerts, their channels and their deliveries, as template filters."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.models import Alert, AlertDelivery, AlertMedium, AlertPurpose
from portal.rules.alerts.alert_kinds import ALERT_TITLES
from portal.web.endpoints.delivery_error_labels import DELIVERY_ERRORS, reason_phrase
from portal.web.label import Label, Text
from portal.web.operator.blueprint import blueprint

MEDIUMS: dict[str, Text] = {
    AlertMedium.MAIL: _l("Email to all operators"),
    AlertMedium.SLACK: _l("Slack-compatible webhook"),
    AlertMedium.TEAMS: _l("Teams workflow"),
    AlertMedium.WEBHOOK: _l("Signed webhook"),
}
PURPOSES: dict[str, Label] = {
    AlertPurpose.OPENED: Label(_l("New alerts"), "warn"),
    AlertPurpose.RECOVERED: Label(_l("Resolved"), "good"),
    AlertPurpose.DIGEST: Label(_l("Daily digest")),
    AlertPurpose.TEST: Label(_l("Test"), "info"),
}


@blueprint.app_template_filter()
def alert_title(alert: Alert) -> str:
    """Return the title of an open or resolved alert."""
    title = ALERT_TITLES.get(alert.kind)
    if title is None:
        return str(alert.kind)
    return _(title.open_title if alert.resolved_at is None else title.resolved_title)


@blueprint.app_template_filter()
def alert_medium(medium: str) -> Text:
    """Return the name of a channel's medium."""
    return MEDIUMS.get(medium, medium)


@blueprint.app_template_filter()
def alert_purpose(purpose: str) -> Label:
    """Return the label of a message's purpose."""
    return PURPOSES.get(purpose, Label(purpose))


@blueprint.app_template_filter()
def alert_result(delivery: AlertDelivery) -> str:
    """Return why a delivery failed, or what the receiver answered; empty if there is neither."""
    if delivery.error:
        return _(DELIVERY_ERRORS.get(delivery.error, delivery.error))
    if delivery.status is None:
        return ""
    answer = f"{delivery.status} {reason_phrase(delivery.status)}".strip()
    return _("Answered %(status)s", status=answer)
