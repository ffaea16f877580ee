"""The daemon writes to merchants even after Redis lost everything."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import BulkAction, BulkActionEmail, BulkActionItem, NotificationState
from portal.services.operator.bulk_action_emails import wake_due_bulk_action_emails
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.post_office import letters_in


@pytest.mark.promise(1)
def test_email_is_sent_after_redis_lost_everything(jobs_runtime: Runtime) -> None:
    merchant = make_merchant(email="ann@clay.example")
    written = {"kind": "notify", "subject": "New fees", "message": "From May on."}
    action = BulkAction.create(state="done", **written)
    BulkActionItem.create(bulk_action=action, store=make_store(merchant), state="done")
    BulkActionEmail.create(bulk_action=action, merchant=merchant)

    entries = [entry for entry in SCHEDULE if entry.task is wake_due_bulk_action_emails]
    [entry.task(jobs_runtime) for entry in entries]
    make_worker("mail", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    [letter] = letters_in(jobs_runtime.mailer.folder)
    assert letter["To"] == "ann@clay.example"
    assert BulkActionEmail.get().state == NotificationState.SENT
