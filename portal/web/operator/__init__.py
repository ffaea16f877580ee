"""Show operators what concerns all stores."""

from portal.web.operator import webhooks
from portal.web.operator.drift import blueprint

webhooks.add_to(blueprint)

__all__ = ["blueprint"]
