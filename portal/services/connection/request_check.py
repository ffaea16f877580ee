"""Check of a store's connection at a person's request."""

from __future__ import annotations

from portal.jobs import PROBE_STORE
from portal.models import AuditLogEntry, Store, database, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.runtime import Runtime


def request_check(runtime: Runtime, store: Store) -> None:
    """Have the daemon check the connection now, before checks for which nobody waits."""
    with database.atomic():
        Store.update(probe_due_at=utc_now()).where(Store.id == store.id).execute()
        AuditLogEntry.record_request(
            store.id, AuditAction.CONNECTION_CHECK_REQUESTED, f"store {store.id}"
        )
    runtime.wake(PROBE_STORE, store.id, at_front=True)
