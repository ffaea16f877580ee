"""Files at well-known addresses."""

from portal.web.well_known.views import blueprint

__all__ = ["blueprint"]
