"""Deletion of an account, refused while it would leave a store without an owner."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from peewee import fn

from portal.models import (
    AuditLogEntry,
    Membership,
    Merchant,
    Role,
    Store,
    StoreState,
    database,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.operators import lock_account_row
from portal.services.channels.own_channels import revoke_all
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)


STORES_SHOWN = 50


def stores_blocking_deletion(merchant: Merchant) -> Sequence[Store]:
    """Return the stores that the merchant must hand over or disconnect first.

    A disconnected store without other team members doesn't block the deletion. Returns at most one
    store more than `STORES_SHOWN`.
    """
    others = Membership.alias()
    team = others.select(fn.COUNT(others.id)).where(others.store == Membership.store)
    owned = (
        Store.select()
        .join(Membership)
        .where(
            Membership.merchant == merchant,
            Membership.role == Role.OWNER,
            (Store.state != StoreState.DISCONNECTED) | (team > 1),
        )
    )
    return list(owned.order_by(Store.name, Store.id).limit(STORES_SHOWN + 1))


def delete_account(merchant: Merchant) -> bool:
    """Delete the account with its sessions, second factor and memberships.

    No channel keeps access to its stores, because nobody is left who could end it.

    Returns False if stores block the deletion. Raises UserRefusedError for the only admin who can
    sign in. The merchant's actions stay in the audit log and the timelines, without a name.
    """
    with database.atomic():
        lock_account_row(merchant, keep_admin=True)
        _lock(merchant)
        if stores_blocking_deletion(merchant):
            return False
        _revoke_access_to_own_stores(merchant)
        merchant.delete_instance()
        # Without a reference, which the deletion would only clear.
        name = f"merchant {merchant.id}"
        AuditLogEntry.record(None, AuditAction.ACCOUNT_DELETED, name, actor_name=name)
    log.info("account.deleted", merchant=merchant.id)
    return True


def _revoke_access_to_own_stores(merchant: Merchant) -> None:
    owned = Membership.select(Membership.store).where(
        Membership.merchant == merchant, Membership.role == Role.OWNER
    )
    for membership in list(owned):
        revoke_all(membership.store_id, merchant)


def _lock(merchant: Merchant) -> None:
    """Lock the merchant's rows, so nobody makes the merchant a store's owner before the commit."""
    list(locked(Merchant.select().where(Merchant.id == merchant.id), locks_references=True))
    memberships = Membership.select().where(Membership.merchant == merchant)
    list(locked(memberships, locks_references=True))
