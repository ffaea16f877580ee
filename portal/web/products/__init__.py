"""Pages about the products copied from a store."""

from portal.web.products.views import blueprint

__all__ = ["blueprint"]
