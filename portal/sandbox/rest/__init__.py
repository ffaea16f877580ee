"""Serve the REST API under ``/api/v3/{storeId}``, one resource a module."""

from __future__ import annotations

from flask import Blueprint

from portal.sandbox.parts import Parts
from portal.sandbox.rest import (
    batch,
    categories,
    coupons,
    customers,
    orders,
    products,
    profile,
    variations,
    webhooks,
)
from portal.sandbox.rest.endpoints import endpoints

RESOURCES = (
    profile,
    products,
    variations,
    categories,
    orders,
    customers,
    coupons,
    batch,
    webhooks,
)


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the REST API over these parts."""
    blueprint = Blueprint("rest", __name__, url_prefix="/api/v3/<int:store_id>")
    endpoint = endpoints(blueprint, parts.access)
    for resource in RESOURCES:
        resource.add(endpoint, parts)
    return blueprint
