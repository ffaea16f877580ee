"""API keys of all channels: operators find and revoke them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from peewee import ModelSelect

from portal.models import (
    COMMAND_ACTOR,
    ApiKey,
    AuditLogEntry,
    Channel,
    ChannelConsent,
    Merchant,
    database,
    utc_now,
)
from portal.rules.accounts.account_changes import AccountChange
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.account_emails import email_account_changed
from portal.services.api_keys.channel_keys import ROTATION_GRACE, NewKey, rotate_channel_key
from portal.services.channels.reach import store_ids_reached
from portal.services.pagination import KeyPage, page_by_key
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def list_api_keys(
    *,
    email: str = "",
    store_id: int | None = None,
    with_revoked: bool = False,
    after: int | None = None,
    before: int | None = None,
) -> KeyPage[ApiKey]:
    """Return a page of all keys with their channels and merchants, newest first.

    ``email`` is a part of the merchant's address. ``store_id`` lists the keys for this store alone.
    """
    query = _with_owners()
    if email:
        query = query.where(Merchant.email.contains(email))
    if store_id is not None:
        query = query.where(ApiKey.store == store_id)
    if not with_revoked:
        query = query.where(ApiKey.revoked_at.is_null())
    return page_by_key(query, ApiKey.id, after=after, before=before)


def revoke_by_prefix(
    runtime: Runtime, prefix: str, *, actor: Merchant | None = None
) -> ApiKey | None:
    """Revoke a key of any channel at once, and email its merchant if it has one.

    Returns None if no valid key has this prefix. ``actor`` is None for a command. The change is in
    the audit log of each store that the key reaches.
    """
    with database.atomic():
        key = _revoke(prefix, actor)
        if key is not None and key.merchant is not None:
            email_account_changed(runtime, key.merchant, AccountChange.KEY_REVOKED)
    return key


def _revoke(prefix: str, actor: Merchant | None) -> ApiKey | None:
    with database.atomic():
        revoked = (
            ApiKey.update(revoked_at=utc_now(), previous_hash=None)
            .where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_null())
            .execute()
        )
        if not revoked:
            return None
        key: ApiKey = _with_owners().where(ApiKey.prefix == prefix).get()
        store_ids: Sequence[int | None] = store_ids_reached(key)
        for store_id in store_ids or [None]:
            AuditLogEntry.record(
                store_id,
                AuditAction.API_KEY_REVOKED,
                f"api_key {prefix}",
                actor=actor,
                actor_name=COMMAND_ACTOR if actor is None else None,
            )
    log.info("api_key.revoked", key=prefix, merchant=key.merchant_id)
    return key


@dataclass(frozen=True)
class KeyChoice:
    """Keys that a person revokes together: of a store, a channel or a merchant, or all of them."""

    store_id: int | None = None
    channel_id: int | None = None
    merchant_id: int | None = None


def count_chosen_keys(wanted: KeyChoice) -> int:
    """Return how many valid keys are chosen."""
    return len(_chosen(wanted))


def revoke_chosen_keys(runtime: Runtime, wanted: KeyChoice) -> int:
    """Revoke the chosen keys, each with its entry in the audit log; return how many.

    Each merchant gets one email. It can be interrupted and repeated.
    """
    merchants: dict[int, Merchant] = {}
    count = 0
    for prefix in _chosen(wanted):
        key = _revoke(prefix, None)
        if key is not None:
            count += 1
            if key.merchant is not None:
                merchants[key.merchant.id] = key.merchant
    for merchant in merchants.values():
        email_account_changed(runtime, merchant, AccountChange.KEY_REVOKED)
    return count


def rotate_by_prefix(prefix: str, *, revoke_old: bool = False) -> NewKey | None:
    """Return the key of any channel with a new secret; None if no valid key has this prefix.

    With ``revoke_old`` the old secret is refused at once.
    """
    key = _with_owners().where(ApiKey.prefix == prefix).first()
    if key is None:
        return None
    grace = timedelta(0) if revoke_old else ROTATION_GRACE
    return rotate_channel_key(key.channel, key.id, grace=grace)


def _chosen(wanted: KeyChoice) -> list[str]:
    """Return the prefixes of the chosen keys that are valid, oldest first."""
    keys = _with_owners().where(ApiKey.revoked_at.is_null())
    if wanted.channel_id is not None:
        keys = keys.where(ApiKey.channel == wanted.channel_id)
    if wanted.merchant_id is not None:
        keys = keys.where(ApiKey.merchant == wanted.merchant_id)
    if wanted.store_id is not None:
        consented = ChannelConsent.select(ChannelConsent.channel).where(
            ChannelConsent.store == wanted.store_id
        )
        is_for_it = (ApiKey.store == wanted.store_id) | ApiKey.store.is_null()
        keys = keys.where(ApiKey.merchant.is_null(is_null=False), ApiKey.channel.in_(consented))
        keys = keys.where(is_for_it)
    return [key.prefix for key in keys.order_by(ApiKey.id)]


def _with_owners() -> ModelSelect[ApiKey]:
    """Return the query of keys with their channels and, for those of merchants, the merchants."""
    rows = ApiKey.select(ApiKey, Channel, Merchant).join_from(ApiKey, Channel)
    return rows.join_from(ApiKey, Merchant, "LEFT JOIN")
