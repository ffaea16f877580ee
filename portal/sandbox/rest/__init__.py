"""Serve the REST API under ``/api/v3/{storeId}``, one resource a module."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed

from portal.sandbox.access import refused
from portal.sandbox.parts import Parts
from portal.sandbox.rest import (
    batch,
    categories,
    classes,
    coupons,
    customers,
    orders,
    products,
    profile,
    variations,
    webhooks,
)
from portal.sandbox.rest.endpoints import endpoints

PREFIX = "/api/v3/"
RESOURCES = (
    profile,
    products,
    variations,
    categories,
    classes,
    orders,
    customers,
    coupons,
    batch,
    webhooks,
)


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the REST API over these parts."""
    blueprint = Blueprint("rest", __name__, url_prefix=f"{PREFIX}<int:store_id>")
    endpoint = endpoints(blueprint, parts.access)
    for resource in RESOURCES:
        resource.add(endpoint, parts)

    # Which method a path takes is found out before any blueprint is asked.
    @blueprint.app_errorhandler(MethodNotAllowed)
    def refuse_method(error: MethodNotAllowed) -> ResponseReturnValue:
        if not request.path.startswith(PREFIX):
            return error
        answer = refused(405, "METHOD_NOT_ALLOWED", f"{request.method} is not allowed here").answer
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return answer

    return blueprint
