"""Merchants are warned of a failing endpoint at 50, 70 and 90 %, and told when it is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.mail import Mailer
from portal.models import (
    ChannelEndpoint,
    Delivery,
    DeliveryState,
    EndpointNotice,
    EndpointState,
    Lease,
    Merchant,
    NotificationState,
    OffReason,
    Store,
    utc_now,
)
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.rules.outbound_webhooks.endpoint_health import KEPT_WHILE_OFF
from portal.services.notifications.email_retries import SERVER_AWAY
from portal.services.notifications.notification_preferences import keep_choice
from portal.services.outbound_webhooks.alerts import send_notices, wake_due_notices
from portal.services.outbound_webhooks.failing_endpoints import ask_failing, give_up_kept
from portal.services.runtime import Runtime
from tests.channel import Channel
from tests.factories import make_delivery
from tests.post_office import PostOffice, part_of
from tests.services.outbound_webhooks.conftest import Attempt

HOUR = timedelta(hours=1)


@pytest.fixture
def runtime(runtime: Runtime, office: PostOffice) -> Runtime:
    """The runtime of a daemon that sends by this server."""
    return replace(runtime, mailer=Mailer(f"{office.url}?from=portal@clay.example"))


@pytest.fixture
def merchant(merchant: Merchant) -> Merchant:
    """A merchant who may be told at any hour."""
    keep_choice(merchant, hours=None, timezone="", muted=[])
    return merchant


def move_clock(length: timedelta) -> None:
    """Have everything been so long ago."""
    for table, names in (
        (ChannelEndpoint, ("failing_since_at", "last_attempt_at", "resume_at", "state_since_at")),
        (EndpointNotice, ("due_at",)),
        (Delivery, ("due_at",)),
    ):
        for row in table.select():
            for name in names:
                if getattr(row, name) is not None:
                    setattr(row, name, getattr(row, name) - length)
            row.save()


def marks() -> list[int]:
    """Return the marks that were told of, in order."""
    return [notice.percent for notice in EndpointNotice.select().order_by(EndpointNotice.id)]


def subjects(office: PostOffice) -> list[str]:
    """Return what the letters that were sent are about."""
    return [str(letter["Subject"]) for letter in office.letters]


def test_an_endpoint_is_warned_about_at_each_mark_once_and_then_turned_off(
    runtime: Runtime,
    channel: Channel,
    office: PostOffice,
    endpoint: ChannelEndpoint,
    attempt: Attempt,
    store: Store,
) -> None:
    channel.status = 500
    make_delivery(endpoint, store)
    found = []
    for hour in range(74):
        if ask_failing(runtime) or not hour:
            attempt()
        if wake_due_notices(runtime):
            send_notices(runtime, endpoint.merchant_id)
        found.append((hour, len(marks())))
        Delivery.update(state=DeliveryState.GIVEN_UP).execute()
        move_clock(HOUR)

    assert marks() == [50, 70, 90, 100]
    assert [
        hour for (hour, told), (_, before) in zip(found[1:], found, strict=False) if told > before
    ] == [36, 51, 65, 72]
    assert subjects(office) == [
        "Webhooks “Warehouse”: nothing arrives",
        "Webhooks “Warehouse”: nothing arrives",
        "Webhooks “Warehouse”: nothing arrives",
        "Webhooks “Warehouse”: turned off",
    ]
    assert "70 % of the time is over" in part_of(office.letters[1], "plain")
    off = ChannelEndpoint.get()
    assert (off.state, off.off_reason) == (EndpointState.OFF, OffReason.FAILING)
    # The first message, and a ping for each mark.
    assert [taken.payload["type"] for taken in channel.taken] == ["product.updated", *["ping"] * 4]


def test_an_endpoint_that_is_well_again_is_neither_warned_about_nor_turned_off(
    runtime: Runtime,
    channel: Channel,
    endpoint: ChannelEndpoint,
    attempt: Attempt,
    store: Store,
) -> None:
    channel.status = 500
    make_delivery(endpoint, store)
    attempt()
    Delivery.update(state=DeliveryState.GIVEN_UP).execute()
    move_clock(80 * HOUR)

    channel.status = 200
    assert ask_failing(runtime) == 1
    assert ask_failing(runtime) == 0
    assert attempt() is DeliveryState.DELIVERED

    assert marks() == []
    assert ChannelEndpoint.get().failing_since_at is None


def test_a_warning_that_is_over_before_it_goes_is_not_sent(
    runtime: Runtime, office: PostOffice, endpoint: ChannelEndpoint
) -> None:
    EndpointNotice.create(endpoint=endpoint, percent=50)

    send_notices(runtime, endpoint.merchant_id)

    assert office.letters == []
    assert EndpointNotice.get().state == NotificationState.DROPPED


def test_a_warning_waits_for_the_end_of_quiet_hours(
    runtime: Runtime, office: PostOffice, endpoint: ChannelEndpoint, merchant: Merchant
) -> None:
    now = utc_now().hour
    keep_choice(merchant, hours=(now, (now + 2) % 24), timezone="UTC", muted=[])
    ChannelEndpoint.update(told_percent=50, failing_since_at=utc_now()).execute()
    notice = EndpointNotice.create(endpoint=endpoint, percent=50)

    send_notices(runtime, endpoint.merchant_id)

    assert office.letters == []
    assert EndpointNotice.get_by_id(notice.id).due_at > utc_now()


@pytest.mark.parametrize(
    ("answer", "attempts", "state"),
    [
        ("550 5.1.1 no such box", 0, NotificationState.BOUNCED),
        ("450 4.2.1 later", 0, NotificationState.WAITING),
        ("450 4.2.1 later", ATTEMPTS_LIMIT - 1, NotificationState.FAILED),
        ("", ATTEMPTS_LIMIT, NotificationState.FAILED),
    ],
)
def test_a_letter_that_can_not_be_sent_is_tried_again_or_not(
    runtime: Runtime,
    office: PostOffice,
    endpoint: ChannelEndpoint,
    answer: str,
    attempts: int,
    state: NotificationState,
) -> None:
    office.answers[endpoint.merchant.email] = answer
    ChannelEndpoint.update(told_percent=50, failing_since_at=utc_now()).execute()
    EndpointNotice.create(endpoint=endpoint, percent=50, attempts=attempts)

    send_notices(runtime, endpoint.merchant_id)

    assert EndpointNotice.get().state == state
    assert office.letters == []


def test_while_the_mail_server_is_away_nothing_is_tried(
    runtime: Runtime, endpoint: ChannelEndpoint
) -> None:
    EndpointNotice.create(endpoint=endpoint, percent=100)
    away = replace(runtime, mailer=Mailer("smtp://127.0.0.1:9?from=portal@clay.example"))
    ChannelEndpoint.update(off_reason=OffReason.GONE).execute()

    send_notices(away, endpoint.merchant_id)

    assert EndpointNotice.get().attempts == 1
    assert Lease.is_held(SERVER_AWAY)
    assert wake_due_notices(runtime) == 0
    EndpointNotice.update(due_at=utc_now()).execute()
    send_notices(runtime, endpoint.merchant_id)
    assert EndpointNotice.get().attempts == 1


def test_what_waits_for_an_endpoint_that_is_off_is_given_up_after_three_days(
    runtime: Runtime, endpoint: ChannelEndpoint, store: Store
) -> None:
    delivery = make_delivery(endpoint, store)
    ChannelEndpoint.update(state=EndpointState.PAUSED, state_since_at=utc_now()).execute()
    assert give_up_kept(runtime) == 0

    ChannelEndpoint.update(state_since_at=utc_now() - KEPT_WHILE_OFF).execute()
    assert give_up_kept(runtime) == 1

    given_up = Delivery.get_by_id(delivery.id)
    assert (given_up.state, given_up.error) == (DeliveryState.GIVEN_UP, "off")
