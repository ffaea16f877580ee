"""Suspend and resume the API keys of a merchant's own channel.

A suspended key is refused, and nothing of it is lost. A merchant who suspects that somebody else
knows a password suspends the keys first, finds out, and then resumes or revokes them.
"""

from __future__ import annotations

from peewee import ModelSelect

from portal.models import ApiKey, Merchant, database, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.api_keys.channel_keys import log_key
from portal.services.channels.own_channels import find_own_channel
from portal.services.work.row_locks import locked


def suspend_keys(merchant: Merchant) -> int:
    """Suspend all valid keys of the merchant, and return how many were not suspended before."""
    with database.atomic():
        return sum(_suspend(key, merchant) for key in _valid_keys(merchant))


def suspend_key(merchant: Merchant, key_id: int) -> ApiKey | None:
    """Suspend one key and return it; None if the merchant has no such valid key."""
    with database.atomic():
        key: ApiKey | None = _valid_keys(merchant, key_id).first()
        if key is not None:
            _suspend(key, merchant)
    return key


def resume_key(merchant: Merchant, key_id: int) -> ApiKey | None:
    """Let a suspended key be used again and return it; None if the merchant has no such valid key.

    The caller has checked the password of the merchant.
    """
    with database.atomic():
        key: ApiKey | None = _valid_keys(merchant, key_id).first()
        if key is not None and key.suspended_at is not None:
            key.suspended_at = None
            key.save(only=[ApiKey.suspended_at])
            log_key(key, AuditAction.API_KEY_RESUMED, merchant)
    return key


def count_valid_keys(merchant: Merchant) -> int:
    """Return how many keys of the merchant can be used now, or could be if they were resumed."""
    channel = find_own_channel(merchant)
    if channel is None:
        return 0
    keys = ApiKey.select().where(ApiKey.channel == channel, ApiKey.revoked_at.is_null())
    return int(keys.count())


def _valid_keys(merchant: Merchant, key_id: int | None = None) -> ModelSelect[ApiKey]:
    """Return the query of the merchant's keys that aren't revoked, locked."""
    channel = find_own_channel(merchant)
    keys = ApiKey.select().where(ApiKey.revoked_at.is_null())
    keys = keys.where(ApiKey.channel == (None if channel is None else channel.id))
    if key_id is not None:
        keys = keys.where(ApiKey.id == key_id)
    return locked(keys.order_by(ApiKey.id))


def _suspend(key: ApiKey, merchant: Merchant) -> int:
    if key.suspended_at is not None:
        return 0
    key.suspended_at = utc_now()
    key.save(only=[ApiKey.suspended_at])
    log_key(key, AuditAction.API_KEY_SUSPENDED, merchant)
    return 1
