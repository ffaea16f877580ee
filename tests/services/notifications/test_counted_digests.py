"""Digests about what a store counts: one an hour with the count, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import Issue, Merchant, Notification, OrderSubmission, Store, utc_now
from portal.models.bulk import chunked
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind
from portal.services.issues.dismiss_issue import dismiss_issue
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.notifications.issues import open_issue
from portal.services.notifications.notification_preferences import save_preference
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.post_office import PostOffice, part_of
from tests.services.issues.rows import quarantine, reject
from tests.services.notifications.digest_rounds import pass_time, send

QUARTER = timedelta(minutes=15)


@pytest.fixture
def merchant(merchant: Merchant) -> Merchant:
    """A merchant without quiet hours."""
    save_preference(merchant, hours=None, muted=[])
    return merchant


def later(runtime: Runtime, length: timedelta = QUARTER) -> None:
    """Search for issues, let time pass, and send what is due."""
    update_counted_issues(runtime)
    pass_time(length)
    send(runtime)


def subjects(office: PostOffice) -> list[str]:
    return [letter["Subject"] for letter in office.letters]


def test_ten_thousand_rejected_orders_are_one_email_with_their_count(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    at = utc_now()
    rows = (
        {
            "store": store.id,
            "sender": f"channel {number % 3}",
            "idempotency_key": str(number),
            "fingerprint": "x",
            "reference": str(number),
            "state": "rejected",
            "failure_code": "not_sent",
            "received_at": at,
            "finished_at": at + timedelta(milliseconds=number),
        }
        for number in range(10_000)
    )
    for part in chunked(rows, 1_000):
        OrderSubmission.insert_many(part).execute()
        update_counted_issues(runtime)

    later(runtime)

    [letter] = office.letters
    assert letter["Subject"] == "Clay & Co: Orders were refused"
    text = part_of(letter, "plain")
    assert "Count: 10000" in text
    assert "We couldn't reach the store within an hour: 10000" in text
    assert "/stores/1003/orders/submissions?state=failed" in text


def test_more_orders_are_one_more_email_after_an_hour(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    for _ in range(9):
        reject(store)
        later(runtime)

    assert subjects(office) == ["Clay & Co: Orders were refused"] * 3
    counts = [part_of(letter, "plain").split("Count: ")[1][0] for letter in office.letters]
    assert counts == ["1", "5", "9"]


def test_email_about_one_store_does_not_delay_that_about_another(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    other = make_store(merchant, id=2002, name="Shop")
    reject(store)
    later(runtime)
    reject(store)
    reject(other)

    later(runtime)

    assert subjects(office) == ["Clay & Co: Orders were refused", "Shop: Orders were refused"]


def test_all_that_is_new_at_a_store_is_in_the_same_email(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    reject(store)
    later(runtime)
    quarantine(store)
    reject(store)
    later(runtime)
    assert len(office.letters) == 1
    for _ in range(3):
        later(runtime)

    assert subjects(office)[1:] == ["Clay & Co: 2 problems"]


def test_urgent_issue_of_the_connection_does_not_wait_for_the_hour(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    reject(store)
    later(runtime)
    reject(store)
    kind = IssueKind.TOKEN_DEAD
    open_issue(store.id, kind, CONNECTION_ISSUES[kind])

    later(runtime)

    assert subjects(office)[1:] == ["Clay & Co: Ecwid no longer accepts our access"]


def test_dismissed_and_muted_issues_cause_no_email(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    reject(store)
    quarantine(store)
    update_counted_issues(runtime)
    rejected = Issue.get(Issue.kind == IssueKind.ORDERS_REJECTED)
    dismiss_issue(rejected, rejected.newest_at, merchant)
    save_preference(merchant, hours=None, muted=[IssueKind.RECORDS_QUARANTINED])

    later(runtime)

    assert office.letters == []
    assert {row.error for row in Notification.select()} == {"dismissed", "switched off"}


def test_email_reports_the_count_at_its_time_so_that_earlier_growth_is_no_news(
    runtime: Runtime, office: PostOffice, merchant: Merchant, store: Store
) -> None:
    reject(store)
    later(runtime)
    reject(store)
    update_counted_issues(runtime)
    OrderSubmission.update(finished_at=utc_now() - timedelta(days=8)).execute()
    for _ in range(5):
        later(runtime)

    assert subjects(office)[1:] == ["Clay & Co: No refused orders left to review"]
    assert [row.error for row in Notification.select().order_by(Notification.id)] == [
        None,
        "already notified",
        None,
    ]
