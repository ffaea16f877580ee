"""Deletion of old queued e-mails, whose content is deleted when they are sent."""

from __future__ import annotations

from datetime import timedelta

from portal.models import NotificationState, QueuedEmail, utc_now
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

# Support finds out in this time whether an e-mail was sent.
KEPT_FOR = timedelta(days=7)


def prune_queued_emails(runtime: Runtime) -> int:
    """Delete e-mails older than `KEPT_FOR` within a limited time; return their number."""
    is_old = QueuedEmail.created_at < utc_now() - KEPT_FOR
    is_over = QueuedEmail.state != NotificationState.WAITING
    return delete_batches(runtime.write_lock, is_old & is_over, QueuedEmail.id)
