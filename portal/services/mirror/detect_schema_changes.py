"""Learn what the fields of a store's records look like, and tell the operator when that changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from portal.models import ObservedSchema, Resource, SchemaChange, utc_now
from portal.models.fields import strip_unstorable
from portal.rules.sync.schema_changes import LEARNING_RECORDS, DetectedChange, SchemaProfile

log = structlog.get_logger(__name__)

# Of a first copy not every record need teach: looking at them all would take a tenth of its time.
SAMPLE_EVERY = 100


def detect_schema_changes(
    store_id: int, resource: Resource, records: Sequence[Any]
) -> list[DetectedChange]:
    """Compare the fields of ``records``, as Ecwid sent them, with what is usual; return the drift.

    Runs inside the caller's transaction. Each change is a row and a log line, once for a store
    and resource. Until the resource was complete once, everything is usual.
    """
    if not records:
        return []
    known = ObservedSchema.load(store_id, resource)
    profile = SchemaProfile.read(known.fields, known.records)
    if known.is_learning and profile.records >= LEARNING_RECORDS:
        records = records[::SAMPLE_EVERY]
    changes = profile.observe(records, is_learning=known.is_learning)
    if profile.is_changed:
        _save(store_id, resource, profile)
    return [change for change in changes if _report(store_id, resource, change)]


def latest_schema_changes(limit: int) -> Sequence[SchemaChange]:
    """Return the latest changes of all stores, the newest first."""
    return list(SchemaChange.select().order_by(SchemaChange.id.desc()).limit(limit))


def _save(store_id: int, resource: Resource, profile: SchemaProfile) -> None:
    ObservedSchema.insert(
        store=store_id,
        resource=resource,
        fields=profile.stored(),
        records=profile.records,
        updated_at=utc_now(),
    ).on_conflict(
        conflict_target=[ObservedSchema.store, ObservedSchema.resource],
        preserve=[ObservedSchema.fields, ObservedSchema.records, ObservedSchema.updated_at],
    ).execute()


def _report(store_id: int, resource: Resource, change: DetectedChange) -> bool:
    is_new: bool = (
        SchemaChange.insert(
            store=store_id,
            resource=resource,
            field=strip_unstorable(change.field),
            change=change.change,
            before=change.before,
            after=change.after,
        )
        .on_conflict_ignore()
        .as_rowcount()
        .execute()
    ) == 1
    if is_new:
        log.warning(
            "schema.changed",
            store=store_id,
            resource=resource,
            field=change.field,
            change=change.change,
            before=change.before,
            after=change.after,
        )
    return is_new
