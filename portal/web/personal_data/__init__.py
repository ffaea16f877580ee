"""Pages about privacy requests of a store's customers."""

from portal.web.personal_data.views import blueprint

__all__ = ["blueprint"]
