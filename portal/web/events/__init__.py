"""Show merchants the events of their stores, explain each, and have them applied again."""

from portal.web.events import replays
from portal.web.events.pages import blueprint

replays.add_to(blueprint)

__all__ = ["blueprint"]
