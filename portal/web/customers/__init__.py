"""Pages about a store's mirrored customers."""

from portal.web.customers.views import blueprint

__all__ = ["blueprint"]
