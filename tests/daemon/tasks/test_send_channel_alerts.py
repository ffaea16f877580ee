"""The daemon finds rejected orders and mails their channel, even after Redis lost everything."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import ChannelAlertEmail, ChannelConsent, NotificationState, utc_now
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.notifications.channel_alerts import wake_due_channel_alerts
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_store
from tests.post_office import letters_in
from tests.services.issues.rows import reject


@pytest.mark.promise(1)
def test_channel_is_mailed_by_the_schedule_and_a_worker(
    jobs_runtime: Runtime,
) -> None:
    store = make_store()
    channel = make_channel(alert_emails=True)
    ChannelConsent.create(channel=channel, store=store, scopes=["write_orders"])
    reject(store, f"channel {channel.id}")

    for task in (update_counted_issues, wake_due_channel_alerts):
        [entry] = [entry for entry in SCHEDULE if entry.task is task]
        entry.task(jobs_runtime)
        jobs_runtime.redis.flushall()
        ChannelAlertEmail.update(due_at=utc_now()).execute()
    wake_due_channel_alerts(jobs_runtime)
    make_worker("mail", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    [letter] = letters_in(jobs_runtime.mailer.folder)
    assert letter["To"] == channel.contact_email
    assert ChannelAlertEmail.get().state == NotificationState.SENT
