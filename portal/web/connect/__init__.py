"""Pages that connect a store by Ecwid's OAuth."""

from portal.web.connect.views import blueprint

__all__ = ["blueprint"]
