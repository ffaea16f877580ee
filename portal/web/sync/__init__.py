"""Pages about a store's sync: status, runs and quarantine."""

from portal.web.sync import views
from portal.web.sync.blueprint import blueprint

__all__ = ["blueprint", "views"]
