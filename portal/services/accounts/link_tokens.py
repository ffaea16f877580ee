"""Make the secrets of links and cookies; the database keeps their digests alone."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return a secret that nobody guesses, fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> str:
    """Return what is stored of a token: who reads the database can't use it.

    Tokens are long and random, so a plain digest is enough: nothing can be guessed.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
