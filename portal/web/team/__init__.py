"""Pages about a store's team."""

from portal.web.team import required_factor
from portal.web.team.views import blueprint

__all__ = ["blueprint", "required_factor"]
