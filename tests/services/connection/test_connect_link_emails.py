"""Emails with connect links are sent once, also if the daemon dies, and reminders stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.config import Settings
from portal.mail import Mailer
from portal.models import (
    ConnectLinkEmail,
    Lease,
    Merchant,
    NotificationState,
    Onboarding,
    SyncState,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.rules.sync.resources import Resource
from portal.services.connection.channel_links import LinkRequest, create_channel_link
from portal.services.connection.connect_link_emails import (
    mail_link,
    send_connect_link_emails,
    wake_due_connect_link_emails,
)
from portal.services.connection.connect_link_tokens import link_token, stop_token
from portal.services.connection.connect_links import create_link, renew_link, withdraw_link
from portal.services.connection.onboarding import (
    finish_onboarding,
    record_failure,
    record_first_imports,
)
from portal.services.connection.remind_invitees import queue_reminders_at, stop_reminders
from portal.services.notifications.email_retries import MAIL_SERVER_DOWN
from portal.services.notifications.single_emails import INTERRUPTED
from portal.services.runtime import Runtime
from tests.dying_mailer import DyingMailer, Killed
from tests.factories import make_channel, make_merchant, make_store
from tests.post_office import PostOffice, part_of

DAY = timedelta(days=1)
ANN = "ann@clay.example"


@pytest.fixture
def settings(settings: Settings, office: PostOffice) -> Settings:
    """Settings with the test mail server and an operator to contact."""
    return replace(settings, support_email="help@market.example")


@pytest.fixture
def operator(runtime: Runtime) -> Merchant:
    """A support operator."""
    return make_merchant(email="op@example.com", operator_role=OperatorRole.SUPPORT)


@pytest.fixture
def link(operator: Merchant) -> Onboarding:
    """A link with an address, created at noon."""
    link = create_link(operator, "Clay & Co", email=ANN, note="We met <at> the fair.")
    noon = utc_now().replace(hour=12, minute=0)
    Onboarding.update(started_at=noon, step_changed_at=noon, expires_at=noon + 14 * DAY).execute()
    return current(link)


def current(link: Onboarding) -> Onboarding:
    found: Onboarding = Onboarding.get_by_id(link.id)
    return found


def states() -> list[str]:
    return [row.state for row in ConnectLinkEmail.select().order_by(ConnectLinkEmail.id)]


def remind(runtime: Runtime, link: Onboarding, now: datetime) -> int:
    """Do what the daemon does at ``now``; return how many reminders were queued."""
    queued = queue_reminders_at(now)
    send_connect_link_emails(runtime, link.id, now=now)
    return queued


def send_due(runtime: Runtime, link: Onboarding) -> None:
    """Send as if all retries were due."""
    Lease.delete().execute()
    ConnectLinkEmail.update(due_at=utc_now()).execute()
    send_connect_link_emails(runtime, link.id)


def test_invitation_has_link_note_contact_and_stop_link(
    runtime: Runtime, office: PostOffice, link: Onboarding, operator: Merchant
) -> None:
    assert mail_link(runtime, link, operator) is None
    send_connect_link_emails(runtime, link.id)
    send_connect_link_emails(runtime, link.id)

    [letter] = office.letters
    key, base = runtime.settings.secret_keys, runtime.settings.portal_url
    text = part_of(letter, "plain")
    assert (letter["To"], letter["Subject"]) == (ANN, "Connect your Ecwid store")
    assert f"{base}/connect/link/{link_token(key, link)}" in text
    assert letter["List-Unsubscribe"] == f"<{base}/connect/stop/{stop_token(key, link)}>"
    assert "help@market.example" in text
    assert letter["Reply-To"] == "help@market.example"
    assert "We met &lt;at&gt; the fair." in part_of(letter, "html")
    assert states() == [NotificationState.SENT]


def test_reminders_are_sent_once_after_2_and_7_days(
    runtime: Runtime, office: PostOffice, link: Onboarding
) -> None:
    record_failure(link, "plan_blocked")
    Onboarding.update(step_changed_at=link.started_at).execute()

    queued = [remind(runtime, link, link.started_at + day * DAY) for day in range(1, 13)]

    assert queued == [0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert [letter["Subject"] for letter in office.letters] == [
        "Your store isn't connected yet"
    ] * 2
    assert "plan had no API access" in part_of(office.letters[0], "plain")


def test_reminder_waits_for_the_day(runtime: Runtime, office: PostOffice, link: Onboarding) -> None:
    due = link.started_at + 3 * DAY

    assert queue_reminders_at(due.replace(hour=7)) == 0
    assert queue_reminders_at(due.replace(hour=17)) == 1
    ConnectLinkEmail.update(due_at=due).execute()
    send_connect_link_emails(runtime, link.id, now=due.replace(hour=18))

    assert office.letters == []
    assert ConnectLinkEmail.get().due_at.hour == 8
    send_connect_link_emails(runtime, link.id, now=ConnectLinkEmail.get().due_at)
    assert len(office.letters) == 1


def test_first_reminder_is_left_out_if_the_second_is_due(
    runtime: Runtime, office: PostOffice, link: Onboarding
) -> None:
    assert remind(runtime, link, link.started_at + 8 * DAY) == 1
    assert remind(runtime, link, link.started_at + 11 * DAY) == 0
    assert ConnectLinkEmail.get().kind == "second_reminder"


def test_no_reminder_follows_another_email_or_a_step_at_once(
    runtime: Runtime, link: Onboarding, operator: Merchant
) -> None:
    mail_link(runtime, link, operator)
    ConnectLinkEmail.update(created_at=link.started_at + DAY).execute()
    assert queue_reminders_at(link.started_at + 2 * DAY) == 0
    Onboarding.update(step_changed_at=link.started_at + 3 * DAY).execute()
    assert queue_reminders_at(link.started_at + 3.5 * DAY) == 0
    assert queue_reminders_at(link.started_at + 4 * DAY) == 1


def finish(link: Onboarding) -> None:
    finish_onboarding(link, 1003)


def expire(link: Onboarding) -> None:
    Onboarding.update(expires_at=link.started_at + DAY).execute()


def withdraw(link: Onboarding) -> None:
    withdraw_link(link.id)


def forget_address(link: Onboarding) -> None:
    Onboarding.update(email="").execute()


@pytest.mark.parametrize("end", [finish, expire, withdraw, stop_reminders, forget_address])
def test_no_reminder_is_queued_or_sent_after_the_end(
    runtime: Runtime, office: PostOffice, link: Onboarding, end: object
) -> None:
    due = link.started_at + 2 * DAY
    queue_reminders_at(due)
    end(link)  # type: ignore[operator]
    if end is not forget_address:
        Onboarding.update(expires_at=utc_now()).where(Onboarding.expires_at < due).execute()
        send_connect_link_emails(runtime, link.id, now=due)
        assert states() == [NotificationState.DROPPED]
    ConnectLinkEmail.delete().execute()

    assert queue_reminders_at(due) == 0
    assert office.letters == []


def test_claimed_link_is_reminded_even_after_its_expiry(
    runtime: Runtime, office: PostOffice, link: Onboarding, operator: Merchant
) -> None:
    expire(link)
    Onboarding.update(merchant=operator).execute()

    assert remind(runtime, link, link.started_at + 2 * DAY) == 1
    assert "until" not in part_of(office.letters[0], "plain")


def test_reminders_count_from_the_renewal(runtime: Runtime, link: Onboarding) -> None:
    long_ago = utc_now() - 40 * DAY
    Onboarding.update(started_at=long_ago, expires_at=long_ago).execute()
    assert renew_link(link.id)
    noon = utc_now().replace(hour=12)

    assert queue_reminders_at(noon + DAY) == 0
    assert queue_reminders_at(noon + 3 * DAY) == 1


def test_failed_invitation_is_retried_and_then_given_up(
    runtime: Runtime, office: PostOffice, link: Onboarding, operator: Merchant
) -> None:
    office.answers[ANN] = "451 come again later"
    mail_link(runtime, link, operator)

    for _ in range(ATTEMPTS_LIMIT + 1):
        send_due(runtime, link)

    assert states() == [NotificationState.FAILED]
    assert ConnectLinkEmail.get().attempts == ATTEMPTS_LIMIT
    assert "451" in ConnectLinkEmail.get().error


def test_refused_address_is_not_retried(
    runtime: Runtime, office: PostOffice, link: Onboarding, operator: Merchant
) -> None:
    office.answers[ANN] = "550 no such mailbox"
    mail_link(runtime, link, operator)

    send_due(runtime, link)

    assert states() == [NotificationState.BOUNCED]


def test_unavailable_server_pauses_the_emails(
    runtime: Runtime, link: Onboarding, operator: Merchant
) -> None:
    mail_link(runtime, link, operator)
    down = replace(runtime, mailer=Mailer("smtp://127.0.0.1:1"))

    send_connect_link_emails(down, link.id)
    ConnectLinkEmail.update(due_at=utc_now()).execute()

    assert Lease.is_held(MAIL_SERVER_DOWN)
    assert wake_due_connect_link_emails(runtime) == 0
    send_connect_link_emails(runtime, link.id)
    assert ConnectLinkEmail.get().attempts == 1
    Lease.delete().execute()
    runtime.redis.flushall()
    assert wake_due_connect_link_emails(runtime) == 1


@pytest.mark.promise(1)
def test_killed_daemon_sends_no_second_email_and_operators_see_it(
    runtime: Runtime, office: PostOffice, link: Onboarding, operator: Merchant
) -> None:
    mail_link(runtime, link, operator)
    with pytest.raises(Killed):
        send_connect_link_emails(replace(runtime, mailer=DyingMailer(office.url)), link.id)

    send_due(runtime, link)
    send_due(runtime, link)

    assert len(office.letters) == 1
    assert (states(), ConnectLinkEmail.get().error) == ([NotificationState.FAILED], INTERRUPTED)


def test_last_attempt_without_a_result_has_failed(
    runtime: Runtime, office: PostOffice, link: Onboarding, operator: Merchant
) -> None:
    mail_link(runtime, link, operator)
    ConnectLinkEmail.update(attempts=ATTEMPTS_LIMIT).execute()

    send_due(runtime, link)

    assert states() == [NotificationState.FAILED]
    assert office.letters == []


def test_email_is_sent_by_one_worker_at_a_time(
    runtime: Runtime, office: PostOffice, link: Onboarding, operator: Merchant
) -> None:
    mail_link(runtime, link, operator)
    office.on_letter = lambda: send_connect_link_emails(runtime, link.id)

    send_connect_link_emails(runtime, link.id)

    assert len(office.letters) == 1


def test_first_import_is_recorded_once_everything_was_read(
    runtime: Runtime, link: Onboarding, operator: Merchant
) -> None:
    store = make_store(operator)
    finish_onboarding(link, store.id)
    for resource in (Resource.PRODUCTS, Resource.ORDERS):
        SyncState.create(store=store, resource=resource)
    other = create_link(operator, "no store")
    SyncState.update(last_success_at=utc_now()).where(
        SyncState.resource == Resource.PRODUCTS
    ).execute()
    half = record_first_imports(runtime)
    SyncState.update(last_success_at=utc_now()).execute()

    assert (half, record_first_imports(runtime), record_first_imports(runtime)) == (0, 1, 0)
    assert current(link).imported_at is not None
    assert current(other).imported_at is None


def test_address_gets_one_reminder_for_all_its_links(
    runtime: Runtime, office: PostOffice, link: Onboarding
) -> None:
    requests = [LinkRequest(f"shop-{number}", email=ANN) for number in range(5)]
    links = [link, *(create_channel_link(make_channel(), request) for request in requests)]
    began = link.started_at
    Onboarding.update(
        started_at=began, step_changed_at=began, expires_at=began + 14 * DAY
    ).execute()

    queued = [queue_reminders_at(began + day * DAY) for day in (2, 2, 3)]

    assert queued == [1, 0, 0]
    assert ConnectLinkEmail.get().onboarding_id == links[-1].id
