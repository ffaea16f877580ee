"""Whoever looks after a store is to be told once of each trouble, and once of its end."""

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
from portal.rules.connection.issue_kinds import IssueKind, IssueTexts
from portal.rules.notifications.notification_times import DIGEST_DELAY, MIN_INTERVAL
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.notifications.notification_preferences import preference_of, save_preference
from portal.services.notifications.queue_notifications import queue_notifications
from tests.factories import make_merchant, make_store

KIND = IssueKind.WEBHOOKS_SILENT
TEXTS = IssueTexts("no message came", "changes come later", "wait")
# Nobody is at rest, whenever the tests run.
NO_QUIET = {"hours": None, "timezone": "", "muted": ()}


def planned(trigger: NotificationTrigger) -> list[str]:
    """Return who is to be told, in order of the addresses."""
    rows = Notification.select(Notification, Merchant).join(Merchant)
    return sorted(row.merchant.email for row in rows.where(Notification.trigger == trigger))


def make_staff(store: Store) -> Merchant:
    staff = make_merchant(email="bea@example.com")
    Membership.create(merchant=staff, store=store, role=Role.STAFF)
    return staff


def test_owner_staff_and_operators_are_told_once_and_nobody_else(
    store: Store, merchant: Merchant
) -> None:
    make_staff(store)
    make_merchant(email="op@example.com", is_operator=True)
    make_store(make_merchant(email="eve@example.com"), id=2002)
    Merchant.update(is_operator=True).where(Merchant.id == merchant.id).execute()
    everybody = ["ada@example.com", "bea@example.com", "op@example.com"]

    open_issue(store.id, KIND, TEXTS)
    open_issue(store.id, KIND, TEXTS)
    assert planned(NotificationTrigger.OPENED) == everybody
    resolve_issue(store.id, KIND)
    resolve_issue(store.id, KIND)
    queue_notifications(Issue.get(), NotificationTrigger.OPENED)
    queue_notifications(Issue.get(), NotificationTrigger.RESOLVED)

    assert planned(NotificationTrigger.OPENED) == planned(NotificationTrigger.RESOLVED) == everybody


def test_the_end_is_told_to_those_who_were_told_of_the_beginning(
    store: Store, merchant: Merchant
) -> None:
    staff = make_staff(store)
    open_issue(store.id, KIND, TEXTS)
    make_merchant(email="late@example.com", is_operator=True)
    Notification.update(state=NotificationState.BOUNCED).where(
        Notification.merchant == staff
    ).execute()

    resolve_issue(store.id, KIND)

    assert planned(NotificationTrigger.RESOLVED) == [merchant.email]


def test_who_has_switched_a_kind_off_is_not_told(store: Store, merchant: Merchant) -> None:
    save_preference(merchant, **NO_QUIET | {"muted": [KIND]})

    open_issue(store.id, KIND, TEXTS)
    resolve_issue(store.id, KIND)

    assert Notification.select().count() == 0


def test_a_letter_gathers_keeps_its_distance_and_leaves_the_night_alone(
    store: Store, merchant: Merchant
) -> None:
    night = make_staff(store)
    hour = utc_now().hour
    save_preference(merchant, **NO_QUIET)
    save_preference(night, hours=(hour, (hour + 3) % 24), timezone="UTC", muted=())
    busy = make_merchant(email="op@example.com", is_operator=True)
    before = utc_now()
    earlier = make_store(id=2002)
    open_issue(earlier.id, KIND, TEXTS)
    Notification.update(sent_at=before).where(Notification.merchant == busy).execute()

    open_issue(store.id, KIND, TEXTS)

    issue = Issue.get(Issue.store == store)
    rows = Notification.select().where(Notification.issue == issue)
    due = {row.merchant_id: row.due_at for row in rows}
    assert timedelta() <= due[merchant.id] - before - DIGEST_DELAY < timedelta(minutes=1)
    assert due[busy.id] == before + MIN_INTERVAL
    assert (due[night.id].hour, due[night.id].minute) == ((hour + 3) % 24, 0)


def test_a_store_without_an_owner_troubles_nobody(store: Store, merchant: Merchant) -> None:
    Membership.delete().execute()

    assert open_issue(store.id, KIND, TEXTS)
    assert Notification.select().count() == 0


def test_a_choice_is_kept_and_changed(merchant: Merchant) -> None:
    assert (preference_of(merchant).quiet_from, preference_of(merchant).quiet_until) == (22, 7)

    save_preference(merchant, hours=(0, 9), timezone="Asia/Tokyo", muted=["x"])
    save_preference(merchant, hours=None, timezone="", muted=[KIND])

    choice = preference_of(merchant)
    assert (choice.quiet_from, choice.quiet_until, choice.timezone) == (None, None, "")
    assert choice.muted == [KIND]


def test_what_is_planned_goes_with_the_issue_or_not_at_all(store: Store) -> None:
    with database.atomic() as transaction:
        open_issue(store.id, KIND, TEXTS)
        transaction.rollback()

    assert (Issue.select().count(), Notification.select().count()) == (0, 0)
