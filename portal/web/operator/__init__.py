"""Show operators what concerns all stores."""

from portal.web.operator import connects, webhooks
from portal.web.operator.drift import blueprint

connects.add_to(blueprint)
webhooks.add_to(blueprint)

__all__ = ["blueprint"]
