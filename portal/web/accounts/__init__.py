"""Pages for signing up, signing in and resetting the password."""

from portal.web.accounts.views import blueprint

__all__ = ["blueprint"]
