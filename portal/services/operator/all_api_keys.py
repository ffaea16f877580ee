"""API keys of all channels: operators find and revoke them."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from peewee import ModelSelect

from portal.models import (
    COMMAND_ACTOR,
    ApiKey,
    AuditLogEntry,
    Channel,
    Merchant,
    database,
    utc_now,
)
from portal.rules.accounts.account_changes import AccountChange
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.account_emails import email_account_changed
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
        if key.merchant is not None:
            email_account_changed(runtime, key.merchant, AccountChange.KEY_REVOKED)
    log.info("api_key.revoked", key=prefix, merchant=key.merchant_id)
    return key


def _with_owners() -> ModelSelect[ApiKey]:
    """Return the query of keys with their channels and, for those of merchants, the merchants."""
    rows = ApiKey.select(ApiKey, Channel, Merchant).join_from(ApiKey, Channel)
    return rows.join_from(ApiKey, Merchant, "LEFT JOIN")
