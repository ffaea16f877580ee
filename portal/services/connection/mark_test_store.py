"""Mark stores as test stores, or as live ones again.

A store that connects through the sandbox is a test store from the beginning. An operator marks the
others, such as a development store at Ecwid.
"""

from __future__ import annotations

import structlog

from portal.models import AuditLogEntry, Merchant, Store, database
from portal.rules.accounts.audit_actions import AuditAction

log = structlog.get_logger(__name__)


def mark_test_store(store: Store, *, is_test: bool, actor: Merchant | None = None) -> bool:
    """Mark the store as a test store or as a live one; return False if it is one already.

    The marketplace's channels then reach it with keys of the other mode. ``actor`` is None for the
    current operator or command.
    """
    action = AuditAction.STORE_MARKED_TEST if is_test else AuditAction.STORE_MARKED_LIVE
    with database.atomic():
        changed: int = (
            Store.update(is_test=is_test)
            .where(Store.id == store.id, Store.is_test != is_test)
            .execute()
        )
        if changed:
            AuditLogEntry.record_request(store.id, action, f"store {store.id}", actor=actor)
    if changed:
        log.info(action.value, store=store.id)
    return changed == 1
