"""Pages about a store's mirrored products."""

from portal.web.products.views import blueprint

__all__ = ["blueprint"]
