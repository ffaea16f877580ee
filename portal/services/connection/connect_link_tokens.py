"""Signed tokens of connect links, and of the links that stop their reminders.

A token contains only the id of a row, so its state can change: the link can be shown again,
renewed, withdrawn and used once.
"""

from __future__ import annotations

from itsdangerous import BadData

from portal.models import Onboarding
from portal.services.signed_links import link_signer

_CONNECT = "connect-link"
_STOP = "connect-link-stop"


def link_token(secret_keys: tuple[str, ...], onboarding: Onboarding) -> str:
    """Return the token at the end of a link's URL."""
    return _token(secret_keys, _CONNECT, onboarding)


def onboarding_by_token(secret_keys: tuple[str, ...], token: str) -> Onboarding | None:
    """Return the onboarding that a link belongs to, unfinished or finished, or None if invalid.

    A link is invalid if it is forged, or if its row was deleted.
    """
    return _onboarding(secret_keys, _CONNECT, token)


def stop_token(secret_keys: tuple[str, ...], onboarding: Onboarding) -> str:
    """Return the token of the URL that stops reminders; it doesn't open the link itself."""
    return _token(secret_keys, _STOP, onboarding)


def onboarding_by_stop_token(secret_keys: tuple[str, ...], token: str) -> Onboarding | None:
    """Return the onboarding whose reminders a URL stops, or None if the URL is invalid."""
    return _onboarding(secret_keys, _STOP, token)


def _token(secret_keys: tuple[str, ...], salt: str, onboarding: Onboarding) -> str:
    return str(link_signer(secret_keys, salt).dumps(_signed_part(onboarding)))


def _onboarding(secret_keys: tuple[str, ...], salt: str, token: str) -> Onboarding | None:
    try:
        number, _made_at = part = link_signer(secret_keys, salt).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    onboarding: Onboarding | None = Onboarding.get_or_none(Onboarding.id == number)
    return onboarding if onboarding is not None and _signed_part(onboarding) == part else None


def _signed_part(onboarding: Onboarding) -> list[int]:
    # Includes the time, because a reused id must not make an old link valid.
    return [onboarding.id, int(onboarding.started_at.timestamp())]
