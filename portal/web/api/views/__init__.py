"""Views of the API, a module per subject.

The OpenAPI document lists endpoints and shapes in the order of these imports.
"""

# isort: off
from portal.web.api.views import (
    catalog,
    exports,
    order_updates,
    stores,
    events,
    runs,
    openapi,
    reference,
)
from portal.web.api.views import order_submissions
from portal.web.api.views import orders_and_customers

__all__ = [
    "catalog",
    "events",
    "exports",
    "openapi",
    "order_updates",
    "ordering",
    "reference",
    "runs",
    "sales",
    "stores",
]
