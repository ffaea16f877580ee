"""Show merchants their stores and how each of them stands."""

from portal.web.stores import issues, leaving, mending, reconnecting, timeline
from portal.web.stores.views import blueprint

issues.add_to(blueprint)
timeline.add_to(blueprint)
mending.add_to(blueprint)
reconnecting.add_to(blueprint)
leaving.add_to(blueprint)

__all__ = ["blueprint"]
