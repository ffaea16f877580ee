"""Pages about the customers copied from a store."""

from portal.web.customers.views import blueprint

__all__ = ["blueprint"]
