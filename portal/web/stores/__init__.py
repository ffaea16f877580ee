"""Show merchants their stores and how each of them stands."""

from portal.web.stores.views import blueprint

__all__ = ["blueprint"]
