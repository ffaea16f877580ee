"""The daemon sends digests even after Redis lost everything."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import Notification, NotificationState, Store, utc_now
from portal.rules.connection.issue_kinds import IssueKind, silent_webhooks_texts
from portal.services.notifications.issues import open_issue
from portal.services.notifications.notification_preferences import save_preference
from portal.services.notifications.send_digests import wake_due_digests
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.post_office import letters_in


@pytest.mark.promise(1)
def test_digest_is_sent_after_redis_lost_everything(
    jobs_runtime: Runtime,
) -> None:
    recipient = make_merchant()
    store: Store = make_store(recipient, timezone="Europe/Vilnius")
    save_preference(recipient, hours=None, muted=[])
    open_issue(store.id, IssueKind.WEBHOOKS_SILENT, silent_webhooks_texts("api"))
    Notification.update(due_at=utc_now()).execute()
    wake_due_digests(jobs_runtime)
    jobs_runtime.redis.flushall()

    [entry] = [entry for entry in SCHEDULE if entry.task is wake_due_digests]
    entry.task(jobs_runtime)
    make_worker("mail", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    [letter] = letters_in(jobs_runtime.mailer.folder)
    assert (letter["To"], entry.every_s) == (recipient.email, 5)
    assert "(Europe/Vilnius)" in letter.get_body(("plain",)).get_content()
    assert Notification.get().state == NotificationState.SENT
