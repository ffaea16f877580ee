"""Pages that connect a store through Ecwid's OAuth."""

from portal.web.connect import stop_reminders
from portal.web.connect.views import blueprint

__all__ = ["blueprint", "stop_reminders"]
