"""Connect a store by Ecwid's OAuth."""

from portal.web.connect import links
from portal.web.connect.views import blueprint

links.add_to(blueprint)

__all__ = ["blueprint"]
