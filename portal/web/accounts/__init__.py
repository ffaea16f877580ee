"""Pages for signing up, signing in and resetting the password."""

from portal.web.accounts import views
from portal.web.accounts.blueprint import blueprint

__all__ = ["blueprint", "views"]
