"""API keys of all merchants: operators find and revoke them."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from portal.models import COMMAND_ACTOR, ApiKey, AuditLogEntry, Merchant, database, utc_now
from portal.rules.accounts.account_changes import AccountChange
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.account_emails import email_account_changed
from portal.services.api_keys.keys import stores_of
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
    """Return a page of all keys with their merchants, newest first.

    ``email`` is a part of the merchant's address. ``store_id`` lists the keys for this store alone.
    """
    query = ApiKey.select(ApiKey, Merchant).join(Merchant)
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
    """Revoke a key of any merchant at once, and email the merchant.

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
        key: ApiKey = (
            ApiKey.select(ApiKey, Merchant).join(Merchant).where(ApiKey.prefix == prefix).get()
        )
        store_ids: Sequence[int | None] = [store.id for store in stores_of(key)]
        for store_id in store_ids or [None]:
            AuditLogEntry.record(
                store_id,
                AuditAction.API_KEY_REVOKED,
                f"api_key {prefix}",
                actor=actor,
                actor_name=COMMAND_ACTOR if actor is None else None,
            )
    log.info("api_key.revoked", key=prefix, merchant=key.merchant_id)
    email_account_changed(runtime, key.merchant, AccountChange.KEY_REVOKED)
    return key
