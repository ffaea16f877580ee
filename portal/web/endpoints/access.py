"""Endpoints and deliveries of the signed-in merchant, by ID."""

from __future__ import annotations

from flask import abort

from portal.models import Delivery, WebhookEndpoint
from portal.services.outbound_webhooks.endpoints import endpoint_of
from portal.services.outbound_webhooks.replay import delivery_of
from portal.web.login import signed_in_merchant


def get_endpoint_or_404(endpoint_id: int) -> WebhookEndpoint:
    """Return the merchant's endpoint; respond with 404 if it is missing or somebody else's."""
    endpoint = endpoint_of(signed_in_merchant(), endpoint_id)
    if endpoint is None:
        abort(404)
    return endpoint


def get_delivery_or_404(endpoint: WebhookEndpoint, delivery_id: int) -> Delivery:
    """Return one of the endpoint's deliveries; respond with 404 if it is missing."""
    delivery = delivery_of(endpoint, delivery_id)
    if delivery is None:
        abort(404)
    return delivery
