"""The daemon mails connect links even after Redis lost everything."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import ConnectLinkEmail, NotificationState
from portal.services.connection.connect_link_emails import mail_link, wake_due_connect_link_emails
from portal.services.connection.connect_links import create_link
from portal.services.connection.onboarding import record_first_imports
from portal.services.connection.remind_invitees import queue_reminders
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.post_office import letters_in


@pytest.mark.promise(1)
def test_invitation_is_sent_after_redis_lost_everything(jobs_runtime: Runtime) -> None:
    operator = make_merchant()
    mail_link(jobs_runtime, create_link(operator, "Ann", email="ann@clay.example"), operator)
    jobs_runtime.redis.flushall()

    entries = [entry for entry in SCHEDULE if entry.task is wake_due_connect_link_emails]
    [entry.task(jobs_runtime) for entry in entries]
    make_worker("mail", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    [letter] = letters_in(jobs_runtime.mailer.folder)
    assert letter["To"] == "ann@clay.example"
    assert ConnectLinkEmail.get().state == NotificationState.SENT


@pytest.mark.parametrize("task", [queue_reminders, record_first_imports])
def test_schedule_has_the_sweeps_of_onboardings(jobs_runtime: Runtime, task: object) -> None:
    [entry] = [entry for entry in SCHEDULE if entry.task is task]

    assert entry.task(jobs_runtime) == 0
