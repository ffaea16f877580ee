"""Pages that connect a store through Ecwid's OAuth or by the token of a custom app."""

from portal.web.connect import link_custom_app, stop_reminders
from portal.web.connect.views import blueprint

__all__ = ["blueprint", "link_custom_app", "stop_reminders"]
