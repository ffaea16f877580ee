"""Tell machines whether this process lives and whether it can work."""

from portal.web.probes.views import blueprint

__all__ = ["blueprint"]
