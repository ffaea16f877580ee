"""Let merchants look after the endpoints at which channels are told of changes."""

from portal.web.endpoints import deliveries, steering
from portal.web.endpoints.views import blueprint

steering.add_to(blueprint)
deliveries.add_to(blueprint)

__all__ = ["blueprint"]
