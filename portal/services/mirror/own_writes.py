"""Write orders at Ecwid, and recognize the events that our own writes cause.

A write is recorded before it is sent, and a digest of the resulting record right after it. An event
that finds a record with this digest was caused by our own write. An external change makes the
digest differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.models import OwnWrite, Resource, database, utc_now
from portal.models.bulk import in_values
from portal.models.fields import dump_json
from portal.rules.orders.line_ends import with_line_feeds
from portal.services.mirror.resources import ORDERS
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

# A write without an outcome after this time was interrupted: its events are external changes.
WRITE_TIMEOUT = timedelta(minutes=1)
# Ecwid repeats an event for up to 24 hours.
RETENTION = timedelta(hours=26)


def update_order(
    client: EcwidClient, order_id: int, number: str, changes: Mapping[str, Any]
) -> bool:
    """Change fields of an order at Ecwid and in the mirror; return False if Ecwid refused.

    ``order_id`` is Ecwid's internal id, ``number`` is the number that people see. Raises
    EcwidError.
    """
    store_id = client.store_id
    begin_write(store_id, Resource.ORDERS, order_id)
    is_accepted = client.update_order(number, changes)
    read_at = utc_now()
    record = client.order(number)
    with database.atomic():
        ORDERS.save(store_id, [record], read_at)
        end_write(store_id, Resource.ORDERS, order_id, record)
    return is_accepted


def begin_write(store_id: int, resource: Resource, remote_id: int) -> None:
    """Record that a write to the record is about to be sent; commits at once."""
    _record(store_id, resource, remote_id, None)


def end_write(store_id: int, resource: Resource, remote_id: int, record: Any) -> None:
    """Record the record's state at Ecwid after our write."""
    _record(store_id, resource, remote_id, record_digest(record))


def own_writes_among(
    store_id: int, resource: Resource, records: Mapping[int, Any]
) -> tuple[set[int], set[int]]:
    """Return the ids of records unchanged since our last write, and of those being written.

    ``records`` are the current records at Ecwid, by id.
    """
    kept = OwnWrite.select().where(
        OwnWrite.store == store_id,
        OwnWrite.resource == resource,
        in_values(OwnWrite.remote_id, list(records)),
    )
    rows = list(kept) if records else []
    begun_after = utc_now() - WRITE_TIMEOUT
    written = {row.remote_id for row in rows if row.digest == record_digest(records[row.remote_id])}
    under_way = {
        row.remote_id for row in rows if row.digest is None and row.written_at > begun_after
    }
    return written, under_way


def prune_own_writes(runtime: Runtime) -> int:
    """Delete rows of writes whose events can't arrive any more, within a limited time.

    Return how many.
    """
    is_old = OwnWrite.written_at < utc_now() - RETENTION
    return delete_batches(
        runtime.write_lock, is_old, OwnWrite.store, OwnWrite.resource, OwnWrite.remote_id
    )


def record_digest(record: Any) -> str:
    """Return a digest of a whole record; the order of its fields and line ends don't matter."""
    return hashlib.sha256(dump_json(_sorted(record)).encode()).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(part) for part in value]
    return with_line_feeds(value) if isinstance(value, str) else value


def _record(store_id: int, resource: Resource, remote_id: int, digest: str | None) -> None:
    OwnWrite.insert(
        store=store_id, resource=resource, remote_id=remote_id, digest=digest, written_at=utc_now()
    ).on_conflict(
        conflict_target=[OwnWrite.store, OwnWrite.resource, OwnWrite.remote_id],
        preserve=[OwnWrite.digest, OwnWrite.written_at],
    ).execute()
