"""Pages about a merchant's webhook endpoints and their deliveries."""

from portal.web.endpoints import template_filters, views
from portal.web.endpoints.blueprint import blueprint

__all__ = ["blueprint", "template_filters", "views"]
