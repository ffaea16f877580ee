"""Signed requests to endpoints of channels: signatures, and the request itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from standardwebhooks import Webhook

from portal.config import Settings
from portal.models import utc_now
from portal.services.outbound_webhooks.http_sender import AttemptResult, WebhookSender


@dataclass(frozen=True)
class SignedRequest:
    """Everything that one delivery attempt needs, so that sending makes no database query."""

    delivery_id: int
    attempt_id: int
    endpoint_id: int
    url: str
    uid: str
    body: str
    secrets: tuple[str, ...]


def signed_headers(uid: str, at: datetime, body: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the headers of an attempt at ``at``, with one signature per active secret.

    Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(uid, at, body) for key in keys),
    }


def open_sender(settings: Settings) -> WebhookSender:
    """Return a sender; it accepts addresses of this machine outside production only."""
    return WebhookSender(allow_loopback=not settings.is_production)


def post_signed(line: WebhookSender, signed_request: SignedRequest) -> AttemptResult:
    """Sign and send one request; return the reply, and never raise for what the endpoint does."""
    headers = signed_headers(
        signed_request.uid, utc_now(), signed_request.body, signed_request.secrets
    )
    return line.post(signed_request.url, signed_request.body, headers)
