"""Pages about a store's webhook events and their replays."""

from portal.web.events import views
from portal.web.events.blueprint import blueprint

__all__ = ["blueprint", "views"]
