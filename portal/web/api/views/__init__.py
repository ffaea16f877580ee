"""Views of the API, a module per subject.

The OpenAPI document lists endpoints and shapes in the order of these imports.
"""

# isort: off
from portal.web.api.views import (
    catalog,
    exports,
    order_updates,
    ordering,
    sales,
    stores,
    events,
    runs,
    openapi,
    reference,
)

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
