"""Sources of a grant: Ecwid's OAuth, or the token of a merchant's own custom app.

A custom app belongs to one store. Its token comes without OAuth: the merchant copies it from the
control panel, Ecwid's answer names no scopes, and its webhooks are signed with the client secret
of the custom app. See docs/decisions/custom-app-tokens.md.
"""

from __future__ import annotations

from enum import StrEnum

# Where a merchant finds the tokens and the keys of a custom app, by the store's ID at Ecwid.
# Source: app guide, "App settings": Ecwid admin, #develop-apps, Details.
APP_PAGE = "https://my.ecwid.com/store/{store_id}#develop-apps"
# Before the store's ID is known, Ecwid shows the page of the store that is signed in.
ANY_APP_PAGE = "https://my.ecwid.com/#develop-apps"
PUBLIC_TOKEN_PREFIX = "public_"  # noqa: S105 - a prefix
# Documented tokens have about 40 characters, client secrets about 32.
SECRET_LIMIT = 200
MAX_STORE_ID = 2**53


class GrantSource(StrEnum):
    """Way in which the portal got a token."""

    OAUTH = "oauth"
    CUSTOM_APP = "custom_app"


def is_secret_text(text: str) -> bool:
    """Return whether ``text`` can be a token or a client secret: valid in an HTTP header."""
    return text.isascii() and text.isprintable() and " " not in text and len(text) <= SECRET_LIMIT
