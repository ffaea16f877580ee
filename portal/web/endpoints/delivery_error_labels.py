"""Texts of delivery errors."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from portal.i18n import N_

DELIVERY_ERRORS: Mapping[str, str] = {
    "private": N_("The name leads to an address that is not on the public internet."),
    "tls": N_("Its certificate is not good, or it doesn't speak TLS."),
    "timeout": N_("No answer within 10 seconds."),
    "unknown_name": N_("Nobody knows its name: the look-up failed."),
    "unreachable": N_("No connection, or it broke before an answer came."),
    "secret": N_("Its secret can't be opened with our keys: rotate it."),
    "off": N_("The endpoint was off or paused for more than 3 days."),
    "access_lost": N_("You no longer look after the store."),
    "interrupted": N_("Our process ended while it was sending; whether it arrived is unknown."),
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
