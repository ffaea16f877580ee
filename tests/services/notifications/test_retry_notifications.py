"""Manual retries of undelivered notifications, in any number."""

from __future__ import annotations

import sqlite3

import pytest

from portal.models import AuditLogEntry, Merchant, Notification, NotificationState, Store, database
from portal.models.bulk import ROWS_PER_STATEMENT
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.notifications.retry_notifications import retry_all_emails, retry_email
from portal.services.runtime import Runtime
from tests.factories import make_issue, make_merchant, make_notification, make_store


@pytest.fixture
def operator(runtime: Runtime) -> Merchant:
    """The operator who asks for the retry."""
    return make_merchant(email="op@example.com", operator_role=OperatorRole.ADMIN)


def bounce(readers: list[Merchant], store: Store) -> list[Notification]:
    """Create bounced notifications about one issue of a store."""
    issue = make_issue(store)
    return [
        make_notification(recipient, issue, state="bounced", attempts=1) for recipient in readers
    ]


def test_all_undelivered_are_retried_and_each_store_has_an_audit_entry(
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


def test_sent_or_unknown_notification_is_not_retried(runtime: Runtime, operator: Merchant) -> None:
    sent = make_notification(operator, make_issue(make_store(operator)), state="sent")

    assert not retry_email(runtime, sent.id, operator)
    assert not retry_email(runtime, 404, operator)
    assert AuditLogEntry.select().count() == 0


def test_more_rows_than_one_statement_allows_are_retried(
    runtime: Runtime, operator: Merchant
) -> None:
    store = make_store(operator)
    count = 2 * ROWS_PER_STATEMENT + 1
    bounced = make_notification(operator, make_issue(store), state="bounced")
    # An issue has at most one notification per recipient.
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
