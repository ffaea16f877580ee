"""The daemon sends endpoint alerts even after Redis lost everything."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import EndpointAlert, NotificationState, OffReason, utc_now
from portal.services.notifications.notification_preferences import save_preference
from portal.services.outbound_webhooks.alerts import wake_due_alerts
from portal.services.outbound_webhooks.failing_endpoints import turn_off
from portal.services.runtime import Runtime
from tests.factories import make_endpoint, make_merchant
from tests.post_office import letters_in


@pytest.mark.promise(1)
def test_alert_is_sent_after_redis_lost_everything(
    jobs_runtime: Runtime,
) -> None:
    recipient = make_merchant()
    save_preference(recipient, hours=None, muted=[])
    turn_off(make_endpoint(recipient, jobs_runtime.sealer), OffReason.GONE)
    EndpointAlert.update(due_at=utc_now()).execute()
    wake_due_alerts(jobs_runtime)
    jobs_runtime.redis.flushall()

    [entry] = [entry for entry in SCHEDULE if entry.task is wake_due_alerts]
    entry.task(jobs_runtime)
    make_worker("mail", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    [letter] = letters_in(jobs_runtime.mailer.folder)
    assert letter["To"] == recipient.email
    assert EndpointAlert.get().state == NotificationState.SENT
