"""The daemon sends the emails that pages have queued, even after Redis lost everything."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.mail import RenderedEmail
from portal.services.notifications.queued_emails import queue_email, wake_due_queued_emails
from portal.services.runtime import Runtime
from tests.post_office import letters_in


@pytest.mark.promise(1)
@pytest.mark.parametrize("is_lost", [False, True])
def test_queued_email_is_sent(jobs_runtime: Runtime, is_lost: bool) -> None:
    email = RenderedEmail("Hello", "text", "<p>text</p>")
    queue_email(jobs_runtime, email, kind="invitation", to="ann@clay.example")
    if is_lost:
        jobs_runtime.redis.flushall()
        [entry] = [entry for entry in SCHEDULE if entry.task is wake_due_queued_emails]
        entry.task(jobs_runtime)

    make_worker("mail", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    [letter] = letters_in(jobs_runtime.mailer.folder)
    assert letter["To"] == "ann@clay.example"
