"""Show merchants what is read of their stores, and let them steer it."""

from portal.web.sync import actions, quarantine
from portal.web.sync.pages import blueprint

actions.add_to(blueprint)
quarantine.add_to(blueprint)

__all__ = ["blueprint"]
