"""Merchants are warned of a failing endpoint at 50, 70 and 90 %, and when it is turned off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.mail import Mailer
from portal.models import (
    Delivery,
    DeliveryState,
    EndpointAlert,
    EndpointState,
    Lease,
    Merchant,
    NotificationState,
    OffReason,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.rules.outbound_webhooks.endpoint_health import RETENTION_WHILE_OFF
from portal.services.notifications.email_retries import MAIL_SERVER_DOWN
from portal.services.notifications.notification_preferences import save_preference
from portal.services.outbound_webhooks.alerts import send_endpoint_alerts, wake_due_alerts
from portal.services.outbound_webhooks.failing_endpoints import (
    expire_deliveries,
    ping_failing_endpoints,
    turn_off,
)
from portal.services.runtime import Runtime
from tests.channel import Channel
from tests.factories import make_channel, make_delivery
from tests.post_office import PostOffice, part_of
from tests.services.outbound_webhooks.conftest import Attempt

HOUR = timedelta(hours=1)


@pytest.fixture
def merchant(merchant: Merchant) -> Merchant:
    """A merchant without quiet hours."""
    save_preference(merchant, hours=None, muted=[])
    return merchant


def move_clock(length: timedelta) -> None:
    """Move all times this far into the past."""
    for table, names in (
        (WebhookEndpoint, ("failing_since_at", "last_attempt_at", "resume_at", "state_changed_at")),
        (EndpointAlert, ("due_at",)),
        (Delivery, ("due_at",)),
    ):
        for row in table.select():
            for name in names:
                if getattr(row, name) is not None:
                    setattr(row, name, getattr(row, name) - length)
            row.save()


def marks() -> list[int]:
    """Return the percentages that were warned of, in order."""
    return [notice.percent for notice in EndpointAlert.select().order_by(EndpointAlert.id)]


def subjects(office: PostOffice) -> list[str]:
    """Return the subjects of the e-mails that were sent."""
    return [str(letter["Subject"]) for letter in office.letters]


def test_failing_endpoint_causes_one_warning_per_percentage_and_is_turned_off(
    runtime: Runtime,
    channel: Channel,
    office: PostOffice,
    endpoint: WebhookEndpoint,
    attempt: Attempt,
    store: Store,
) -> None:
    channel.status = 500
    make_delivery(endpoint, store)
    found = []
    for hour in range(74):
        if ping_failing_endpoints(runtime) or not hour:
            attempt()
        if wake_due_alerts(runtime):
            runtime.redis.flushall()
            send_endpoint_alerts(runtime, endpoint.channel_id)
        found.append((hour, len(marks())))
        Delivery.update(state=DeliveryState.GIVEN_UP).execute()
        move_clock(HOUR)

    assert marks() == [50, 70, 90, 100]
    assert [
        hour
        for (hour, reported), (_, before) in zip(found[1:], found, strict=False)
        if reported > before
    ] == [36, 51, 65, 72]
    assert subjects(office) == [
        "Webhooks “Warehouse” are failing",
        "Webhooks “Warehouse” are failing",
        "Webhooks “Warehouse” are failing",
        "Webhooks “Warehouse” were turned off",
    ]
    assert "70% of that time has passed" in " ".join(part_of(office.letters[1], "plain").split())
    off = WebhookEndpoint.get()
    assert (off.state, off.off_reason) == (EndpointState.OFF, OffReason.FAILING)
    # The first event, and a ping for each percentage.
    assert [taken.payload["type"] for taken in channel.taken] == ["product.updated", *["ping"] * 4]


def test_recovered_endpoint_is_neither_warned_about_nor_turned_off(
    runtime: Runtime,
    channel: Channel,
    endpoint: WebhookEndpoint,
    attempt: Attempt,
    store: Store,
) -> None:
    channel.status = 500
    make_delivery(endpoint, store)
    attempt()
    Delivery.update(state=DeliveryState.GIVEN_UP).execute()
    move_clock(80 * HOUR)

    channel.status = 200
    assert ping_failing_endpoints(runtime) == 1
    assert ping_failing_endpoints(runtime) == 0
    assert attempt() is DeliveryState.DELIVERED

    assert marks() == []
    assert WebhookEndpoint.get().failing_since_at is None


def test_outdated_warning_is_not_sent(
    runtime: Runtime, office: PostOffice, endpoint: WebhookEndpoint
) -> None:
    EndpointAlert.create(endpoint=endpoint, percent=50)

    send_endpoint_alerts(runtime, endpoint.channel_id)

    assert office.letters == []
    assert EndpointAlert.get().state == NotificationState.DROPPED


def test_warning_waits_for_the_end_of_quiet_hours(
    runtime: Runtime, office: PostOffice, endpoint: WebhookEndpoint, merchant: Merchant
) -> None:
    now = utc_now().hour
    merchant.timezone = "UTC"
    merchant.save()
    save_preference(merchant, hours=(now, (now + 2) % 24), muted=[])
    WebhookEndpoint.update(alerted_percent=50, failing_since_at=utc_now()).execute()
    notice = EndpointAlert.create(endpoint=endpoint, percent=50)

    send_endpoint_alerts(runtime, endpoint.channel_id)

    assert office.letters == []
    assert EndpointAlert.get_by_id(notice.id).due_at > utc_now()


@pytest.mark.parametrize(
    ("answer", "attempts", "state"),
    [
        ("550 5.1.1 no such box", 0, NotificationState.BOUNCED),
        ("450 4.2.1 later", 0, NotificationState.WAITING),
        ("450 4.2.1 later", ATTEMPTS_LIMIT - 1, NotificationState.FAILED),
        ("", ATTEMPTS_LIMIT, NotificationState.FAILED),
    ],
)
def test_only_a_temporary_mail_failure_is_retried(
    runtime: Runtime,
    office: PostOffice,
    endpoint: WebhookEndpoint,
    answer: str,
    attempts: int,
    state: NotificationState,
) -> None:
    office.answers[endpoint.merchant.email] = answer
    WebhookEndpoint.update(alerted_percent=50, failing_since_at=utc_now()).execute()
    EndpointAlert.create(endpoint=endpoint, percent=50, attempts=attempts)

    send_endpoint_alerts(runtime, endpoint.channel_id)

    assert EndpointAlert.get().state == state
    assert office.letters == []


def test_nothing_is_tried_while_the_mail_server_is_unavailable(
    runtime: Runtime, endpoint: WebhookEndpoint
) -> None:
    EndpointAlert.create(endpoint=endpoint, percent=100)
    away = replace(runtime, mailer=Mailer("smtp://127.0.0.1:9?from=portal@clay.example"))
    WebhookEndpoint.update(off_reason=OffReason.GONE).execute()

    send_endpoint_alerts(away, endpoint.channel_id)

    assert EndpointAlert.get().attempts == 1
    assert Lease.is_held(MAIL_SERVER_DOWN)
    assert wake_due_alerts(runtime) == 0
    EndpointAlert.update(due_at=utc_now()).execute()
    send_endpoint_alerts(runtime, endpoint.channel_id)
    assert EndpointAlert.get().attempts == 1


def test_deliveries_for_an_endpoint_that_is_off_expire_after_three_days(
    runtime: Runtime, endpoint: WebhookEndpoint, store: Store
) -> None:
    delivery = make_delivery(endpoint, store)
    WebhookEndpoint.update(state=EndpointState.PAUSED, state_changed_at=utc_now()).execute()
    assert expire_deliveries(runtime) == 0

    WebhookEndpoint.update(state_changed_at=utc_now() - RETENTION_WHILE_OFF).execute()
    assert expire_deliveries(runtime) == 1

    given_up = Delivery.get_by_id(delivery.id)
    assert (given_up.state, given_up.error) == (DeliveryState.GIVEN_UP, "off")


def test_contact_of_a_marketplace_channel_is_warned(
    runtime: Runtime, office: PostOffice, endpoint: WebhookEndpoint
) -> None:
    market = make_channel()
    WebhookEndpoint.update(merchant=None, channel=market, name="Market").execute()

    turn_off(WebhookEndpoint.get(), OffReason.GONE)
    EndpointAlert.update(due_at=utc_now()).execute()
    assert wake_due_alerts(runtime) == 1
    send_endpoint_alerts(runtime, market.id)

    (letter,) = office.letters
    assert letter["To"] == "api@sports.example"
    text = " ".join(part_of(letter, "plain").split())
    assert "contact for the channel Sports Market" in text
    assert f"/api/v1/webhook-endpoints/{endpoint.id}/resume" in text
    assert "/account/webhooks" not in text


def test_channel_without_a_contact_gets_no_warning(endpoint: WebhookEndpoint) -> None:
    market = make_channel(contact_email="")
    WebhookEndpoint.update(merchant=None, channel=market).execute()

    turn_off(WebhookEndpoint.get(), OffReason.GONE)

    assert marks() == []
