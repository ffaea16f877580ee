"""Digests are sent once; failed ones are retried or marked as failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import structlog

from portal.mail import Mailer
from portal.models import (
    Issue,
    Lease,
    Membership,
    Merchant,
    Notification,
    NotificationState,
    NotificationTrigger,
    Role,
    Store,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind, IssueTexts
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT, MIN_INTERVAL
from portal.services.notifications.email_retries import MAIL_SERVER_DOWN
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.notifications.notification_preferences import save_preference
from portal.services.notifications.render_digest import ENTRIES_SHOWN
from portal.services.notifications.send_digests import send_digests, wake_due_digests
from portal.services.runtime import Runtime
from tests.dying_mailer import DyingMailer, Killed
from tests.factories import make_merchant, make_store
from tests.post_office import PostOffice, part_of
from tests.services.notifications.digest_rounds import HOUR, pass_time, send

KIND = IssueKind.WEBHOOKS_SILENT
TEXTS = IssueTexts("no message came", "changes come later", "wait for them")


@pytest.fixture
def merchant(merchant: Merchant) -> Merchant:
    """A merchant without quiet hours."""
    save_preference(merchant, hours=None, muted=[])
    return merchant


def trouble(store: Store, ago: timedelta = HOUR) -> Issue:
    """Open an issue and age everything by ``ago``, so that its notification is due."""
    open_issue(store.id, KIND, TEXTS)
    pass_time(ago)
    found: Issue = Issue.select().order_by(Issue.id.desc()).get()
    return found


def test_digest_about_a_resellers_store_names_its_brand(
    runtime: Runtime, store: Store, office: PostOffice
) -> None:
    store.profile_details = {"brand_name": "Shop & Go"}
    store.save()
    texts = IssueTexts("Ecwid is silent", "changes from Ecwid are late", "check Ecwid")
    open_issue(store.id, KIND, texts)
    pass_time()

    send(runtime)

    [letter] = office.letters
    for kind in ("plain", "html"):
        assert "Ecwid" not in part_of(letter, kind)
        assert "Go is silent" in part_of(letter, kind)


def states() -> list[str]:
    return [row.state for row in Notification.select().order_by(Notification.id)]


def next_attempt() -> datetime:
    due: datetime = Notification.get().due_at
    return due


def test_digest_explains_cause_impact_and_next_action(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    issue = trouble(store)

    send(runtime)
    send(runtime)

    [letter] = office.letters
    assert letter["To"] == merchant.email
    assert letter["From"] == "portal@clay.example"
    assert letter["Subject"] == "Clay & Co: Webhooks from Ecwid have stopped"
    text = part_of(letter, "plain")
    assert "Severity: Info" in text
    for said in (TEXTS.cause, TEXTS.impact, TEXTS.next_action, "http://127.0.0.1:8000/stores/1003"):
        assert said in text
    assert 'href="http://127.0.0.1:8000/stores/1003"' in part_of(letter, "html")
    assert states() == [NotificationState.SENT]
    assert Issue.get_by_id(issue.id).notified_at == Notification.get().sent_at


def test_missing_scopes_are_listed_and_the_button_reconnects(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    kind = IssueKind.SCOPES_MISSING
    open_issue(store.id, kind, CONNECTION_ISSUES[kind], {"scopes": ["read_catalog"]})
    pass_time()

    send(runtime)

    [letter] = office.letters
    text = part_of(letter, "plain")
    assert letter["Subject"] == "Clay & Co: Permissions are missing"
    assert "Missing: Read products, variations and categories" in text
    assert "Reconnect the store:\nhttp://127.0.0.1:8000/stores/1003" in text.replace("\r", "")


def test_nothing_is_sent_before_it_is_due(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    open_issue(store.id, KIND, TEXTS)

    assert wake_due_digests(runtime) == 0
    send_digests(runtime, merchant.id)
    send_digests(runtime, 404)

    assert office.letters == []


def test_many_issues_are_one_digest_and_the_next_keeps_the_spacing(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    others = [make_store(merchant, id=2000 + n, name=f"Shop {n}") for n in range(ENTRIES_SHOWN + 4)]
    for other in others:
        open_issue(other.id, KIND, TEXTS)
    trouble(store)
    send(runtime)
    before = utc_now()
    Notification.update(sent_at=before).execute()
    resolve_issue(store.id, KIND)
    Notification.update(due_at=before).where(Notification.sent_at.is_null()).execute()
    send(runtime)

    [letter] = office.letters
    assert letter["Subject"] == f"{ENTRIES_SHOWN + 5} stores: {ENTRIES_SHOWN + 5} problems"
    assert part_of(letter, "plain").count("See what to do:") == ENTRIES_SHOWN
    assert "And 5 more." in part_of(letter, "plain")
    assert Notification.get(Notification.sent_at.is_null()).due_at == before + MIN_INTERVAL


def test_repeated_issue_is_reported_once_with_its_count(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    for _ in range(3):
        open_issue(store.id, KIND, TEXTS)
        resolve_issue(store.id, KIND)
    pass_time()

    send(runtime)

    [letter] = office.letters
    assert letter["Subject"] == "Clay & Co: Webhooks from Ecwid arrive again"
    assert "The problem lasted" in part_of(letter, "plain")
    assert "happened 3 times" in part_of(letter, "plain")
    assert set(states()) == {NotificationState.SENT}


def test_recovery_is_reported_once_after_the_issue(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    trouble(store)
    send(runtime)
    resolve_issue(store.id, KIND)
    pass_time()
    send(runtime)
    send(runtime)

    assert [letter["Subject"].rpartition(": ")[2] for letter in office.letters] == [
        "Webhooks from Ecwid have stopped",
        "Webhooks from Ecwid arrive again",
    ]


@pytest.mark.promise(9)
def test_former_member_and_muted_kind_get_no_digest(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    gone = make_merchant(email="bea@example.com")
    Membership.create(merchant=gone, store=store, role=Role.MANAGER)
    # No quiet hours: at night the digest would wait for the morning.
    save_preference(gone, hours=None, muted=[])
    trouble(store)
    Membership.delete().where(Membership.merchant == gone).execute()
    save_preference(merchant, hours=None, muted=[KIND])

    send(runtime)

    assert office.letters == []
    assert {row.error for row in Notification.select()} == {
        "no longer looks after the store",
        "switched off",
    }


def test_quiet_hours_chosen_later_delay_a_digest(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    trouble(store)
    hour = utc_now().hour
    merchant.timezone = "UTC"
    merchant.save()
    save_preference(merchant, hours=(hour, (hour + 2) % 24), muted=[])

    send(runtime)

    assert office.letters == []
    assert (next_attempt().hour, next_attempt() > utc_now()) == ((hour + 2) % 24, True)


def test_member_who_became_an_operator_gets_alerts_instead_of_the_waiting_digest(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    trouble(store)
    Merchant.update(operator_role=OperatorRole.SUPPORT).where(Merchant.id == merchant.id).execute()

    send(runtime)

    assert office.letters == []
    assert Notification.get().error == "operators get alerts"


@pytest.mark.promise(10)
def test_refused_recipient_has_bounced_and_is_not_retried(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    office.answers[merchant.email] = f"550 5.1.1 <{merchant.email}>: no such reader"
    trouble(store)

    with structlog.testing.capture_logs() as logs:
        send(runtime)
    pass_time()
    send(runtime)

    assert states() == [NotificationState.BOUNCED]
    assert "550 5.1.1" in Notification.get().error
    assert Notification.get().attempts == 1
    assert merchant.email not in repr(logs)


def test_temporary_refusal_is_retried_with_the_same_message_id(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    office.answers[merchant.email] = "451 4.7.1 come again later"
    trouble(store)
    send(runtime)
    assert (states(), Notification.get().attempts) == ([NotificationState.WAITING], 1)
    assert next_attempt() > utc_now()
    open_issue(make_store(merchant, id=2002).id, KIND, TEXTS)
    office.answers.clear()
    pass_time()

    send(runtime)

    first, second = office.letters
    assert (
        sorted([first["Subject"], second["Subject"]])
        == ["Clay & Co: Webhooks from Ecwid have stopped"] * 2
    )
    assert first["Message-ID"] != second["Message-ID"]
    assert states() == [NotificationState.SENT] * 2


def test_digest_has_failed_after_the_last_attempt(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    office.answers[merchant.email] = "451 come again later"
    trouble(store)

    for _ in range(ATTEMPTS_LIMIT + 1):
        send(runtime)
        pass_time(timedelta(days=1))

    assert states() == [NotificationState.FAILED]
    assert Notification.get().attempts == ATTEMPTS_LIMIT
    assert "451" in Notification.get().error


def test_last_attempt_without_a_result_has_failed(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    trouble(store)
    Notification.update(attempts=ATTEMPTS_LIMIT).execute()

    send(runtime)

    assert states() == [NotificationState.FAILED]
    assert office.letters == []


def test_unavailable_server_is_tried_once_for_all_recipients(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    staff = make_merchant(email="bea@example.com")
    Membership.create(merchant=staff, store=store, role=Role.MANAGER)
    for recipient in Merchant.select():
        save_preference(recipient, hours=None, muted=[])
    trouble(store)
    away = replace(runtime, mailer=Mailer("smtp://127.0.0.1:9"))

    send(away)
    send(away)

    assert Lease.is_held(MAIL_SERVER_DOWN)
    assert sorted(row.attempts for row in Notification.select()) == [0, 1]
    assert set(states()) == {NotificationState.WAITING}


def test_digest_is_repeated_with_the_same_id_if_the_process_dies_after_sending(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    trouble(store)
    with pytest.raises(Killed):
        send(replace(runtime, mailer=DyingMailer(office.url)))
    assert (states(), Notification.get().attempts) == ([NotificationState.WAITING], 1)
    pass_time(timedelta(minutes=5))

    send(replace(runtime, mailer=Mailer(office.url)))

    first, second = office.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert states() == [NotificationState.SENT]


def test_digests_sent_out_of_order_repeat_nothing(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    office.answers[merchant.email] = "451 come again later"
    trouble(store)
    send(runtime)
    office.answers.clear()
    resolve_issue(store.id, KIND)
    held_up, end = Notification.select().order_by(Notification.id)
    pass_time()
    Notification.update(due_at=utc_now() + HOUR).where(Notification.id == end.id).execute()
    send(runtime)
    pass_time(2 * HOUR)
    send(runtime)

    [letter] = office.letters
    assert letter["Subject"] == "Clay & Co: Webhooks from Ecwid arrive again"
    assert states() == [NotificationState.SENT, NotificationState.DROPPED]
    assert (held_up.trigger, end.trigger) == (
        NotificationTrigger.OPENED,
        NotificationTrigger.RESOLVED,
    )


def test_opening_is_dropped_if_the_recovery_was_sent_first(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    office.answers[merchant.email] = "451 come again later"
    trouble(store)
    send(runtime)
    office.answers.clear()
    resolve_issue(store.id, KIND)
    Notification.update(due_at=utc_now() - HOUR).where(
        Notification.trigger == NotificationTrigger.RESOLVED
    ).execute()
    send(runtime)
    pass_time(2 * HOUR)
    send(runtime)

    assert len(office.letters) == 1
    assert states() == [NotificationState.DROPPED, NotificationState.SENT]
