"""Search of a whole store."""

from portal.web.search.views import blueprint

__all__ = ["blueprint"]
