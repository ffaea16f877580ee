"""Alerts of all stores and of the portal, the deliveries to channels, and severities."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.models import AlertMedium
from portal.services.alerts.channels import list_channels
from portal.services.alerts.list_alerts import (
    last_deliveries,
    list_deliveries,
    list_open_alerts,
    list_resolved_alerts,
)
from portal.services.alerts.severities import choose_severities, current_severities
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required, operator_required
from portal.web.operator.alert_forms import severity_form
from portal.web.operator.blueprint import blueprint
from portal.web.pagination import id_param


@blueprint.get("/alerts")
@operator_required
def alerts() -> ResponseReturnValue:
    """List the open alerts, the channels with their last result, and the resolved alerts."""
    page = list_resolved_alerts(after=id_param("after"), before=id_param("before"))
    return render_template(
        "operator/alerts.html",
        open_alerts=list_open_alerts(),
        resolved=page.rows,
        channels=list_channels(),
        last=last_deliveries(),
        mediums=list(AlertMedium),
        earlier=page.earlier and url_for("operator.alerts", before=page.earlier),
        later=page.later and url_for("operator.alerts", after=page.later),
    )


@blueprint.get("/alerts/deliveries")
@operator_required
def alert_deliveries() -> ResponseReturnValue:
    """List the deliveries to all channels, newest first, with the reasons of failures."""
    page = list_deliveries(after=id_param("after"), before=id_param("before"))
    return render_template(
        "operator/alert_deliveries.html",
        rows=page.rows,
        earlier=page.earlier and url_for("operator.alert_deliveries", before=page.earlier),
        later=page.later and url_for("operator.alert_deliveries", after=page.later),
    )


@blueprint.get("/alerts/severities")
@operator_required
def alert_severities() -> ResponseReturnValue:
    """Show the severity of each kind of alert."""
    return _severities_page(severity_form(current_severities()))


@blueprint.post("/alerts/severities")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def choose_alert_severities() -> ResponseReturnValue:
    """Save the severity of each kind; open issues and alerts get it, too."""
    form = severity_form(current_severities())
    if not form.validate():
        return _severities_page(form), 422
    chosen = {name: value for name, value in form.data.items() if name != "csrf_token"}
    choose_severities(signed_in_merchant(), chosen)
    flash(_("Saved. This also applies to open issues."), "success")
    return redirect(url_for("operator.alerts"), 303)


def _severities_page(form: FlaskForm) -> str:
    return render_template("operator/alert_severities.html", form=form)
