"""Pages that connect a store through Ecwid's OAuth or by the token of a custom app."""

from portal.web.connect import (
    channel_request,
    link_custom_app,
    refused_attempt,
    stop_reminders,
    views,
)
from portal.web.connect.blueprint import blueprint

__all__ = [
    "blueprint",
    "channel_request",
    "link_custom_app",
    "refused_attempt",
    "stop_reminders",
    "views",
]
