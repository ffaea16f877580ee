"""Views about stores, one module per subject."""

from portal.web.stores.views import disconnect, overview, reconnect, timeline

__all__ = ["disconnect", "overview", "reconnect", "timeline"]
