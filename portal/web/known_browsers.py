"""Cookie of a browser that has signed in: its failed sign-ins are counted apart.

Somebody else's wrong passwords then don't delay the person who uses it. It is a device cookie as
in OWASP's "Slow Down Online Guessing Attacks with Device Cookies"; it signs nobody in.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Flask, Response, g, request
from itsdangerous import BadData, URLSafeSerializer

from portal.config import Settings
from portal.models import Merchant
from portal.rules.accounts.networks import network_of
from portal.rules.accounts.sign_in_throttle import Origin
from portal.services.link_tokens import new_token
from portal.services.signed_links import link_signer
from portal.web.runtime import current_runtime

LIFETIME = timedelta(days=365)
# Accounts that one browser is known to; the one that signed in longest ago is forgotten.
MAX_ACCOUNTS = 5
_NAME = "portal-browser"
_FINGERPRINT_LENGTH = 16

# Account, random name of the browser, and fingerprint of the password that was right.
_Entry = tuple[int, str, str]


def set_up_known_browsers(app: Flask, settings: Settings) -> None:
    """Send the cookie with the response to a request that has called `remember_browser`."""

    @app.after_request
    def send_cookie(response: Response) -> Response:
        if "known_browser" in g:
            response.set_cookie(
                _cookie_name(settings),
                g.known_browser,
                max_age=LIFETIME,
                secure=settings.is_production,
                httponly=True,
                samesite="Lax",
            )
        return response


def remember_browser(merchant: Merchant) -> None:
    """Make this browser known to the account, whose password or emailed link was right.

    A change of the password makes all other browsers unknown.
    """
    name = known_browser(merchant) or new_token()
    others = [entry for entry in _entries() if entry[0] != merchant.id]
    entries = [(merchant.id, name, _fingerprint(merchant)), *others][:MAX_ACCOUNTS]
    g.known_browser = str(_signer(current_runtime().settings).dumps(entries))


def known_browser(merchant: Merchant) -> str | None:
    """Return the random name of this browser if it has signed in to the account, else None."""
    fingerprint = _fingerprint(merchant)
    for merchant_id, name, known in _entries():
        if (merchant_id, known) == (merchant.id, fingerprint):
            return name
    return None


def origin_of_try(merchant: Merchant | None) -> Origin:
    """Return where this request comes from; ``merchant`` is None if the address has no account."""
    browser = None if merchant is None else known_browser(merchant)
    return Origin(network_of(request.remote_addr or ""), browser)


def _entries() -> list[_Entry]:
    settings = current_runtime().settings
    text = request.cookies.get(_cookie_name(settings), "")
    try:
        return [(entry[0], entry[1], entry[2]) for entry in _signer(settings).loads(text)]
    except BadData:
        return []


def _cookie_name(settings: Settings) -> str:
    return f"__Host-{_NAME}" if settings.is_production else _NAME


def _fingerprint(merchant: Merchant) -> str:
    return hashlib.sha256(merchant.password_hash.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


def _signer(settings: Settings) -> URLSafeSerializer:
    return link_signer(settings.secret_keys, "known-browser")
