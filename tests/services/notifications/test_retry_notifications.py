"""What could not be sent is sent again when a person asks for it, however much that is."""

from __future__ import annotations

import sqlite3

import pytest

from portal.models import AuditLogEntry, Merchant, Notification, NotificationState, Store, database
from portal.models.bulk import ROWS_PER_STATEMENT
from portal.services.notifications.retry_notifications import retry_all_emails, retry_email
from portal.services.runtime import Runtime
from tests.factories import make_issue, make_merchant, make_notification, make_store


@pytest.fixture
def operator(runtime: Runtime) -> Merchant:
    """Who asks for it."""
    return make_merchant(email="op@example.com", is_operator=True)


def bounce(readers: list[Merchant], store: Store) -> list[Notification]:
    """Have the mails about one issue of a store refused."""
    issue = make_issue(store)
    return [
        make_notification(recipient, issue, state="bounced", attempts=1) for recipient in readers
    ]


def test_all_are_sent_again_and_each_store_keeps_who_asked(
    runtime: Runtime, operator: Merchant
) -> None:
    readers = [operator, make_merchant(email="b@example.com")]
    one, other = make_store(readers[1]), make_store(readers[1], id=1004)
    bounced = {store.id: bounce(readers, store) for store in (one, other)}

    assert retry_all_emails(runtime, operator) == 4

    assert {row.state for row in Notification.select()} == {NotificationState.WAITING}
    assert {row.store_id: row.after["notifications"] for row in AuditLogEntry.select()} == {
        store_id: [row.id for row in rows] for store_id, rows in bounced.items()
    }
    assert retry_all_emails(runtime, operator) == 0


def test_what_was_sent_or_is_not_there_is_not_sent_again(
    runtime: Runtime, operator: Merchant
) -> None:
    sent = make_notification(operator, make_issue(make_store(operator)), state="sent")

    assert not retry_email(runtime, sent.id, operator)
    assert not retry_email(runtime, 404, operator)
    assert AuditLogEntry.select().count() == 0


def test_more_than_a_statement_may_name_are_sent_again(
    runtime: Runtime, operator: Merchant
) -> None:
    store = make_store(operator)
    count = 2 * ROWS_PER_STATEMENT + 1
    bounced = make_notification(operator, make_issue(store), state="bounced")
    # One issue has one mail to each reader.
    Merchant.insert_many(
        [{"email": f"{n}@example.com", "password_hash": "-"} for n in range(count - 1)]
    ).execute()
    readers = Merchant.select(Merchant.id).where(Merchant.id != operator.id)
    more = {"issue": bounced.issue, "trigger": "opened", "state": "failed", "digest_id": 1}
    rows = [{"merchant": recipient.id, **more} for recipient in readers]
    Notification.insert_many(rows).execute()
    connection = database.connection()
    if isinstance(connection, sqlite3.Connection):
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 2 * ROWS_PER_STATEMENT)

    assert retry_all_emails(runtime, operator) == count
