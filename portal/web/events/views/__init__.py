"""Views about webhook events, one module per subject."""

from portal.web.events.views import events, replays

__all__ = ["events", "replays"]
