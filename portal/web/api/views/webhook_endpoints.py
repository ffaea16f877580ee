"""Endpoints of the calling key's channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.models import EndpointState, KeyMode, Store
from portal.models import WebhookEndpoint as EndpointRow
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.outbound_webhooks.outbound_events import is_visible, known_events
from portal.services.channels.reach import reaches_no_more
from portal.services.outbound_webhooks.endpoints import (
    ENDPOINTS_PER_CHANNEL,
    EndpointSettings,
    NewSecret,
    add_channel_endpoint,
    change_channel_endpoint,
    delete_endpoint,
    endpoints_of_channel,
    pause_endpoint,
    rotate_secret,
    turn_on_endpoint,
)
from portal.web.api.authentication import current_key, key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse
from portal.web.api.views.keys import store_for_program
from portal.web.api.webhook_endpoint_schemas import (
    NewWebhookEndpoint,
    WebhookEndpoint,
    WebhookEndpointList,
    WebhookEndpointSecret,
)
from portal.web.endpoints.address import URL_ERRORS, url_error
from portal.web.runtime import current_runtime


@endpoint(
    "GET",
    "/webhook-endpoints",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: WebhookEndpointList},
)
def list_webhook_endpoints() -> WebhookEndpointList:
    """List the channel's endpoints of the calling key's mode, without their secrets."""
    return WebhookEndpointList([_schema(row) for row in _endpoints()])


@endpoint(
    "POST",
    "/webhook-endpoints",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    body=NewWebhookEndpoint,
    responses={201: WebhookEndpointSecret},
    problems=("conflict",),
)
def create_webhook_endpoint(body: NewWebhookEndpoint) -> ApiResponse:
    """Create an endpoint and return its secret, which is never shown again.

    Without `store_id` it is for the same stores as the calling key. An endpoint made with a test
    key gets only events of test stores.
    """
    key = current_key()
    wanted = _settings(body)
    made = add_channel_endpoint(
        current_runtime(),
        key.channel,
        wanted,
        stores_chosen_at=_chosen_at(wanted.store),
        mode=KeyMode(key.mode),
    )
    if made is None:
        detail = f"The channel has {ENDPOINTS_PER_CHANNEL} endpoints. Delete one."
        raise ProblemError("conflict", detail)
    return ApiResponse(_secret(made), 201)


@endpoint(
    "GET",
    "/webhook-endpoints/<key:endpoint_id>",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: WebhookEndpoint},
)
def get_webhook_endpoint(endpoint_id: int) -> WebhookEndpoint:
    """Retrieve an endpoint."""
    return _schema(endpoint_or_404(endpoint_id))


@endpoint(
    "PUT",
    "/webhook-endpoints/<key:endpoint_id>",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    body=NewWebhookEndpoint,
    responses={200: WebhookEndpoint},
    problems=("conflict",),
)
def change_webhook_endpoint(endpoint_id: int, body: NewWebhookEndpoint) -> WebhookEndpoint:
    """Replace the settings of an endpoint. Waiting deliveries go to its new address.

    An endpoint with events or stores that the calling key lacks can't be changed with it.
    """
    found, wanted = _found_within(endpoint_id), _settings(body)
    change_channel_endpoint(found, wanted, stores_chosen_at=_chosen_at(wanted.store))
    return _schema(endpoint_or_404(endpoint_id))


@endpoint(
    "POST",
    "/webhook-endpoints/<key:endpoint_id>/<any(pause, resume):action>",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: WebhookEndpoint},
    problems=("conflict",),
)
def pause_or_resume_webhook_endpoint(endpoint_id: int, action: str) -> WebhookEndpoint:
    """Pause an endpoint, or resume one that is paused or was turned off.

    Events of the next three days are kept for it.
    """
    change = pause_endpoint if action == "pause" else turn_on_endpoint
    found = endpoint_or_404(endpoint_id)
    if not change(found, None):
        raise ProblemError("conflict", f"The endpoint is {found.state}.")
    return _schema(endpoint_or_404(endpoint_id))


@endpoint(
    "POST",
    "/webhook-endpoints/<key:endpoint_id>/rotate",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: WebhookEndpointSecret},
    problems=("conflict",),
)
def rotate_webhook_secret(endpoint_id: int) -> WebhookEndpointSecret:
    """Replace the secret of an endpoint. For another day the old one signs, too.

    That of an endpoint with events or stores that the calling key lacks can't be replaced with it.
    """
    made = rotate_secret(current_runtime(), _found_within(endpoint_id), None)
    if made is None:
        raise ProblemError("conflict", "The endpoint was deleted.")
    return _secret(made)


@endpoint(
    "DELETE",
    "/webhook-endpoints/<key:endpoint_id>",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: WebhookEndpoint},
)
def delete_webhook_endpoint(endpoint_id: int) -> WebhookEndpoint:
    """Delete an endpoint with its deliveries, and return it as it was."""
    found = endpoint_or_404(endpoint_id)
    delete_endpoint(current_runtime(), found, None)
    return _schema(found)


def _settings(body: NewWebhookEndpoint) -> EndpointSettings:
    key, is_production = current_key(), current_runtime().settings.is_production
    problem = url_error(body.url, is_production=is_production)
    if problem is not None:
        raise ProblemError("invalid", URL_ERRORS[problem], field="url", reason="not_allowed")
    hidden = [event for event in body.event_types if not is_visible(event, key.scopes)]
    if hidden:
        detail = f"The calling key may not read what {hidden[0]} reports."
        raise ProblemError("invalid", detail, field="event_types", reason="not_allowed")
    events = known_events(body.event_types)
    if not events:
        detail = "Each endpoint gets the ping."
        raise ProblemError("invalid", detail, field="event_types", reason="invalid_choice")
    store = store_for_program(key, body.store_id)
    return EndpointSettings(body.name.strip(), body.url, store, events)


def _chosen_at(store: Store | None) -> datetime | None:
    chosen_at: datetime | None = current_key().stores_chosen_at
    return chosen_at if store is None else None


def endpoint_or_404(endpoint_id: int) -> EndpointRow:
    """Return an endpoint of the calling key's channel; respond with 404 if there is none."""
    found: EndpointRow | None = _endpoints().where(EndpointRow.id == endpoint_id).first()
    if found is None:
        detail = f"The channel has no {current_key().mode} endpoint with this ID."
        raise ProblemError("not_found", detail)
    return found


def _endpoints() -> Any:
    """Return the query of the channel's endpoints that are for the mode of the calling key."""
    key = current_key()
    return endpoints_of_channel(key.channel).where(EndpointRow.mode == key.mode)


def _found_within(endpoint_id: int) -> EndpointRow:
    """Return the endpoint; respond with 409 if it gets more than the calling key may read."""
    found, key = endpoint_or_404(endpoint_id), current_key()
    is_readable = all(is_visible(event, key.scopes) for event in found.event_types)
    if not is_readable or not reaches_no_more(found, key):
        raise ProblemError("conflict", "The endpoint gets more than the calling key may read.")
    return found


def _schema(row: EndpointRow) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=row.id,
        name=row.name,
        mode=KeyMode(row.mode),
        url=row.url,
        event_types=list(row.event_types),
        store_id=row.store_id,
        state=EndpointState(row.state),
        failures=row.failures,
        created_at=row.created_at,
        last_success_at=row.last_success_at,
    )


def _secret(made: NewSecret) -> WebhookEndpointSecret:
    return WebhookEndpointSecret(_schema(made.endpoint), made.text)
