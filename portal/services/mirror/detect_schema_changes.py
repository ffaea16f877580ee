"""Learn the schema of a store's records, and report to the operator when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from portal.models import ObservedSchema, Resource, SchemaChange, database, utc_now
from portal.models.fields import load_json, strip_unstorable
from portal.rules.sync.schema_changes import LEARNING_RECORDS, DetectedChange, SchemaProfile

log = structlog.get_logger(__name__)

# A backfill learns from a sample: checking every record would take a tenth of its time.
SAMPLE_EVERY = 100

# Raw SQL, because it runs for every page: peewee took longer to build it than to run it.
KNOWN = """SELECT p.fields, p.records, s.high_water_at IS NOT NULL FROM store
LEFT JOIN observed_schema AS p ON p.store_id = store.id AND p.resource = ?
LEFT JOIN sync_state AS s ON s.store_id = store.id AND s.resource = ?
WHERE store.id = ?"""


def detect_schema_changes(
    store_id: int, resource: Resource, records: Sequence[Any]
) -> list[DetectedChange]:
    """Compare the fields of ``records``, as Ecwid sent them, with the learned schema.

    Return the new changes. Each change is recorded and logged once per store and resource. Every
    field is accepted until the first backfill is complete. Runs inside the caller's transaction.
    """
    if not records:
        return []
    profile, is_learning = _known(store_id, resource)
    if is_learning:
        first = LEARNING_RECORDS - profile.records
        records = [*records[:first], *records[first::SAMPLE_EVERY]]
    changes = profile.observe(records, is_learning=is_learning)
    if profile.is_changed:
        _save(store_id, resource, profile)
    return [change for change in changes if _report(store_id, resource, change)]


def latest_schema_changes(limit: int) -> Sequence[SchemaChange]:
    """Return the latest schema changes of all stores, newest first."""
    return list(SchemaChange.select().order_by(SchemaChange.id.desc()).limit(limit))


def _known(store_id: int, resource: str) -> tuple[SchemaProfile, bool]:
    """Return the learned fields of a resource, and whether its first backfill is incomplete."""
    row = database.execute_sql(
        KNOWN.replace("?", database.param), (resource, resource, store_id)
    ).fetchone()
    fields, records, was_complete = row or (None, None, False)
    if isinstance(fields, str):
        fields = load_json(fields)
    return SchemaProfile.read(fields or {}, records or 0), not was_complete


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
