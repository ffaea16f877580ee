"""Views about sync, one module per subject."""

from portal.web.sync.views import actions, overview, quarantine

__all__ = ["actions", "overview", "quarantine"]
