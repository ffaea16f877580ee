"""Views about stores, one module per subject."""

from portal.web.stores.views import connection, disconnect, issues, overview, reconnect, timeline

__all__ = ["connection", "disconnect", "issues", "overview", "reconnect", "timeline"]
