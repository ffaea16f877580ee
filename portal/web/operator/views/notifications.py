"""Notifications of all merchants by status, and retry of the undelivered ones."""

from __future__ import annotations

import structlog
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.models import UNDELIVERED_STATES, NotificationState
from portal.rules.connection.issue_titles import TITLES
from portal.services.notifications.list_notifications import count_by_state, list_notifications
from portal.services.notifications.retry_notifications import retry_all_emails, retry_email
from portal.services.outbound_webhooks.alert_log import (
    latest_alerts,
    retry_alert,
    retry_all_alerts,
)
from portal.services.outbound_webhooks.alerts import recipient_of
from portal.web.formats import number
from portal.web.label import Text
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required, operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)

VIEWS: dict[str, tuple[tuple[NotificationState, ...], Text]] = {
    "undelivered": (UNDELIVERED_STATES, _l("Not delivered")),
    "waiting": ((NotificationState.WAITING,), _l("Waiting")),
    "sent": ((NotificationState.SENT,), _l("Sent")),
    "dropped": ((NotificationState.DROPPED,), _l("Skipped")),
}


@blueprint.get("/notifications")
@operator_required
def notifications() -> ResponseReturnValue:
    """List the notifications with the state in the URL's ``show``, newest first.

    Notifications about stores are paginated. Those about endpoints are few, so only the latest are
    listed.
    """
    show = request.args.get("show", "undelivered")
    if show not in VIEWS:
        show = "undelivered"
    states, _title = VIEWS[show]
    page = list_notifications(states, after=id_param("after"), before=id_param("before"))
    alerts = latest_alerts(states)

    def address(**place: int) -> str:
        return url_for("operator.notifications", show=show, **place)  # type: ignore[arg-type]

    return render_template(
        "operator/notifications.html",
        show=show,
        rows=page.rows,
        titles=TITLES,
        alerts=alerts,
        recipient_of=recipient_of,
        undelivered=show == "undelivered" and (alerts.total or count_by_state(UNDELIVERED_STATES)),
        views=[
            (text, url_for("operator.notifications", show=name), name == show)
            for name, (_states, text) in VIEWS.items()
        ],
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


@blueprint.post("/notifications/<key:notification_id>/retry")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def retry_notification(notification_id: int) -> ResponseReturnValue:
    """Send one notification about a store again."""
    if not retry_email(current_runtime(), notification_id, signed_in_merchant()):
        abort(404)
    log.info("email.retried", notification=notification_id, operator=signed_in_merchant().id)
    flash(_("Retrying now."), "info")
    return redirect(url_for("operator.notifications", show="waiting"), 303)


@blueprint.post("/notifications/endpoints/<key:alert_id>/retry")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def retry_endpoint_alert(alert_id: int) -> ResponseReturnValue:
    """Send one notification about an endpoint again."""
    if not retry_alert(current_runtime(), alert_id, signed_in_merchant()):
        abort(404)
    log.info("email.retried", alert=alert_id, operator=signed_in_merchant().id)
    flash(_("Retrying now."), "info")
    return redirect(url_for("operator.notifications", show="waiting"), 303)


@blueprint.post("/notifications/retry")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def retry_notifications() -> ResponseReturnValue:
    """Send all undelivered notifications again."""
    runtime, operator = current_runtime(), signed_in_merchant()
    count = retry_all_emails(runtime, operator) + retry_all_alerts(runtime, operator)
    log.info("email.all_retried", notifications=count, operator=operator.id)
    text = ngettext(
        "Retrying %(count)s notification now.",
        "Retrying %(count)s notifications now.",
        count,
        count=number(count),
    )
    flash(text, "info")
    return redirect(url_for("operator.notifications", show="waiting"), 303)
