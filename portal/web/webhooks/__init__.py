"""Receiver of Ecwid's webhooks."""

from portal.web.webhooks.receiver import Receiver

__all__ = ["Receiver"]
