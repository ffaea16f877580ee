"""Fixtures of the tests of alerts: an operator, receivers, and the steps of the daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.models import (
    Alert,
    AlertChannel,
    AlertCheck,
    AlertDelivery,
    AlertMedium,
    AlertMessage,
    AlertNotice,
    Issue,
    Lease,
    Merchant,
    Store,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind
from portal.services.alerts.send_alerts import send_alerts, wake_due_alert_channels
from portal.services.alerts.update_alerts import update_alerts
from portal.services.notifications.issues import open_issue
from portal.services.runtime import Runtime
from tests.channel import Channel, open_channel
from tests.factories import SECRET, make_merchant
from tests.sealed import seal_secret

AGED = (
    AlertNotice.due_at,
    AlertDelivery.due_at,
    AlertDelivery.sent_at,
    AlertCheck.checked_at,
    Alert.opened_at,
    Issue.opened_at,
)


@pytest.fixture
def operator(runtime: Runtime) -> Merchant:
    """An admin, in a portal whose first search for alerts is over."""
    AlertCheck.create()
    return make_merchant(email="op@example.com", operator_role=OperatorRole.ADMIN)


@pytest.fixture
def receiver() -> Iterator[Channel]:
    """An HTTP receiver that accepts everything."""
    with open_channel() as opened:
        yield opened


MakeChannel = Callable[..., AlertChannel]


@pytest.fixture
def make_channel(runtime: Runtime, operator: Merchant, receiver: Channel) -> MakeChannel:
    """Function that saves a channel, by default a signed webhook at the receiver."""

    def make(medium: AlertMedium = AlertMedium.WEBHOOK, **changes: Any) -> AlertChannel:
        is_mail = medium is AlertMedium.MAIL
        values = {
            "name": "On call",
            "medium": medium,
        }
        url = changes.pop("url", receiver.url)
        channel: AlertChannel = AlertChannel.create(**values | changes)
        if not is_mail:
            channel.sealed_url = seal_secret(runtime.sealer, channel, "sealed_url", url)
        channel.sealed_secret = seal_secret(runtime.sealer, channel, "sealed_secret", SECRET)
        channel.save()
        return channel

    return make


def stop_store(store: Store, kind: IssueKind = IssueKind.TOKEN_DEAD) -> None:
    """Open an issue of the store, as the connection check does."""
    open_issue(store.id, kind, CONNECTION_ISSUES[kind])


def pass_time(length: timedelta = timedelta(minutes=2)) -> None:
    """Age everything that waits by ``length``; the daemon goes on searching."""
    for field in AGED:
        for row in field.model.select().where(field.is_null(is_null=False)):
            setattr(row, field.name, getattr(row, field.name) - length)
            row.save(only=[field])
    Lease.delete().execute()


def run_daemon(runtime: Runtime) -> None:
    """Do what the schedule and the workers do: search, group, send."""
    update_alerts(runtime)
    wake_due_alert_channels(runtime)
    queue = Queue("mail", connection=runtime.redis, serializer=JSONSerializer)
    channels = [job.args[0] for job in queue.jobs if job.func_name.endswith("send_alerts")]
    runtime.redis.flushall()
    for channel_id in channels:
        send_alerts(runtime, channel_id)


def report(runtime: Runtime) -> None:
    """Search, let a minute pass, and send."""
    update_alerts(runtime)
    pass_time()
    run_daemon(runtime)


def delivery_states() -> list[str]:
    """Return the states of all deliveries, oldest first."""
    return [row.state for row in AlertDelivery.select().order_by(AlertDelivery.id)]


def purposes() -> list[str]:
    """Return the purposes of all messages, oldest first."""
    return [row.purpose for row in AlertMessage.select().order_by(AlertMessage.id)]
