"""Liveness and readiness probes."""

from portal.web.probes.views import blueprint

__all__ = ["blueprint"]
