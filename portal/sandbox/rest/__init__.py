"""REST API under ``/api/v3/{storeId}``, one module per resource."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed, NotFound

from portal.sandbox.access import api_error
from portal.sandbox.parts import Parts
from portal.sandbox.rest import (
    batch,
    brands,
    carts,
    categories,
    classes,
    coupons,
    customer_groups,
    customers,
    dictionaries,
    domains,
    extra_fields,
    images,
    invoices,
    options,
    order_statuses,
    orders,
    products,
    profile,
    promotions,
    redirects,
    reports,
    reviews,
    staff,
    storage,
    subscriptions,
    variations,
    webhooks,
)
from portal.sandbox.rest.endpoints import endpoint_decorator

PREFIX = "/api/v3/"
RESOURCES = (
    profile,
    products,
    variations,
    categories,
    classes,
    orders,
    order_statuses,
    customers,
    customer_groups,
    coupons,
    promotions,
    options,
    dictionaries,
    extra_fields,
    carts,
    images,
    invoices,
    reviews,
    brands,
    subscriptions,
    reports,
    staff,
    redirects,
    domains,
    storage,
    batch,
    webhooks,
)


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the blueprint of the REST API."""
    blueprint = Blueprint("rest", __name__, url_prefix=f"{PREFIX}<int:store_id>")
    endpoint = endpoint_decorator(blueprint, parts.access)
    for resource in RESOURCES:
        resource.add_endpoints(endpoint, parts)

    # Flask looks up path and method before it selects a blueprint, so only the app can handle these
    # errors.
    @blueprint.app_errorhandler(NotFound)
    def refuse_path(error: NotFound) -> ResponseReturnValue:
        # Source (assumed): A path that the API doesn't have gets a 404 with the code NOT_FOUND.
        if not request.path.startswith(PREFIX):
            return error
        return api_error(404, "NOT_FOUND", f"There is no {request.path}").response

    # Source (documented): REST docs, "Errors": the code METHOD_NOT_ALLOWED.
    @blueprint.app_errorhandler(MethodNotAllowed)
    def refuse_method(error: MethodNotAllowed) -> ResponseReturnValue:
        if not request.path.startswith(PREFIX):
            return error
        answer = api_error(
            405, "METHOD_NOT_ALLOWED", f"{request.method} is not allowed here"
        ).response
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return answer

    return blueprint
