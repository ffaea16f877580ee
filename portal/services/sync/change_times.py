"""Last change times of a store's resources, as ``/latest-stats`` reports them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.models import SyncState
from portal.services.mirror.resources import RESOURCES


def parse_change_times(payload: dict[str, Any]) -> Mapping[str, datetime]:
    """Return the last change time of each resource that has a readable one."""
    record = Record("latest-stats", payload)
    found = {}
    for spec in RESOURCES.values():
        try:
            at = record.moment(spec.change_time)
        except RecordError:
            continue
        if at is not None:
            found[str(spec.resource)] = at
    return found


def save_change_times(store_id: int, times: Mapping[str, datetime], read_at: datetime) -> None:
    """Store the change times read at ``read_at``; the caller opens the transaction."""
    for resource, at in times.items():
        SyncState.update(remote_changed_at=at, remote_checked_at=read_at).where(
            SyncState.store == store_id, SyncState.resource == resource
        ).execute()
