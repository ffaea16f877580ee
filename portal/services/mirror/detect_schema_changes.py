"""Learn what the fields of a store's records look like, and tell the operator when that changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from portal.models import FieldDrift, FieldProfile, Resource, utc_now
from portal.models.fields import storable
from portal.rules.sync.schema_changes import LEARNED_FROM, Drift, Profile

log = structlog.get_logger(__name__)

# Of a first copy not every record need teach: looking at them all would take a tenth of its time.
SAMPLE_EVERY = 100


def note_fields(store_id: int, resource: Resource, records: Sequence[Any]) -> list[Drift]:
    """Compare the fields of ``records``, as Ecwid sent them, with what is usual; return the drift.

    Runs inside the caller's transaction. Each change is a row and a log line, once for a store
    and resource. Until the resource was complete once, everything is usual.
    """
    if not records:
        return []
    known = FieldProfile.known(store_id, resource)
    profile = Profile.read(known.fields, known.records)
    if known.is_learning and profile.records >= LEARNED_FROM:
        records = records[::SAMPLE_EVERY]
    drifts = profile.take(records, is_learning=known.is_learning)
    if profile.is_changed:
        _keep(store_id, resource, profile)
    return [drift for drift in drifts if _tell(store_id, resource, drift)]


def drifts_noticed(limit: int) -> Sequence[FieldDrift]:
    """Return the latest changes of all stores, the newest first."""
    return list(FieldDrift.select().order_by(FieldDrift.id.desc()).limit(limit))


def _keep(store_id: int, resource: Resource, profile: Profile) -> None:
    FieldProfile.insert(
        store=store_id,
        resource=resource,
        fields=profile.stored(),
        records=profile.records,
        updated_at=utc_now(),
    ).on_conflict(
        conflict_target=[FieldProfile.store, FieldProfile.resource],
        preserve=[FieldProfile.fields, FieldProfile.records, FieldProfile.updated_at],
    ).execute()


def _tell(store_id: int, resource: Resource, drift: Drift) -> bool:
    is_new: bool = (
        FieldDrift.insert(
            store=store_id,
            resource=resource,
            field=storable(drift.field),
            change=drift.change,
            before=drift.before,
            after=drift.after,
        )
        .on_conflict_ignore()
        .as_rowcount()
        .execute()
    ) == 1
    if is_new:
        log.warning(
            "fields.drifted",
            store=store_id,
            resource=resource,
            field=drift.field,
            change=drift.change,
            before=drift.before,
            after=drift.after,
        )
    return is_new
