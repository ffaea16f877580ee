"""Check that a webhook comes from Ecwid.

The signature covers ``eventCreated`` and ``eventId`` only, never the body: what the event says is
a hint to be confirmed by reading. Source: Ecwid, "Webhooks: verify the signature".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(secret: str, event_created: int, event_id: str) -> str:
    """Return the signature that Ecwid sends in ``X-Ecwid-Webhook-Signature``."""
    message = f"{event_created}.{event_id}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def is_genuine(
    signature: str | None, *, secrets: Iterable[str], event_created: int, event_id: str
) -> bool:
    """Tell in constant time whether one of our secrets made ``signature``; None is never genuine.

    Empty secrets are passed over: an unset previous secret must not admit anybody.
    """
    if not signature:
        return False
    given = signature.encode()
    matches = [
        hmac.compare_digest(sign(secret, event_created, event_id).encode(), given)
        for secret in secrets
        if secret
    ]
    return any(matches)
