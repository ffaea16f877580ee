"""History of records: what each event changed in the mirror, and a record's last change.

Changes are recorded inside the transaction that writes the records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from portal.models import ChangeKind, RecordChange, Resource, WebhookEvent
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, insert_rows
from portal.models.fields import load_json
from portal.rules.sync.record_diff import FieldChange, diff_records
from portal.services.mirror.resource_spec import ResourceSpec


class MirroredRecord(NamedTuple):
    """Mirrored record; its raw JSON stays text because most records are never compared."""

    text: str
    is_live: bool

    @property
    def raw(self) -> Any:
        """Return the record as Ecwid sent it."""
        return load_json(self.text)


def mirrored_records(
    store_id: int, spec: ResourceSpec, remote_ids: list[int]
) -> dict[int, MirroredRecord]:
    """Return the mirror's current versions of these records by id, including deleted ones."""
    table = spec.table
    rows: Any = (
        table.select(table.remote_id, table.raw.cast("text"), table.deleted_at.is_null())
        .where(table.matching(store_id, remote_ids))
        .tuples()
    )
    return {remote_id: MirroredRecord(text, bool(is_live)) for remote_id, text, is_live in rows}


def save_changes(
    store_id: int,
    spec: ResourceSpec,
    before: Mapping[int, MirroredRecord],
    events: Mapping[int, int],
) -> None:
    """Store the differences from ``before``; ``events`` maps record ids to event rows."""
    after = mirrored_records(store_id, spec, list(events))
    rows = [
        {
            "store": store_id,
            "resource": spec.resource,
            "remote_id": remote_id,
            "event": events[remote_id],
            **change,
        }
        for remote_id, now in after.items()
        if (change := _change(spec, before.get(remote_id), now)) is not None
    ]
    for part in chunked(rows, ROWS_PER_STATEMENT):
        insert_rows(RecordChange, part)


def last_change(store_id: int, resource: Resource, remote_id: int) -> RecordChange | None:
    """Return the last change that an event made to this record, or None."""
    found: RecordChange | None = (
        RecordChange.select(RecordChange)
        .where(
            RecordChange.store == store_id,
            RecordChange.resource == resource,
            RecordChange.remote_id == remote_id,
        )
        .order_by(RecordChange.id.desc())
        .first()
    )
    return found


def changes_of(event: WebhookEvent) -> list[RecordChange]:
    """Return the changes that the event made in the mirror, latest first."""
    rows = RecordChange.select().where(RecordChange.event == event)
    return list(rows.order_by(RecordChange.id.desc()))


def _change(
    spec: ResourceSpec, before: MirroredRecord | None, now: MirroredRecord
) -> dict[str, Any] | None:
    was_live = before is not None and before.is_live
    if not now.is_live:
        return {"kind": ChangeKind.DELETED, "changes": []} if was_live else None
    if before is None or not was_live:
        return {"kind": ChangeKind.CREATED, "changes": []}
    if before.text == now.text:
        return None
    changes = [_kept(spec, change) for change in diff_records(before.raw, now.raw)]
    return {"kind": ChangeKind.UPDATED, "changes": changes} if changes else None


def _kept(spec: ResourceSpec, change: FieldChange) -> dict[str, str | None]:
    # No values of personal data are kept, because an erasure would have to find the copy.
    is_shown = spec.kept_values is None or change.top_level_field in spec.kept_values
    return {
        "field": change.field,
        "before": change.before if is_shown else None,
        "after": change.after if is_shown else None,
    }
