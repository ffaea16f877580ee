"""Views about webhook events, a module per subject."""

from portal.web.events.views import events, replays

__all__ = ["events", "replays"]
