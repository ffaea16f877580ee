"""Pages about the signed-in merchant's account."""

from portal.web.account import views
from portal.web.account.blueprint import blueprint

__all__ = ["blueprint", "views"]
