"""Greet strangers; lead merchants to their stores."""

from portal.web.home.views import blueprint

__all__ = ["blueprint"]
