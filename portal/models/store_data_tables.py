"""Tables that are erased with a store's data, and their deletion in batches.

Tables not listed here survive the erasure: the store with its members, grants without tokens,
issues, timeline and audit log; the suppression list, so that a reconnect doesn't bring erased
people back; privacy requests; the channels' product selections with their picks; and counts that
identify no record.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from portal.models.base import Table
from portal.models.bulk import is_postgresql
from portal.models.change_feed import ChangeFeedEntry, ChangeFeedPruning
from portal.models.channel_selection import ChannelProduct
from portal.models.circuit_breaker import CircuitBreaker
from portal.models.delivery import Delivery, DeliveryAttempt
from portal.models.event_attempt import EventBatch
from portal.models.event_replay import EventReplay, ReplayedEvent
from portal.models.event_term import EventTerm
from portal.models.freshness_point import FreshnessPoint
from portal.models.hourly_count import HourlyCount
from portal.models.mirror import MirrorTable, mirrored_tables
from portal.models.mirror_count import MirrorCount
from portal.models.order import OrderItem
from portal.models.outbound_event import OutboundEvent
from portal.models.own_write import OwnWrite
from portal.models.product_category import ProductCategory
from portal.models.quarantine import Quarantine
from portal.models.queued_email import QueuedEmail
from portal.models.reconcile_mark import ReconcileMark
from portal.models.record_change import RecordChange
from portal.models.record_export import RecordExport
from portal.models.record_resync import RecordResync
from portal.models.schema_change import ObservedSchema, SchemaChange
from portal.models.search_document import SearchDocument
from portal.models.sellable_count import SellableCount
from portal.models.sync import SyncRun, SyncState
from portal.models.webhook_event import WebhookEvent

_OF_STORE = "store_id = ?"
# Outbound events about the store itself, above all its disconnection, and about access are kept.
_OUTBOUND_EVENTS = (
    "store_id = ? AND substr(type, 1, 6) <> 'store.' AND substr(type, 1, 8) <> 'channel.' "
    "AND substr(type, 1, 13) <> 'connect_link.'"
)
_DELIVERIES = f"event_id IN (SELECT id FROM outbound_event WHERE {_OUTBOUND_EVENTS})"  # noqa: S608
_ATTEMPTS = f"delivery_id IN (SELECT id FROM delivery WHERE {_DELIVERIES})"  # noqa: S608


@cache
def copy_tables() -> Mapping[type[Table], str]:
    """Return the tables with a store's data, each with the condition that selects its rows.

    The order is that of deletion. Runs come first, so no worker writes any more. Tables with
    foreign keys come before the tables they refer to, so no batch deletes more rows by a cascade.
    """
    return {
        SyncRun: _OF_STORE,
        ReconcileMark: "state_id IN (SELECT id FROM sync_state WHERE store_id = ?)",
        SyncState: _OF_STORE,
        CircuitBreaker: _OF_STORE,
        RecordResync: _OF_STORE,
        RecordExport: _OF_STORE,
        Quarantine: _OF_STORE,
        QueuedEmail: _OF_STORE,
        ReplayedEvent: "replay_id IN (SELECT id FROM event_replay WHERE store_id = ?)",
        EventReplay: _OF_STORE,
        DeliveryAttempt: _ATTEMPTS,
        Delivery: _DELIVERIES,
        OutboundEvent: _OUTBOUND_EVENTS,
        RecordChange: _OF_STORE,
        EventTerm: _OF_STORE,
        WebhookEvent: _OF_STORE,
        EventBatch: _OF_STORE,
        OrderItem: _OF_STORE,
        ProductCategory: _OF_STORE,
        SearchDocument: _OF_STORE,
        ChangeFeedEntry: _OF_STORE,
        ChangeFeedPruning: _OF_STORE,
        **dict.fromkeys(mirrored_tables(), _OF_STORE),
        # After the products, which would be selected without it.
        ChannelProduct: "consent_id IN (SELECT id FROM channel_consent WHERE store_id = ?)",
        OwnWrite: _OF_STORE,
        FreshnessPoint: _OF_STORE,
        HourlyCount: _OF_STORE,
        SellableCount: _OF_STORE,
        ObservedSchema: _OF_STORE,
        SchemaChange: _OF_STORE,
        MirrorCount: _OF_STORE,
    }


def count_rows(table: type[Table], store_id: int) -> int:
    """Return the number of the store's rows in a table of `copy_tables`."""
    database = table._meta.database
    statement = f"SELECT count(*) FROM {_name(table)} WHERE {_where(table)}"  # noqa: S608 - names of ours
    count: int = database.execute_sql(statement, (store_id,)).fetchone()[0]
    return count


def delete_batch(table: type[Table], store_id: int, limit: int) -> int:
    """Delete at most ``limit`` of the store's rows in the caller's transaction; return how many.

    Updates the stored count of live records.
    """
    database, mirror_table = table._meta.database, table._meta.table_name
    name, some = _name(table), f"WHERE {_where(table)} LIMIT {limit}"
    # By physical row address, because the tables have different keys.
    if is_postgresql(database):
        chosen = f"ctid = ANY(ARRAY(SELECT ctid FROM {name} {some}))"  # noqa: S608 - names of ours
    else:
        chosen = f"rowid IN (SELECT rowid FROM {name} {some})"  # noqa: S608 - names of ours
    is_mirror = issubclass(table, MirrorTable)
    if is_mirror:
        MirrorCount.lock(store_id, mirror_table)
    returned = "deleted_at" if is_mirror else "1"
    statement = f"DELETE FROM {name} WHERE {chosen} RETURNING {returned}"  # noqa: S608 - names of ours
    deleted = database.execute_sql(statement, (store_id,)).fetchall()
    if is_mirror:
        MirrorCount.add(store_id, mirror_table, -sum(at is None for (at,) in deleted))
    return len(deleted)


def _name(table: type[Table]) -> str:
    # Quoted, because ``order`` is an SQL keyword.
    return f'"{table._meta.table_name}"'


def _where(table: type[Table]) -> str:
    return copy_tables()[table].replace("?", table._meta.database.param)
