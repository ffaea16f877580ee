"""Sign up, sign in, sign out."""

from portal.web.accounts.views import blueprint

__all__ = ["blueprint"]
