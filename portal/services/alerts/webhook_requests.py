"""Requests to the webhooks of alert channels, in the format of each medium."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.models import AlertChannel, AlertMedium, utc_now
from portal.rules.alerts.alert_content import AlertContent
from portal.rules.alerts.message_formats import slack_payload, teams_payload, webhook_payload
from portal.services.outbound_webhooks.signed_request import signed_headers
from portal.services.runtime import Runtime


@dataclass(frozen=True)
class WebhookRequest:
    """One POST with its body and additional headers."""

    url: str
    body: str
    headers: Mapping[str, str]


def webhook_request(
    runtime: Runtime, channel: AlertChannel, content: AlertContent
) -> WebhookRequest:
    """Return the request of a message; raise SealedSecretError if our keys can't open its URL."""
    now, open_secret = utc_now(), runtime.sealer.open
    url = open_secret(channel.sealed_url or "", "alert_channel.sealed_url", channel.id)
    if channel.medium == AlertMedium.SLACK:
        return WebhookRequest(url, _json(slack_payload(content)), {})
    if channel.medium == AlertMedium.TEAMS:
        return WebhookRequest(url, _json(teams_payload(content)), {})
    body = _json(webhook_payload(content, now))
    secret = open_secret(channel.sealed_secret or "", "alert_channel.sealed_secret", channel.id)
    return WebhookRequest(url, body, signed_headers(content.uid, now, body, [secret]))


def _json(payload: Mapping[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
