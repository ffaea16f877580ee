"""Show who works in a store, and let its owner change that."""

from portal.web.team.views import blueprint

__all__ = ["blueprint"]
