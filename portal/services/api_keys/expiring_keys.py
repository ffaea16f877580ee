"""Emails to the makers of API keys that expire soon."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from portal.models import ApiKey, Channel, Merchant, database, utc_now
from portal.services.api_keys.key_emails import email_maker
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

REMINDED_BEFORE = timedelta(days=7)
KEYS_PER_ROUND = 100


def remind_of_expiry(runtime: Runtime) -> int:
    """Email the makers of keys that expire within `REMINDED_BEFORE`, each key once; return how
    many.

    A key that was made for a shorter time gets none: its maker knows.
    """
    return remind_of_expiry_at(runtime, utc_now())


def remind_of_expiry_at(runtime: Runtime, now: datetime) -> int:
    """Do the same at a moment."""
    due = (
        ApiKey.select(ApiKey, Channel, Merchant)
        .join_from(ApiKey, Channel)
        .join_from(ApiKey, Merchant, "LEFT JOIN")
        .where(
            ApiKey.expires_at > now,
            ApiKey.expires_at <= now + REMINDED_BEFORE,
            ApiKey.expiry_reminded_at.is_null(),
            ApiKey.revoked_at.is_null(),
        )
        .order_by(ApiKey.expires_at)
        .limit(KEYS_PER_ROUND)
    )
    return sum(_remind(runtime, key, now) for key in list(due))


def _remind(runtime: Runtime, key: ApiKey, now: datetime) -> int:
    is_first = (ApiKey.id == key.id) & ApiKey.expiry_reminded_at.is_null()
    with database.atomic():
        if not ApiKey.update(expiry_reminded_at=now).where(is_first).execute():
            return 0
        if key.expires_at - key.created_at <= REMINDED_BEFORE:
            return 0
        email_maker(runtime, key, "expires")
    log.info("api_key.expires_soon", key=key.id)
    return 1
