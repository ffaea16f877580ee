"""Each recipient gets one notification when an issue opens and one when it is resolved."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    Issue,
    Membership,
    Merchant,
    Notification,
    NotificationState,
    NotificationTrigger,
    Role,
    Store,
    database,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.issue_kinds import IssueKind, IssueTexts
from portal.rules.notifications.notification_times import DIGEST_DELAY, MIN_INTERVAL
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.notifications.notification_preferences import preference_of, save_preference
from portal.services.notifications.queue_notifications import queue_notifications
from tests.factories import make_merchant, make_store

KIND = IssueKind.WEBHOOKS_SILENT
TEXTS = IssueTexts("no message came", "changes come later", "wait")
# No quiet hours, whenever the tests run.
NO_QUIET = {"hours": None, "muted": ()}


def planned(trigger: NotificationTrigger) -> list[str]:
    """Return the recipients of these notifications, ordered by address."""
    rows = Notification.select(Notification, Merchant).join(Merchant)
    return sorted(row.merchant.email for row in rows.where(Notification.trigger == trigger))


def make_staff(store: Store) -> Merchant:
    staff = make_merchant(email="bea@example.com")
    Membership.create(merchant=staff, store=store, role=Role.MANAGER)
    return staff


def test_only_owner_and_staff_are_notified_and_only_once(store: Store, merchant: Merchant) -> None:
    make_staff(store)
    operator = make_merchant(email="op@example.com", operator_role=OperatorRole.ADMIN)
    Membership.create(merchant=operator, store=store, role=Role.MANAGER)
    make_store(make_merchant(email="eve@example.com"), id=2002)
    everybody = ["ada@example.com", "bea@example.com"]

    open_issue(store.id, KIND, TEXTS)
    open_issue(store.id, KIND, TEXTS)
    assert planned(NotificationTrigger.OPENED) == everybody
    resolve_issue(store.id, KIND)
    resolve_issue(store.id, KIND)
    queue_notifications(Issue.get(), NotificationTrigger.OPENED)
    queue_notifications(Issue.get(), NotificationTrigger.RESOLVED)

    assert planned(NotificationTrigger.OPENED) == planned(NotificationTrigger.RESOLVED) == everybody


def test_recovery_goes_to_recipients_of_the_opening_notification(
    store: Store, merchant: Merchant
) -> None:
    staff = make_staff(store)
    open_issue(store.id, KIND, TEXTS)
    late = make_merchant(email="late@example.com")
    Membership.create(merchant=late, store=store, role=Role.MANAGER)
    Notification.update(state=NotificationState.BOUNCED).where(
        Notification.merchant == staff
    ).execute()

    resolve_issue(store.id, KIND)

    assert planned(NotificationTrigger.RESOLVED) == [merchant.email]


def test_muted_kind_causes_no_notification(store: Store, merchant: Merchant) -> None:
    save_preference(merchant, **NO_QUIET | {"muted": [KIND]})

    open_issue(store.id, KIND, TEXTS)
    resolve_issue(store.id, KIND)

    assert Notification.select().count() == 0


def test_due_time_respects_collection_spacing_and_quiet_hours(
    store: Store, merchant: Merchant
) -> None:
    night = make_staff(store)
    hour = utc_now().hour
    save_preference(merchant, **NO_QUIET)
    night.timezone = "UTC"
    night.save()
    save_preference(night, hours=(hour, (hour + 3) % 24), muted=())
    busy = make_merchant(email="cy@example.com")
    before = utc_now()
    Membership.create(merchant=busy, store=store, role=Role.MANAGER)
    save_preference(busy, **NO_QUIET)
    earlier = make_store(busy, id=2002)
    open_issue(earlier.id, KIND, TEXTS)
    Notification.update(sent_at=before).where(Notification.merchant == busy).execute()

    open_issue(store.id, KIND, TEXTS)

    issue = Issue.get(Issue.store == store)
    rows = Notification.select().where(Notification.issue == issue)
    due = {row.merchant_id: row.due_at for row in rows}
    assert timedelta() <= due[merchant.id] - before - DIGEST_DELAY < timedelta(minutes=1)
    assert due[busy.id] == before + MIN_INTERVAL
    assert (due[night.id].hour, due[night.id].minute) == ((hour + 3) % 24, 0)


def test_store_without_members_causes_no_notification(store: Store, merchant: Merchant) -> None:
    Membership.delete().execute()

    assert open_issue(store.id, KIND, TEXTS)
    assert Notification.select().count() == 0


def test_preferences_are_stored_and_changed(merchant: Merchant) -> None:
    assert (preference_of(merchant).quiet_from, preference_of(merchant).quiet_until) == (22, 7)

    save_preference(merchant, hours=(0, 9), muted=["x"])
    save_preference(merchant, hours=None, muted=[KIND])

    choice = preference_of(merchant)
    assert (choice.quiet_from, choice.quiet_until) == (None, None)
    assert choice.muted == [KIND]


def test_notifications_are_rolled_back_with_the_issue(store: Store) -> None:
    with database.atomic() as transaction:
        open_issue(store.id, KIND, TEXTS)
        transaction.rollback()

    assert (Issue.select().count(), Notification.select().count()) == (0, 0)
