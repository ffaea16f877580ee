"""Texts of delivery errors."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from portal.i18n import N_

DELIVERY_ERRORS: Mapping[str, str] = {
    "private": N_("The URL leads to an address that isn't on the public internet."),
    "tls": N_("Secure connection failed: check the server's TLS certificate."),
    "timeout": N_("No response within 10 seconds."),
    "unknown_name": N_("Host name not found (DNS)."),
    "unreachable": N_("Couldn't connect, or the connection broke before a response came."),
    "secret": N_("We can't read the signing secret. Rotate it to create a new one."),
    "off": N_("Not sent: the endpoint was off or paused for more than 3 days."),
    "access_lost": N_("Not sent: you no longer have access to the store."),
    "interrupted": N_("Interrupted while sending. It may or may not have arrived."),
}
_REDIRECTS = range(300, 400)


def reason_phrase(status: int) -> str:
    """Return the reason phrase of an HTTP status; empty if the status is unknown."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def is_redirect(status: int | None) -> bool:
    """Return whether a status is a redirect, which deliveries don't follow."""
    return status is not None and status in _REDIRECTS
