"""Secrets for links and cookies; the database stores only their digests."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return a random, URL-safe secret."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> str:
    """Return the digest to store instead of a token, so a leaked database reveals no token.

    Tokens are long and random, so an unsalted fast digest is enough.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
