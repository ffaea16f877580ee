"""Make secrets of endpoints, and sign messages with them as Standard Webhooks has it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from standardwebhooks import Webhook

MARK = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret in its usual form, which every library of the standard takes."""
    return MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signed_headers(uid: str, at: datetime, body: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the headers of an attempt at ``at``; one signature for each secret in force."""
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(uid, at, body) for key in keys),
    }
