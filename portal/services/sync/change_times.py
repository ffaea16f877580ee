"""Fetch the last change times of a store's resources: one light call, for runs and liveness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from portal.ecwid.errors import EcwidError
from portal.ecwid.rate_limiter import Priority
from portal.ecwid.values import Record
from portal.errors import RecordError, SealedTokenError
from portal.models import Grant, Store, SyncState, database, utc_now
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.mirror.resources import RESOURCES
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def fetch_change_times(runtime: Runtime, store_id: int) -> None:
    """Store when the store's resources last changed; log a failure, because a later call retries.

    The call has background priority.
    """
    store = Store.get_or_none(Store.id == store_id)
    if store is None or not store.is_working or Grant.active_for(store_id) is None:
        return
    read_at = utc_now()
    try:
        payload = runtime.client(store_id, Priority.BACKGROUND).latest_stats()
    except (EcwidError, SealedTokenError) as error:
        if not handle_refusal(runtime, store_id, error):
            log.warning("change_times.fetch_failed", store=store_id, problem=str(error))
        return
    with database.atomic():
        save_change_times(store_id, parse_change_times(payload), read_at)


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
