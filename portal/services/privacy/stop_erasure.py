"""Stop of an erasure that is still held, and its continuation by the owner's word.

Anybody who has seen a signed event of a store could name another customer in its body, which isn't
signed. So an erasure waits for `Settings.erasure_hold_minutes`, and the owner may stop it.
"""

from __future__ import annotations

from typing import Any

from portal.jobs import PROCESS_PRIVACY_REQUESTS
from portal.models import (
    AuditLogEntry,
    Merchant,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Store,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.runtime import Runtime


def stop_erasure(store: Store, request_id: int, owner: Merchant) -> bool:
    """Stop a held erasure; return False if it isn't held, or not any more."""
    is_held = (PrivacyRequest.state == PrivacyRequestState.WAITING) & (
        PrivacyRequest.held_until > utc_now()
    )
    changes = {"state": PrivacyRequestState.STOPPED, "error": None}
    return _change(store, request_id, owner, is_held, changes, AuditAction.PRIVACY_ERASURE_STOPPED)


def continue_erasure(runtime: Runtime, store: Store, request_id: int, owner: Merchant) -> bool:
    """Erase now what was held or stopped; return False if there is no such request."""
    is_waiting = (PrivacyRequest.state == PrivacyRequestState.STOPPED) | (
        (PrivacyRequest.state == PrivacyRequestState.WAITING)
        & (PrivacyRequest.held_until > utc_now())
    )
    changes = {
        "state": PrivacyRequestState.WAITING,
        "held_until": None,
        "due_at": utc_now(),
        "attempts": 0,
    }
    action = AuditAction.PRIVACY_ERASURE_CONTINUED
    if not _change(store, request_id, owner, is_waiting, changes, action):
        return False
    runtime.wake(PROCESS_PRIVACY_REQUESTS, store.id, at_front=True)
    return True


def _change(
    store: Store,
    request_id: int,
    owner: Merchant,
    condition: Any,
    changes: dict[str, Any],
    action: AuditAction,
) -> bool:
    with database.atomic():
        changed = PrivacyRequest.update(changes).where(
            PrivacyRequest.id == request_id,
            PrivacyRequest.store == store,
            PrivacyRequest.kind == PrivacyRequestKind.ERASURE,
            condition,
        )
        if not changed.execute():
            return False
        request = PrivacyRequest.get_by_id(request_id)
        AuditLogEntry.record(
            store.id,
            action,
            f"customer {request.customer_id}",
            actor=owner,
            after={"request": request_id},
        )
    return True
