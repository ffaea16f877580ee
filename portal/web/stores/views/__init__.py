"""Views about stores, one module per subject."""

from portal.web.stores.views import (
    activity,
    connection,
    disconnect,
    issues,
    overview,
    reconnect,
    timeline,
)

__all__ = ["activity", "connection", "disconnect", "issues", "overview", "reconnect", "timeline"]
