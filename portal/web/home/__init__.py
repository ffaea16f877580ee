"""Start page."""

from portal.web.home.views import blueprint

__all__ = ["blueprint"]
