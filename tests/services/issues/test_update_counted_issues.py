"""Issues open and close with the rows that they count, in all stores at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.models import (
    ChannelConsent,
    EventState,
    Issue,
    Merchant,
    Notification,
    NotificationState,
    OrderSubmission,
    OrderUpdate,
    OrderUpdateState,
    Quarantine,
    Store,
    StoreState,
    TimelineEntry,
    WebhookEvent,
    utc_now,
)
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.connection.issue_kinds import COUNTED_ISSUE_KINDS, IssueKind
from portal.rules.issues.counted_issues import COUNTED_ISSUES, REJECTED_FOR
from portal.rules.orders.sale_terms import SellingSide
from portal.services.channels.consents import change_consent, grant_consent
from portal.services.channels.sale_terms import pause_selling
from portal.services.issues.dismiss_issue import dismiss_issue, undo_dismissal
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.notifications.issues import open_issues
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_event, make_store
from tests.services.issues.rows import (
    add_submission,
    add_update,
    lose_answer,
    quarantine,
    reject,
)
from tests.statements import count_statements

HOUR = timedelta(hours=1)


def pause_channel(store: Store) -> None:
    owner = Merchant.get()
    consent = grant_consent(make_channel(), store, ["read_catalog"], owner)
    change_consent(consent, ConsentChange.PAUSED, owner)


def resume_channel() -> None:
    change_consent(ChannelConsent.get(), ConsentChange.RESUMED, Merchant.get())


def age(days: float) -> None:
    OrderSubmission.update(finished_at=utc_now() - timedelta(days=days)).execute()


MAKE_AND_END: dict[IssueKind, tuple[Callable[[Store], object], Callable[[], object]]] = {
    IssueKind.ORDERS_REJECTED: (reject, lambda: age(REJECTED_FOR.days)),
    IssueKind.ORDERS_UNRESOLVED: (
        lambda store: lose_answer(store, sent_at=utc_now() - HOUR),
        lambda: OrderSubmission.update(state="resolved").execute(),
    ),
    IssueKind.ORDER_UPDATES_UNDECIDED: (
        add_update,
        lambda: OrderUpdate.update(state=OrderUpdateState.DROPPED).execute(),
    ),
    IssueKind.EVENTS_DEAD: (
        lambda store: make_event(store_id=store.id, state=EventState.DEAD),
        lambda: WebhookEvent.update(state=EventState.PENDING).execute(),
    ),
    IssueKind.RECORDS_QUARANTINED: (
        quarantine,
        lambda: Quarantine.resolve(1003, "products", ["5"], utc_now()),
    ),
    IssueKind.SELLING_PAUSED: (pause_channel, resume_channel),
}


def kinds(store: Store) -> list[str]:
    return [issue.kind for issue in open_issues(store.id)]


def test_every_kind_is_tested() -> None:
    assert set(MAKE_AND_END) == COUNTED_ISSUE_KINDS


@pytest.mark.parametrize("kind", sorted(COUNTED_ISSUE_KINDS))
def test_issue_opens_with_its_first_row_and_ends_without_any(
    runtime: Runtime, store: Store, merchant: Merchant, kind: IssueKind
) -> None:
    make, end = MAKE_AND_END[kind]
    assert update_counted_issues(runtime) == 0
    make(store)

    assert update_counted_issues(runtime) == 1
    assert update_counted_issues(runtime) == 0
    [issue] = open_issues(store.id)
    assert (issue.kind, issue.count, issue.cause) == (kind, 1, COUNTED_ISSUES[kind].cause)
    assert [row.trigger for row in Notification.select()] == ["opened"]

    end()
    assert update_counted_issues(runtime) == 1
    assert kinds(store) == []
    recorded = [row.what for row in TimelineEntry.select().order_by(TimelineEntry.id)]
    assert recorded == ["issue_opened", "issue_resolved"]


def test_issue_counts_by_sender_and_cause_and_names_the_newest(
    runtime: Runtime, store: Store
) -> None:
    other = make_store(id=2002)
    for sender, code in (
        ("channel 7", "not_sent"),
        ("channel 7", "rejected_by_ecwid"),
        ("channel 8", "not_sent"),
    ):
        reject(store, sender, code)
    newest = reject(other)

    update_counted_issues(runtime)

    [issue], [its] = open_issues(store.id), open_issues(other.id)
    assert issue.count == 3
    assert issue.detail["senders"] == {"channel 7": 2, "channel 8": 1}
    assert issue.detail["causes"] == {"not_sent": 2, "rejected_by_ecwid": 1}
    assert len(issue.detail["examples"]) == 3
    assert its.detail["examples"] == [str(newest.id)]
    assert its.newest_at == OrderSubmission.get_by_id(newest.id).finished_at


def test_pause_of_selling_is_an_issue_while_the_access_lasts(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    consent = grant_consent(make_channel(), store, ["write_orders"], merchant)
    pause_selling(consent, None, merchant, SellingSide.STORE)
    update_counted_issues(runtime)
    [issue] = open_issues(store.id)
    assert (issue.kind, issue.newest_at) == (
        "selling_paused",
        ChannelConsent.get().selling_paused_at,
    )

    change_consent(consent, ConsentChange.REVOKED, merchant)

    assert update_counted_issues(runtime) == 1


def test_orders_that_the_channel_must_correct_are_no_issue(runtime: Runtime, store: Store) -> None:
    reject(store, code="out_of_stock")
    lose_answer(store)
    add_submission(store)
    add_update(store, OrderUpdateState.SENT)

    assert update_counted_issues(runtime) == 0


def test_disconnected_and_unknown_stores_have_no_issue_and_nobody_is_notified(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    make_event(store_id=404, state=EventState.DEAD)
    quarantine(store)
    update_counted_issues(runtime)
    Store.update(state=StoreState.DISCONNECTED).execute()

    assert update_counted_issues(runtime) == 1
    assert kinds(store) == []
    assert [row.trigger for row in Notification.select()] == ["opened"]


@pytest.mark.parametrize("entity_id", ["", "<script>", "ada@shopper.example", "x" * 60])
def test_text_in_place_of_an_id_is_not_shown(
    runtime: Runtime, store: Store, entity_id: str
) -> None:
    quarantine(store, entity_id)

    update_counted_issues(runtime)

    [issue] = open_issues(store.id)
    assert issue.detail["examples"] == ["products –" if entity_id else "products"]


def test_new_rows_continue_the_issue_with_one_waiting_notification(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    reject(store)
    update_counted_issues(runtime)
    for _ in range(2):
        reject(store)
        update_counted_issues(runtime)
    assert [row.trigger for row in Notification.select()] == ["opened"]
    Notification.update(state=NotificationState.SENT, sent_at=utc_now()).execute()
    for _ in range(2):
        reject(store)
        update_counted_issues(runtime)

    waiting = Notification.get(Notification.state == NotificationState.WAITING)
    assert (waiting.trigger, waiting.number) == ("continued", 1)
    assert waiting.due_at >= utc_now() + timedelta(minutes=59)
    assert Issue.get().count == 5
    assert Issue.select().count() == 1


def test_fewer_rows_update_the_count_and_notify_nobody(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    quarantine(store, "5")
    quarantine(store, "6")
    update_counted_issues(runtime)
    Notification.update(state=NotificationState.SENT, sent_at=utc_now()).execute()
    Quarantine.resolve(store.id, "products", ["6"], utc_now())

    assert update_counted_issues(runtime) == 0

    assert Issue.get().count == 1
    assert Notification.select().count() == 1


def test_dismissed_orders_count_no_longer_but_later_ones_do(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    reject(store)
    update_counted_issues(runtime)
    issue = Issue.get()
    later = reject(store)

    assert dismiss_issue(issue, issue.newest_at, merchant)
    assert not dismiss_issue(issue, issue.newest_at, merchant)
    assert kinds(store) == []
    assert update_counted_issues(runtime) == 1

    [again] = open_issues(store.id)
    assert (again.count, again.detail["examples"]) == (1, [str(later.id)])
    assert again.id != issue.id


def test_undone_dismissal_counts_its_rows_again_without_another_email(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    reject(store)
    update_counted_issues(runtime)
    issue, emails = Issue.get(), Notification.select().count()
    assert dismiss_issue(issue, issue.newest_at, merchant)

    assert undo_dismissal(issue, merchant)
    assert not undo_dismissal(issue, merchant)

    assert [each.id for each in open_issues(store.id)] == [issue.id]
    assert update_counted_issues(runtime) == 0
    assert Notification.select().count() == emails
    assert [entry.what for entry in TimelineEntry.select().order_by(TimelineEntry.id)] == [
        "issue_opened",
        "issue_resolved",
        "issue_reopened",
    ]


def test_undone_dismissal_adds_its_rows_to_a_later_issue(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    reject(store)
    update_counted_issues(runtime)
    issue = Issue.get()
    reject(store)
    assert dismiss_issue(issue, issue.newest_at, merchant)
    update_counted_issues(runtime)

    assert undo_dismissal(issue, merchant)
    update_counted_issues(runtime)

    [later] = open_issues(store.id)
    assert later.id != issue.id
    assert later.count == 2


def test_round_costs_no_statement_for_each_store(runtime: Runtime, store: Store) -> None:
    quarantine(store)
    update_counted_issues(runtime)
    with count_statements(runtime.database) as few:
        update_counted_issues(runtime)
    for number in range(2000, 2020):
        quarantine(make_store(id=number))
    while update_counted_issues(runtime):
        pass

    with count_statements(runtime.database) as many:
        update_counted_issues(runtime)
    assert len(many) == len(few)
