"""Messages to channels: real receivers, grouping, quiet hours, retries and recovery notes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertMedium,
    AlertMessage,
    AlertPurpose,
    Lease,
    Merchant,
    NotificationState,
    Store,
    utc_now,
)
from portal.rules.alerts.delivery_retries import PERMANENT_STATUSES, WEBHOOK_BACKOFF
from portal.rules.connection.issue_kinds import IssueKind
from portal.sealing import new_key
from portal.services.alerts.channels import send_test_message
from portal.services.alerts.send_alerts import LEASE_PREFIX, send_alerts, wake_due_alert_channels
from portal.services.alerts.update_alerts import update_alerts
from portal.services.notifications.email_retries import MAIL_SERVER_DOWN
from portal.services.notifications.issues import resolve_issue
from portal.services.runtime import Runtime
from tests.channel import Channel
from tests.factories import SECRET, make_issue, make_merchant, make_store
from tests.post_office import PostOffice, part_of
from tests.sealed import seal_secret
from tests.services.alerts.conftest import (
    MakeChannel,
    delivery_states,
    pass_time,
    purposes,
    report,
    run_daemon,
    stop_store,
)

SENT, WAITING, FAILED = (
    NotificationState.SENT,
    NotificationState.WAITING,
    NotificationState.FAILED,
)


def test_opening_and_recovery_are_sent_once_each(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel()
    stop_store(store)
    report(runtime)
    report(runtime)
    resolve_issue(store.id, IssueKind.TOKEN_DEAD)
    report(runtime)
    report(runtime)

    opened, recovered = [taken.verified(SECRET) for taken in receiver.taken]
    assert (opened["type"], recovered["type"]) == ("alert.opened", "alert.recovered")
    [alert] = opened["data"]["alerts"]
    assert (alert["kind"], alert["severity"], alert["store_id"], alert["subject"]) == (
        "token_dead",
        "critical",
        1003,
        "Clay & Co",
    )
    assert recovered["data"]["alerts"][0]["resolved_at"] is not None
    assert delivery_states() == [SENT, SENT]


def test_many_stores_with_the_same_issue_are_one_line_with_their_count(
    runtime: Runtime, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel(AlertMedium.SLACK)
    for number in range(4):
        stop_store(make_store(id=2_000 + number))
    make_issue(make_store(id=3_000, name="Wood"))

    report(runtime)

    [taken] = receiver.taken
    assert taken.payload["text"] == (
        "Ecwid no longer accepts our access: 4; Webhooks from Ecwid have stopped: Wood"
    )
    sections = [block for block in taken.payload["blocks"] if block["type"] == "section"]
    assert [block["text"]["text"].partition("*")[2].partition("*")[0] for block in sections] == [
        "Critical",
        "Info",
    ]


def test_recovery_note_waits_until_all_of_a_message_is_resolved(
    runtime: Runtime, make_channel: MakeChannel
) -> None:
    make_channel()
    stores = [make_store(id=2_000 + number) for number in range(2)]
    for store in stores:
        stop_store(store)
    report(runtime)
    resolve_issue(2_000, IssueKind.TOKEN_DEAD)
    report(runtime)
    assert purposes() == [AlertPurpose.OPENED]

    resolve_issue(2_001, IssueKind.TOKEN_DEAD)
    report(runtime)

    assert purposes() == [AlertPurpose.OPENED, AlertPurpose.RECOVERED]


def test_alert_that_is_resolved_before_a_retry_is_left_out_without_a_note(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel()
    receiver.status = 503
    stop_store(store)
    report(runtime)
    assert delivery_states() == [WAITING]

    receiver.status = 200
    resolve_issue(store.id, IssueKind.TOKEN_DEAD)
    report(runtime)
    report(runtime)

    assert delivery_states() == [NotificationState.DROPPED]
    assert AlertMessage.get().recovered_at is not None


def test_daemon_that_did_not_run_is_reported_afterwards(
    runtime: Runtime, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel(AlertMedium.SLACK)
    pass_time(timedelta(minutes=6))

    update_alerts(runtime)
    pass_time()
    run_daemon(runtime)

    assert [taken.payload["text"] for taken in receiver.taken] == ["The daemon is running again"]
    assert purposes() == [AlertPurpose.OPENED]


def test_mail_goes_to_each_operator_who_can_sign_in(
    runtime: Runtime, store: Store, office: PostOffice, make_channel: MakeChannel
) -> None:
    make_channel(AlertMedium.MAIL, timezone="Europe/Berlin")
    make_merchant(email="lea@example.com", operator_role="support")
    make_merchant(email="locked@example.com", operator_role="admin", locked_at=utc_now())
    stop_store(store)

    report(runtime)

    assert sorted(str(mail["To"]) for mail in office.letters) == [
        "lea@example.com",
        "op@example.com",
    ]
    [first, _] = office.letters
    assert first["Subject"] == "Critical: Ecwid no longer accepts our access: store 1003"
    text = part_of(first, "plain")
    assert "Severity: Critical" in text
    assert "http://127.0.0.1:8000/stores/1003" in text
    assert "(Europe/Berlin)" in text
    assert "/operator/alerts" in text


def test_operator_who_lost_the_role_gets_no_waiting_mail(
    runtime: Runtime,
    store: Store,
    operator: Merchant,
    office: PostOffice,
    make_channel: MakeChannel,
) -> None:
    make_channel(AlertMedium.MAIL)
    stop_store(store)
    update_alerts(runtime)
    pass_time()
    update_alerts(runtime)
    Merchant.update(operator_role=None).where(Merchant.id == operator.id).execute()

    run_daemon(runtime)

    assert office.letters == []
    assert delivery_states() == [NotificationState.DROPPED]


def test_mail_server_that_is_down_is_tried_again_later(
    runtime: Runtime, store: Store, office: PostOffice, make_channel: MakeChannel
) -> None:
    make_channel(AlertMedium.MAIL)
    office.answers["op@example.com"] = "451 try later"
    stop_store(store)
    report(runtime)
    assert delivery_states() == [WAITING]

    office.answers.clear()
    Lease.acquire(MAIL_SERVER_DOWN, "another worker", 60)
    AlertDelivery.update(due_at=utc_now()).execute()
    assert wake_due_alert_channels(runtime) == 0
    send_alerts(runtime, AlertChannel.get().id)
    assert office.letters == []

    pass_time()
    run_daemon(runtime)
    assert delivery_states() == [SENT]


def test_daily_digest_says_that_everything_works_or_what_is_open(
    runtime: Runtime, store: Store, office: PostOffice, make_channel: MakeChannel
) -> None:
    channel = make_channel(AlertMedium.MAIL, digest_hour=8, digest_due_at=utc_now())
    run_daemon(runtime)
    run_daemon(runtime)
    stop_store(store)
    update_alerts(runtime)
    assert AlertChannel.get_by_id(channel.id).digest_due_at > utc_now()
    AlertChannel.update(digest_due_at=utc_now(), min_severity="info").execute()
    run_daemon(runtime)

    well, ill = office.letters
    assert well["Subject"] == "Daily digest: no open alerts"
    assert "Working stores: 1" in part_of(well, "plain")
    assert ill["Subject"] == "Daily digest: open alerts"
    assert "Open critical alerts: 1" in part_of(ill, "plain")
    assert "Clay & Co" in part_of(ill, "plain")


@pytest.mark.parametrize("medium", AlertMedium)
def test_test_message_reaches_a_channel_that_is_off(
    runtime: Runtime,
    operator: Merchant,
    office: PostOffice,
    receiver: Channel,
    make_channel: MakeChannel,
    medium: AlertMedium,
) -> None:
    send_test_message(runtime, operator, make_channel(medium, is_enabled=False))

    run_daemon(runtime)

    assert delivery_states() == [SENT]
    assert len(office.letters) + len(receiver.taken) == 1


def test_test_message_that_fails_is_not_repeated(
    runtime: Runtime, operator: Merchant, receiver: Channel, make_channel: MakeChannel
) -> None:
    receiver.status = 500
    send_test_message(runtime, operator, make_channel(AlertMedium.TEAMS))

    run_daemon(runtime)

    delivery = AlertDelivery.get()
    assert (delivery.state, delivery.status, delivery.attempts) == (FAILED, 500, 1)


def test_test_mail_that_is_refused_for_now_is_not_repeated(
    runtime: Runtime, operator: Merchant, office: PostOffice, make_channel: MakeChannel
) -> None:
    office.answers["op@example.com"] = "451 try later"
    send_test_message(runtime, operator, make_channel(AlertMedium.MAIL))

    run_daemon(runtime)

    assert delivery_states() == [FAILED]


@pytest.mark.parametrize("status", sorted(PERMANENT_STATUSES))
def test_webhook_that_is_gone_is_not_tried_again(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel, status: int
) -> None:
    make_channel(AlertMedium.SLACK)
    receiver.status = status
    stop_store(store)

    report(runtime)

    delivery = AlertDelivery.get()
    assert (delivery.state, delivery.status) == (FAILED, status)


def test_failing_webhook_is_retried_with_the_same_id_and_then_given_up(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel()
    receiver.status = 500
    stop_store(store)
    report(runtime)
    for _ in range(WEBHOOK_BACKOFF.max_attempts):
        AlertDelivery.update(due_at=utc_now()).execute()
        run_daemon(runtime)

    assert len(receiver.taken) == WEBHOOK_BACKOFF.max_attempts
    assert len({taken.uid for taken in receiver.taken}) == 1
    assert delivery_states() == [FAILED]


def test_receiver_that_asks_for_a_wait_gets_it(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel(AlertMedium.SLACK)
    receiver.status, receiver.headers = 429, {"Retry-After": "1800"}
    stop_store(store)

    report(runtime)

    delivery = AlertDelivery.get()
    assert delivery.state == WAITING
    assert delivery.due_at > utc_now() + timedelta(minutes=29)


def test_url_that_our_keys_cannot_open_fails_with_the_reason(
    runtime: Runtime, store: Store, make_channel: MakeChannel
) -> None:
    sealer = type(runtime.sealer)([new_key()])
    channel = make_channel()
    channel.sealed_url = seal_secret(sealer, channel, "sealed_url", "http://127.0.0.1:9/")
    channel.save()
    stop_store(store)

    report(runtime)

    delivery = AlertDelivery.get()
    assert (delivery.state, delivery.error) == (FAILED, "secret")


def test_address_that_does_not_answer_is_tried_again(
    runtime: Runtime, store: Store, make_channel: MakeChannel
) -> None:
    make_channel(url="http://127.0.0.1:9/")
    stop_store(store)

    report(runtime)

    delivery = AlertDelivery.get()
    assert (delivery.state, delivery.error) == (WAITING, "unreachable")


def test_channel_that_was_turned_off_gets_nothing_that_waited(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel()
    stop_store(store)
    update_alerts(runtime)
    pass_time()
    update_alerts(runtime)
    AlertChannel.update(is_enabled=False).execute()
    run_daemon(runtime)

    other = make_store(id=2002)
    AlertChannel.update(is_enabled=True).execute()
    stop_store(other)
    update_alerts(runtime)
    AlertChannel.update(is_enabled=False).execute()
    report(runtime)

    assert receiver.taken == []
    assert delivery_states() == [NotificationState.DROPPED]


def test_worker_that_died_before_it_wrote_the_result_sends_the_same_message_again(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    # A kill between sending and writing leaves the row as the attempt began it. The receiver gets
    # the message twice, with one id; before that, the lease and the due time keep others away.
    make_channel()

    stop_store(store)
    report(runtime)
    AlertDelivery.update(state=WAITING, sent_at=None).execute()
    run_daemon(runtime)
    assert len(receiver.taken) == 1

    pass_time(timedelta(hours=1))
    run_daemon(runtime)

    assert [taken.uid for taken in receiver.taken] == [AlertMessage.get().uid] * 2
    assert delivery_states() == [SENT]


def test_last_attempt_that_was_interrupted_is_a_failure(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel()
    stop_store(store)
    update_alerts(runtime)
    pass_time()
    update_alerts(runtime)
    AlertDelivery.update(attempts=WEBHOOK_BACKOFF.max_attempts).execute()

    run_daemon(runtime)

    delivery = AlertDelivery.get()
    assert (delivery.state, delivery.error) == (FAILED, "interrupted")
    assert receiver.taken == []


def test_channel_whose_lease_is_held_is_left_to_its_worker(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    channel = make_channel()
    stop_store(store)
    update_alerts(runtime)
    pass_time()
    update_alerts(runtime)
    Lease.acquire(f"{LEASE_PREFIX}{channel.id}", "another worker", 60)

    assert wake_due_alert_channels(runtime) == 0
    send_alerts(runtime, channel.id)

    assert receiver.taken == []


def test_quiet_hours_delay_all_but_critical_alerts(
    runtime: Runtime, store: Store, receiver: Channel, make_channel: MakeChannel
) -> None:
    now = utc_now()
    make_channel(quiet_from=(now.hour - 2) % 24, quiet_until=(now.hour + 3) % 24)
    make_issue(store)
    report(runtime)
    assert receiver.taken == []

    stop_store(store)
    report(runtime)

    [taken] = receiver.taken
    assert [alert["kind"] for alert in taken.payload["data"]["alerts"]] == ["token_dead"]
    assert Alert.select().where(Alert.resolved_at.is_null()).count() == 2
