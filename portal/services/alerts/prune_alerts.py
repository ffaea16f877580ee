"""Removal of old messages and of alerts that were resolved long ago."""

from __future__ import annotations

from datetime import timedelta

from portal.models import Alert, AlertMessage, utc_now
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

KEPT_FOR = timedelta(days=90)


def prune_alerts(runtime: Runtime) -> int:
    """Delete resolved alerts and messages that are older than `KEPT_FOR`; return how many.

    An alert that is open keeps the notices of its messages, because each channel gets it once.
    """
    before = utc_now() - KEPT_FOR
    is_old_message = (AlertMessage.created_at < before) & (
        (AlertMessage.purpose != "opened") | AlertMessage.recovered_at.is_null(is_null=False)
    )
    messages = delete_batches(runtime.write_lock, is_old_message, AlertMessage.id)
    return messages + delete_batches(runtime.write_lock, Alert.resolved_at < before, Alert.id)
