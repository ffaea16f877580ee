"""Page about the channels that may work with a store."""

from portal.web.channels import catalog, keys, selling
from portal.web.channels.views import blueprint

__all__ = ["blueprint", "catalog", "keys", "selling"]
