"""Channels that chose emails get at most one an hour, with what is about them in all stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.models import (
    Channel,
    ChannelAlertEmail,
    ChannelConsent,
    Lease,
    NotificationState,
    OrderSubmission,
    Store,
    utc_now,
)
from portal.rules.channels.channel_states import ChannelStatus
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.notifications.channel_alerts import (
    retry_channel_alerts,
    send_channel_alerts,
    wake_due_channel_alerts,
)
from portal.services.notifications.email_retries import MAIL_SERVER_DOWN
from portal.services.notifications.render_channel_alert import ISSUES_SHOWN
from portal.services.runtime import Runtime
from tests.dying_mailer import DyingMailer, Killed
from tests.factories import make_channel, make_store
from tests.post_office import PostOffice, part_of
from tests.services.issues.rows import quarantine, reject

QUARTER = timedelta(minutes=15)


@pytest.fixture
def channel(store: Store) -> Channel:
    """A channel that gets emails and may send orders to the store."""
    made = make_channel(alert_emails=True)
    allow(made, store)
    return made


def allow(channel: Channel, store: Store, **changes: object) -> None:
    values = {"scopes": ["write_orders"], "external_reference": "shop-7"} | changes
    ChannelConsent.create(channel=channel, store=store, **values)


def later(runtime: Runtime, length: timedelta = QUARTER) -> None:
    """Search for issues, let time pass, and send what is due."""
    update_counted_issues(runtime)
    wake_due_channel_alerts(runtime)
    for row in ChannelAlertEmail.select():
        row.due_at -= length
        row.sent_at = row.sent_at and row.sent_at - length
        row.save()
    Lease.delete().execute()
    runtime.redis.flushall()
    wake_due_channel_alerts(runtime)
    queue = Queue("mail", connection=runtime.redis, serializer=JSONSerializer)
    for job in queue.jobs:
        send_channel_alerts(runtime, job.args[0])


def test_email_has_the_channels_own_numbers_and_no_customer(
    runtime: Runtime, office: PostOffice, channel: Channel, store: Store
) -> None:
    for sender in (f"channel {channel.id}", f"channel {channel.id}", "channel 99"):
        reject(store, sender, email="ada@shopper.example")
    quarantine(store)

    later(runtime)

    [letter] = office.letters
    assert letter["To"] == "api@sports.example"
    assert letter["Subject"] == "Store 1003: Orders were refused"
    text = part_of(letter, "plain")
    assert "Count: 2" in text
    assert "Your reference: shop-7" in text
    assert "/api/v1/stores/1003/submissions?state=rejected" in text
    assert "ada@" not in text
    later(runtime)
    assert len(office.letters) == 1


def test_more_orders_of_any_store_are_one_more_email_after_an_hour(
    runtime: Runtime, office: PostOffice, channel: Channel, store: Store
) -> None:
    other = make_store(id=2002, name="Shop")
    allow(channel, other)
    for number in range(6):
        reject((store, other)[number % 2], f"channel {channel.id}")
        later(runtime)

    assert [letter["Subject"] for letter in office.letters] == [
        "Store 1003: Orders were refused",
        "2 stores: 2 problems",
    ]


def test_only_some_of_many_issues_are_named(
    runtime: Runtime, office: PostOffice, channel: Channel, store: Store
) -> None:
    for number in range(2000, 2003 + ISSUES_SHOWN):
        other = make_store(id=number)
        allow(channel, other)
        reject(other, f"channel {channel.id}")

    for _ in range(4):
        update_counted_issues(runtime)
    later(runtime)

    [letter] = office.letters
    assert part_of(letter, "plain").count("Count: 1") == ISSUES_SHOWN
    assert "And 3 more." in part_of(letter, "plain")


@pytest.mark.parametrize(
    "change",
    [{"alert_emails": False}, {"status": ChannelStatus.PAUSED}, {"contact_email": ""}],
)
def test_channel_that_wants_or_may_have_none_gets_no_email(
    runtime: Runtime, office: PostOffice, channel: Channel, store: Store, change: dict[str, object]
) -> None:
    Channel.update(change).execute()
    reject(store, f"channel {channel.id}")

    later(runtime)

    assert office.letters == []
    assert not ChannelAlertEmail.select().exists()


def test_email_is_dropped_if_nothing_is_left_to_report(
    runtime: Runtime, office: PostOffice, channel: Channel, store: Store
) -> None:
    reject(store, f"channel {channel.id}")
    update_counted_issues(runtime)
    Channel.update(alert_emails=False).execute()
    later(runtime)
    assert ChannelAlertEmail.get().state == NotificationState.DROPPED
    Channel.update(alert_emails=True).execute()
    reject(store, f"channel {channel.id}")

    later(runtime)

    assert len(office.letters) == 1


def test_refused_email_is_sent_again_on_request(
    runtime: Runtime, office: PostOffice, channel: Channel, store: Store
) -> None:
    office.answers[channel.contact_email] = "550 5.1.1 no such reader"
    reject(store, f"channel {channel.id}")
    later(runtime)
    row = ChannelAlertEmail.get()
    assert row.state == NotificationState.BOUNCED
    office.answers.clear()

    assert retry_channel_alerts(runtime, [row.id]) == 1
    send_channel_alerts(runtime, channel.id)

    assert ChannelAlertEmail.get().state == NotificationState.SENT


def test_nothing_is_sent_while_the_server_is_down_or_before_it_is_due(
    runtime: Runtime, office: PostOffice, channel: Channel, store: Store
) -> None:
    reject(store, f"channel {channel.id}")
    update_counted_issues(runtime)
    send_channel_alerts(runtime, channel.id)
    send_channel_alerts(runtime, 404)
    ChannelAlertEmail.update(due_at=utc_now()).execute()
    Lease.acquire(MAIL_SERVER_DOWN, "a worker", 60)

    assert wake_due_channel_alerts(runtime) == 0
    send_channel_alerts(runtime, channel.id)

    assert office.letters == []


def test_email_is_sent_once_if_the_process_dies_but_later_orders_are_reported(
    runtime: Runtime, office: PostOffice, channel: Channel, store: Store
) -> None:
    reject(store, f"channel {channel.id}")
    update_counted_issues(runtime)
    ChannelAlertEmail.update(due_at=utc_now()).execute()
    with pytest.raises(Killed):
        send_channel_alerts(replace(runtime, mailer=DyingMailer(office.url)), channel.id)
    reject(store, f"channel {channel.id}")
    later(runtime)
    assert ChannelAlertEmail.get().state == NotificationState.FAILED
    before = len(office.letters)

    later(runtime)

    assert len(office.letters) == before + 1
    assert "Count: 2" in part_of(office.letters[-1], "plain")
    assert OrderSubmission.select().count() == 2
