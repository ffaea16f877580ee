"""Verification that a webhook comes from Ecwid.

The signature covers only ``eventCreated`` and ``eventId``, never the body, so an API call must
confirm the rest of the event. Source: Ecwid, "Webhooks: verify the signature".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from enum import StrEnum


class SigningKey(StrEnum):
    """The client secret that made a signature."""

    CURRENT = "current"
    PREVIOUS = "previous"  # also accepted while the secret is being rotated
    CUSTOM_APP = "custom_app"  # of the store's own app, valid for this store only


def sign(secret: str, event_created: int, event_id: str) -> str:
    """Return the signature that Ecwid sends in ``X-Ecwid-Webhook-Signature``."""
    message = f"{event_created}.{event_id}".encode()
    digest = hmac.digest(secret.encode(), message, hashlib.sha256)
    return base64.b64encode(digest).decode("ascii")


def matching_key(
    signature: str | None, *, current: str, previous: str = "", event_created: int, event_id: str
) -> SigningKey | None:
    """Return which of our secrets made ``signature``, or None; compares in constant time.

    Empty secrets are skipped, so that an unset previous secret accepts no signature.
    """
    if not signature:
        return None
    given = signature.encode()
    matches = [
        key
        for key, secret in ((SigningKey.CURRENT, current), (SigningKey.PREVIOUS, previous))
        if secret and hmac.compare_digest(sign(secret, event_created, event_id).encode(), given)
    ]
    return matches[0] if matches else None
