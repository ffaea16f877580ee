"""Views about webhook endpoints, one module per subject."""

from portal.web.endpoints.views import actions, deliveries, endpoints

__all__ = ["actions", "deliveries", "endpoints"]
