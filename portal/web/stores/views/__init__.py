"""Views about stores, one module per subject."""

from portal.web.stores.views import disconnect, issues, overview, reconnect, timeline

__all__ = ["disconnect", "issues", "overview", "reconnect", "timeline"]
