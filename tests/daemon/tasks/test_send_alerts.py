"""The daemon sends alerts even after Redis lost everything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import AlertDelivery, AlertNotice, NotificationState, utc_now
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind
from portal.services.alerts.send_alerts import wake_due_alert_channels
from portal.services.alerts.update_alerts import update_alerts
from portal.services.notifications.issues import open_issue
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.post_office import letters_in


@pytest.mark.promise(1)
def test_alert_reaches_operators_of_a_new_portal_after_redis_lost_everything(
    jobs_runtime: Runtime,
) -> None:
    operator = make_merchant(operator_role=OperatorRole.SUPPORT)
    kind = IssueKind.TOKEN_DEAD
    open_issue(make_store().id, kind, CONNECTION_ISSUES[kind])
    every_s = {entry.task: entry.every_s for entry in SCHEDULE}
    assert (every_s[update_alerts], every_s[wake_due_alert_channels]) == (10, 5)
    update_alerts(jobs_runtime)
    AlertNotice.update(due_at=utc_now() - timedelta(seconds=1)).execute()
    update_alerts(jobs_runtime)
    wake_due_alert_channels(jobs_runtime)
    jobs_runtime.redis.flushall()

    wake_due_alert_channels(jobs_runtime)
    make_worker("mail", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    [letter] = letters_in(jobs_runtime.mailer.folder)
    assert letter["To"] == operator.email
    assert letter["Subject"] == "Critical: Ecwid no longer accepts our access: store 1003"
    assert AlertDelivery.get().state == NotificationState.SENT
