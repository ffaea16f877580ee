"""Pages for signing up, signing in and resetting the password."""

from portal.web.accounts import passkey_sign_in, password_reset, views
from portal.web.accounts.blueprint import blueprint

__all__ = ["blueprint", "passkey_sign_in", "password_reset", "views"]
