"""Rounds of the daemon's sweep for due digests, with the time between them."""

from __future__ import annotations

from datetime import timedelta

from rq import Queue
from rq.serializers import JSONSerializer

from portal.models import Issue, Lease, Notification
from portal.services.notifications.send_digests import send_digests, wake_due_digests
from portal.services.runtime import Runtime

HOUR = timedelta(hours=1)


def pass_time(length: timedelta = HOUR) -> None:
    """Age all notifications and issues by ``length``."""
    for field in (Notification.due_at, Notification.sent_at, Issue.opened_at, Issue.resolved_at):
        for row in field.model.select().where(field.is_null(is_null=False)):
            setattr(row, field.name, getattr(row, field.name) - length)
            row.save(only=[field])
    Lease.delete().execute()


def send(runtime: Runtime) -> None:
    """Do what the daemon's sweep for due digests does."""
    wake_due_digests(runtime)
    queue = Queue("mail", connection=runtime.redis, serializer=JSONSerializer)
    merchants = [job.args[0] for job in queue.jobs]
    queue.empty()
    runtime.redis.flushall()
    for merchant_id in merchants:
        send_digests(runtime, merchant_id)
