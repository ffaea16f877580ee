"""Emails of pages and commands are queued with their content, and sent once by the daemon."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from rq import Queue
from rq.serializers import JSONSerializer

from portal.jobs import SEND_QUEUED_EMAIL
from portal.mail import Mailer, RenderedEmail
from portal.models import (
    Lease,
    Merchant,
    NotificationState,
    QueuedEmail,
    Store,
    database,
    utc_now,
)
from portal.rules.accounts.account_changes import AccountChange
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.sealing import Sealer
from portal.services.notifications.queued_emails import (
    EXPIRED,
    UNREADABLE,
    expire_queued_emails,
    queue_email,
    queue_email_to,
    retry_queued_emails,
    send_queued_email,
    undelivered_recipients,
    wake_due_queued_emails,
)
from portal.services.notifications.single_emails import INTERRUPTED
from portal.services.retention.prune_queued_emails import KEPT_FOR, prune_queued_emails
from portal.services.runtime import Runtime
from tests.dying_mailer import DyingMailer, Killed
from tests.post_office import PostOffice, part_of

TO = "ada@example.com"
SECRET_LINK = "https://portal.example/reset/secret-token"
EMAIL = RenderedEmail(
    "New password", f"Open {SECRET_LINK}", f"<a>{SECRET_LINK}</a>", reply_to="a@b.c"
)
HOUR = timedelta(hours=1)


def queue(runtime: Runtime, **changes: object) -> QueuedEmail:
    return queue_email(runtime, EMAIL, kind="reset_password", to=TO, **changes)


def waiting_jobs(runtime: Runtime) -> list[int]:
    jobs = Queue("mail", connection=runtime.redis, serializer=JSONSerializer).jobs
    assert {job.func_name for job in jobs} <= {SEND_QUEUED_EMAIL.path}
    return [job.args[0] for job in jobs]


def current(row: QueuedEmail) -> QueuedEmail:
    found: QueuedEmail = QueuedEmail.get_by_id(row.id)
    return found


def make_due(runtime: Runtime) -> None:
    Lease.delete().execute()
    QueuedEmail.update(due_at=utc_now()).execute()


def test_email_is_sent_as_it_was_rendered_and_its_content_deleted(
    runtime: Runtime, office: PostOffice
) -> None:
    row = queue(runtime)
    assert SECRET_LINK not in (row.sealed_content or "")

    send_queued_email(runtime, row.id)
    send_queued_email(runtime, row.id)

    [letter] = office.letters
    assert (letter["To"], letter["Subject"], letter["Reply-To"]) == (TO, "New password", "a@b.c")
    assert SECRET_LINK in part_of(letter, "plain")
    sent = current(row)
    assert (sent.state, sent.sealed_content, sent.recipient) == (NotificationState.SENT, None, "")


def test_email_to_a_merchant_is_in_their_language_and_replied_to_the_operator(
    runtime: Runtime, office: PostOffice, merchant: Merchant
) -> None:
    settings = replace(runtime.settings, support_email="help@clay.example")
    link = "https://portal.example/login"

    row = queue_email_to(
        replace(runtime, settings=settings),
        merchant,
        "account_changed",
        what=AccountChange.LOCKED,
        link=link,
    )
    send_queued_email(runtime, row.id)

    [letter] = office.letters
    assert (letter["To"], letter["Reply-To"]) == (merchant.email, "help@clay.example")
    assert (row.kind, row.merchant_id) == ("account_changed", merchant.id)


@pytest.mark.promise(1)
def test_daemon_is_woken_after_the_commit_and_not_by_a_rollback(
    runtime: Runtime, office: PostOffice
) -> None:
    with database.atomic():
        row = queue(runtime)
        assert waiting_jobs(runtime) == []
    with database.atomic() as transaction:
        queue(runtime)
        transaction.rollback()

    assert waiting_jobs(runtime) == [row.id]
    assert QueuedEmail.select().count() == 1


@pytest.mark.promise(1)
def test_sweep_finds_the_email_after_redis_lost_everything(runtime: Runtime) -> None:
    row = queue(runtime)
    runtime.redis.flushall()

    assert wake_due_queued_emails(runtime) == 1
    assert waiting_jobs(runtime) == [row.id]


def test_unavailable_server_pauses_the_emails_and_loses_none(
    runtime: Runtime, office: PostOffice
) -> None:
    row = queue(runtime)
    send_queued_email(replace(runtime, mailer=Mailer("smtp://127.0.0.1:1")), row.id)
    QueuedEmail.update(due_at=utc_now()).execute()

    assert wake_due_queued_emails(runtime) == 0
    send_queued_email(runtime, row.id)
    assert office.letters == []
    make_due(runtime)
    send_queued_email(runtime, row.id)

    assert len(office.letters) == 1


def test_email_whose_recipient_was_changed_in_the_database_is_not_sent(
    runtime: Runtime, office: PostOffice
) -> None:
    row = queue(runtime)
    QueuedEmail.update(recipient="eve@example.com").execute()

    send_queued_email(runtime, row.id)

    assert office.letters == []
    assert (current(row).state, current(row).error) == (NotificationState.FAILED, UNREADABLE)


def test_email_whose_link_has_expired_is_not_sent(runtime: Runtime, office: PostOffice) -> None:
    rows = [queue(runtime, expires_in=-HOUR), queue(runtime, expires_in=HOUR)]

    send_queued_email(runtime, rows[0].id)

    assert office.letters == []
    first, second = map(current, rows)
    assert (first.state, first.error) == (NotificationState.FAILED, EXPIRED)
    assert (first.sealed_content, first.recipient) == (None, "")
    assert (second.state, second.recipient) == (NotificationState.WAITING, TO)
    assert retry_queued_emails(runtime, [first.id]) == 0


def test_expiry_keeps_the_error_and_leaves_out_what_a_server_takes_now(runtime: Runtime) -> None:
    failed = queue(runtime, expires_in=-HOUR)
    bounced = queue(runtime, expires_in=-HOUR)
    taken = queue(runtime, expires_in=-HOUR)
    QueuedEmail.update(error="refused").where(QueuedEmail.id == failed.id).execute()
    QueuedEmail.update(state="bounced").where(QueuedEmail.id == bounced.id).execute()
    QueuedEmail.update(sending_at=utc_now()).where(QueuedEmail.id == taken.id).execute()

    assert (expire_queued_emails(runtime), expire_queued_emails(runtime)) == (2, 0)

    assert (current(failed).state, current(failed).error) == ("failed", "refused")
    assert (current(bounced).state, current(bounced).sealed_content) == ("bounced", None)
    assert current(taken).sealed_content is not None
    send_queued_email(runtime, taken.id)
    assert current(taken).error == INTERRUPTED


def test_refused_address_is_reported_and_retried_on_request(
    runtime: Runtime, office: PostOffice, store: Store
) -> None:
    office.answers[TO] = "550 no such mailbox"
    row = queue(runtime, store_id=store.id)
    send_queued_email(runtime, row.id)
    assert current(row).state == NotificationState.BOUNCED
    assert undelivered_recipients(store.id, "reset_password") == {TO}
    assert undelivered_recipients(store.id, "team_invitation") == set()
    office.answers.clear()

    assert retry_queued_emails(runtime, [row.id]) == 1
    send_queued_email(runtime, row.id)

    assert len(office.letters) == 1


def test_email_is_given_up_after_the_last_attempt(runtime: Runtime, office: PostOffice) -> None:
    office.answers[TO] = "451 come again later"
    row = queue(runtime)
    QueuedEmail.update(attempts=ATTEMPTS_LIMIT - 1).execute()

    send_queued_email(runtime, row.id)

    assert current(row).state == NotificationState.FAILED
    assert "451" in current(row).error


@pytest.mark.promise(1)
def test_killed_daemon_sends_no_second_email(runtime: Runtime, office: PostOffice) -> None:
    row = queue(runtime)
    with pytest.raises(Killed):
        send_queued_email(replace(runtime, mailer=DyingMailer(office.url)), row.id)
    make_due(runtime)

    send_queued_email(runtime, row.id)

    assert len(office.letters) == 1
    assert (current(row).state, current(row).error) == (NotificationState.FAILED, INTERRUPTED)


def test_email_is_sent_by_one_worker_at_a_time(runtime: Runtime, office: PostOffice) -> None:
    row = queue(runtime)
    office.on_letter = lambda: send_queued_email(runtime, row.id)

    send_queued_email(runtime, row.id)

    assert len(office.letters) == 1


def test_content_that_no_key_opens_is_a_failure_that_can_be_retried(
    runtime: Runtime, office: PostOffice
) -> None:
    row = queue(runtime)
    lost = replace(runtime, sealer=Sealer([Fernet.generate_key().decode()]))

    send_queued_email(lost, row.id)

    assert (current(row).state, current(row).error) == (NotificationState.FAILED, UNREADABLE)
    assert retry_queued_emails(runtime, [row.id]) == 1
    send_queued_email(runtime, row.id)
    assert len(office.letters) == 1


def test_email_about_an_account_is_deleted_with_it(runtime: Runtime, merchant: Merchant) -> None:
    queue(runtime, merchant_id=merchant.id)
    queue(runtime)

    merchant.delete_instance()

    assert [row.merchant_id for row in QueuedEmail.select()] == [None]


def test_old_emails_are_deleted_unless_they_wait(runtime: Runtime) -> None:
    rows = [queue(runtime) for _ in range(3)]
    QueuedEmail.update(state="sent").where(QueuedEmail.id != rows[0].id).execute()
    QueuedEmail.update(created_at=utc_now() - KEPT_FOR - HOUR).where(
        QueuedEmail.id != rows[2].id
    ).execute()

    assert prune_queued_emails(runtime) == 1
    assert [row.id for row in QueuedEmail.select().order_by(QueuedEmail.id)] == [
        rows[0].id,
        rows[2].id,
    ]
