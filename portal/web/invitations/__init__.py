"""Pages to answer an invitation to a store's team."""

from portal.web.invitations.views import blueprint

__all__ = ["blueprint"]
