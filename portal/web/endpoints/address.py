"""Check the URL of a channel's endpoint before it is stored.

The check is static. A DNS name may point elsewhere later, so each delivery checks the resolved IP
address again.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from portal.i18n import N_
from portal.rules.outbound_webhooks.public_addresses import is_host, is_local_host

MAX_URL_LENGTH = 2000

URL_ERRORS = {
    "malformed": N_("Enter a full URL, like https://example.com/webhooks."),
    "long": N_("Use at most 2,000 characters."),
    "https": N_("Use a URL that starts with https://."),
    "password": N_("Remove the user name and password from the URL. We sign each webhook instead."),
    "private": N_("Use a public URL that we can reach from the internet."),
}


def url_error(text: str, *, is_production: bool) -> str | None:
    """Return the key of a URL's problem in `URL_ERRORS`; None if the URL is fine.

    In development, plain HTTP and localhost are allowed.
    """
    if len(text) > MAX_URL_LENGTH:
        return "long"
    parts = _parts_of(text)
    if parts is None:
        return "malformed"
    if parts.username is not None or parts.password is not None:
        return "password"
    if is_production and parts.scheme != "https":
        return "https"
    return "private" if is_production and is_local_host(parts.hostname or "") else None


def _parts_of(text: str) -> SplitResult | None:
    """Return the parts of an HTTP URL; None for any other text."""
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return None
    return parts if is_web and is_host(parts.hostname or "") else None
