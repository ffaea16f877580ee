"""Let people answer an invitation to work in a store."""

from portal.web.invitations.views import blueprint

__all__ = ["blueprint"]
