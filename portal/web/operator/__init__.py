"""Show operators what concerns all stores."""

from portal.web.operator import connects, notifications, webhooks
from portal.web.operator.drift import blueprint

connects.add_to(blueprint)
notifications.add_to(blueprint)
webhooks.add_to(blueprint)

__all__ = ["blueprint"]
