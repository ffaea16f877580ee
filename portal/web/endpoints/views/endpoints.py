"""List, show, create and change a merchant's endpoints."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import ConsentRefusedError
from portal.models import DeliveryState, WebhookEndpoint, utc_now
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.channels.consent_refusals import CONSENT_REFUSALS
from portal.rules.outbound_webhooks.endpoint_health import (
    TURN_OFF_PERCENT,
    failed_percent,
    percent_reached_at,
)
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.channels.consent_emails import email_consents
from portal.services.outbound_webhooks.alerts import undelivered_alert
from portal.services.outbound_webhooks.endpoints import endpoints_of
from portal.services.outbound_webhooks.own_endpoints import add_endpoint, change_endpoint
from portal.services.outbound_webhooks.replay import count_unfinished, list_deliveries
from portal.web.endpoints.access import get_endpoint_or_404
from portal.web.endpoints.blueprint import blueprint
from portal.web.endpoints.forms import EndpointForm, endpoint_form
from portal.web.endpoints.new_secret import show_once
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """List the merchant's endpoints."""
    return render_template(
        "endpoints/index.html", endpoints=list(endpoints_of(signed_in_merchant()))
    )


@blueprint.get("/new")
@login_required
def new() -> ResponseReturnValue:
    """Show the form for a new endpoint."""
    return _form_page(endpoint_form(None, signed_in_merchant()))


@blueprint.post("")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def make() -> ResponseReturnValue:
    """Create an endpoint and show its secret once."""
    merchant = signed_in_merchant()
    form = endpoint_form(None, merchant)
    if not form.validate():
        return _form_page(form), 422
    try:
        made = add_endpoint(current_runtime(), merchant, form.endpoint_settings())
    except ConsentRefusedError as refused:
        flash(_(CONSENT_REFUSALS[refused.reason]), "error")
        return redirect(url_for(".index"), 303)
    if made is None:
        flash(_("You've reached the limit of endpoints. Delete one you don't use."), "error")
        return redirect(url_for(".index"), 303)
    email_consents(current_runtime(), ConsentChange.CONSENTED, made.granted, merchant)
    return show_once(made)


@blueprint.get("/<key:endpoint_id>")
@login_required
def show(endpoint_id: int) -> ResponseReturnValue:
    """Show an endpoint's status and its deliveries."""
    endpoint, chosen = get_endpoint_or_404(endpoint_id), request.args.get("state", "")
    state = DeliveryState(chosen) if chosen in set(DeliveryState) else None
    page = list_deliveries(endpoint, state, after=id_param("after"), before=id_param("before"))

    def address(**place: int) -> str:
        return url_for(".show", endpoint_id=endpoint.id, state=state or None, **place)  # type: ignore[arg-type]

    return render_template(
        "endpoints/show.html",
        endpoint=endpoint,
        state=state or "",
        states=list(DeliveryState),
        event_types=[event.value for event in OutboundEventType],
        deliveries=page.rows,
        waiting=count_unfinished(endpoint),
        undelivered=undelivered_alert(endpoint),
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
        now=utc_now(),
        **_failing(endpoint),
    )


@blueprint.get("/<key:endpoint_id>/edit")
@login_required
def edit(endpoint_id: int) -> ResponseReturnValue:
    """Show the form that changes an endpoint."""
    endpoint = get_endpoint_or_404(endpoint_id)
    return _form_page(endpoint_form(endpoint, signed_in_merchant()), endpoint)


@blueprint.post("/<key:endpoint_id>/edit")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def change(endpoint_id: int) -> ResponseReturnValue:
    endpoint, merchant = get_endpoint_or_404(endpoint_id), signed_in_merchant()
    form = endpoint_form(endpoint, merchant)
    if not form.validate():
        return _form_page(form, endpoint), 422
    try:
        granted = change_endpoint(endpoint, merchant, form.endpoint_settings())
    except ConsentRefusedError as refused:
        flash(_(CONSENT_REFUSALS[refused.reason]), "error")
        return redirect(url_for(".show", endpoint_id=endpoint.id), 303)
    email_consents(current_runtime(), ConsentChange.CONSENTED, granted, merchant)
    flash(_("Changes saved."), "success")
    return redirect(url_for(".show", endpoint_id=endpoint.id), 303)


def _form_page(form: EndpointForm, endpoint: WebhookEndpoint | None = None) -> str:
    return render_template("endpoints/form.html", form=form, endpoint=endpoint)


def _failing(endpoint: WebhookEndpoint) -> dict[str, object]:
    """Return how soon a failing endpoint is disabled: the elapsed percentage and the time."""
    allowed = timedelta(hours=current_runtime().settings.endpoint_disable_after_hours)
    since = endpoint.failing_since_at
    return {
        "percent": failed_percent(since, utc_now(), allowed),
        "off_at": since and percent_reached_at(since, TURN_OFF_PERCENT, allowed),
    }
