"""Views of stores by operators: one audit log entry and one timeline entry per hour.

The audit log names the operator; the timeline, which the store's members see, does not.
"""

from __future__ import annotations

from datetime import timedelta

from peewee import SQL

from portal.models import AuditLogEntry, Merchant, Store, TimelineEntry, database, utc_now
from portal.rules.accounts.audit_actions import AuditAction

# An operator who looks at several pages of a store within this time looks once.
VIEW_INTERVAL = timedelta(hours=1)
# A page that is left open may be polled for this long after the view of its operator.
POLL_LIMIT = timedelta(hours=24)
SUPPORT_VIEWED = "support_viewed"

# A literal, because SQLite uses the partial index only if it sees the value.
_IS_VIEW = SQL(f"action = '{AuditAction.STORE_VIEWED}'")


def record_view(operator: Merchant, store: Store) -> None:
    """Record that the operator looks at the store, unless it was recorded within the hour."""
    if _was_recorded(operator, store, VIEW_INTERVAL):
        return
    with database.atomic():
        AuditLogEntry.record(
            store.id, AuditAction.STORE_VIEWED, f"store {store.id}", actor=operator
        )
        TimelineEntry.record(store.id, SUPPORT_VIEWED)


def may_poll(operator: Merchant, store: Store) -> bool:
    """Return whether the operator's view of the store was recorded within `POLL_LIMIT`."""
    return _was_recorded(operator, store, POLL_LIMIT)


def _was_recorded(operator: Merchant, store: Store, within: timedelta) -> bool:
    return bool(
        AuditLogEntry.select(AuditLogEntry.id)
        .where(
            AuditLogEntry.actor == operator,
            AuditLogEntry.store == store,
            AuditLogEntry.happened_at > utc_now() - within,
            _IS_VIEW,
        )
        .exists()
    )
