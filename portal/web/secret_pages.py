"""Responses that show a secret: no cache stores them, and they are never compressed.

The size of a compressed page would reveal a secret that stays the same, bit by bit. A view that
shows one calls `note_secret`. Pages with a URL that opens something need no call: whatever builds
such a URL is noticed.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request

# Values in URLs that open an account, a store or an invitation, or name a page whose URL does.
SECRETS_IN_URLS = frozenset(("token", "code", "state", "next"))
# `state` is also a filter of lists; no page shows the one of a consent.
_SHOWN = SECRETS_IN_URLS - {"state"}
_NOTED = "shows_secret"


def set_up_secret_pages(app: Flask) -> None:
    """Notice URLs with a token in responses, and forbid caches to store these."""

    @app.url_defaults
    def note_token(_endpoint: str, values: dict[str, Any]) -> None:
        if "token" in values:
            note_secret()

    @app.after_request
    def forbid_caches(response: Response) -> Response:
        if SECRETS_IN_URLS & _names_in_url():
            # Not "no-referrer": the protection of forms compares the referrer of our own pages.
            response.headers["Referrer-Policy"] = "same-origin"
            response.cache_control.no_store = True
        if shows_secret():
            response.cache_control.no_store = True
        return response


def note_secret() -> None:
    """Note that this response shows a secret."""
    setattr(g, _NOTED, True)


def shows_secret() -> bool:
    """Return whether the response has a secret, or the URL that it answers."""
    return bool(g.get(_NOTED) or _SHOWN & _names_in_url())


def _names_in_url() -> set[str]:
    return {*(request.view_args or ()), *request.args}
