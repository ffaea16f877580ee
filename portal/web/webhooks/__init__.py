"""Receive Ecwid's webhooks."""

from portal.web.webhooks.views import blueprint

__all__ = ["blueprint"]
