"""Pages about privacy requests of a store's customers."""

from portal.web.privacy.views import blueprint

__all__ = ["blueprint"]
