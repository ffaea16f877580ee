"""Views of the API, one module per subject.

The OpenAPI document lists endpoints and schemas in the order of these imports.
"""

# isort: off
from portal.web.api.views import (
    me,
    keys,
    webhook_endpoints,
    webhook_deliveries,
    connect_links,
    catalog,
    coupons,
    exports,
    order_updates,
    order_quotes,
    order_submissions,
    orders_and_customers,
    changes,
    stores,
    selling,
    events,
    runs,
    openapi,
    reference,
)

__all__ = [
    "catalog",
    "changes",
    "connect_links",
    "coupons",
    "events",
    "exports",
    "keys",
    "me",
    "openapi",
    "order_quotes",
    "order_submissions",
    "order_updates",
    "orders_and_customers",
    "reference",
    "runs",
    "selling",
    "stores",
    "webhook_deliveries",
    "webhook_endpoints",
]
