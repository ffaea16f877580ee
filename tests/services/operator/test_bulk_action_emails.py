"""An admin writes to the merchants of many stores: one e-mail each, sent once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter

import pytest

from portal.config import Settings
from portal.mail import Mailer
from portal.models import (
    AuditLogEntry,
    BulkAction,
    BulkActionEmail,
    BulkActionItem,
    BulkActionKind,
    Lease,
    Membership,
    Merchant,
    NotificationState,
    Store,
    StoreState,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.services.notifications.email_retries import MAIL_SERVER_DOWN
from portal.services.notifications.single_emails import INTERRUPTED, NO_LONGER_NEEDED
from portal.services.operator import bulk_action_emails
from portal.services.operator.advance_bulk_action import advance_bulk_action
from portal.services.operator.bulk_action_emails import (
    count_bulk_action_emails,
    send_bulk_action_emails,
    wake_due_bulk_action_emails,
)
from portal.services.operator.bulk_actions import (
    MerchantMessage,
    StoreSelection,
    cancel_bulk_action,
    find_bulk_action,
    start_bulk_action,
)
from portal.services.operator.failing_groups import report_failing
from portal.services.operator.retry_failing import retry_failing_group
from portal.services.operator.store_filter import StoreFilter
from portal.services.operator.summarize_stores import summarize
from portal.services.retention import prune_bulk_actions as pruning
from portal.services.retention.prune_bulk_actions import prune_bulk_actions
from portal.services.runtime import Runtime
from tests.dying_mailer import DyingMailer, Killed
from tests.factories import make_merchant, make_store
from tests.post_office import PostOffice, part_of

ANN, BOB = "ann@clay.example", "bob@wood.example"
MESSAGE = MerchantMessage("New fees from May", "fees change <soon>.\n\n- 3 % for cards")
Notify = Callable[[], BulkAction]


@pytest.fixture
def settings(settings: Settings, office: PostOffice) -> Settings:
    """Settings with the test mail server and an operator to contact."""
    return replace(settings, support_email="help@market.example")


@pytest.fixture
def admin(runtime: Runtime) -> Merchant:
    """An operator who is also a member of a store."""
    return make_merchant(email="admin@example.com", operator_role=OperatorRole.ADMIN)


@pytest.fixture
def people(admin: Merchant) -> dict[str, Merchant]:
    """Ann with two stores, one of them disconnected, and Bob with one; nobody has the last."""
    found = {email: make_merchant(email=email) for email in (ANN, BOB)}
    make_store(found[ANN], id=1003, name="Clay & Co")
    make_store(found[ANN], id=1004, name="Bowls", state=StoreState.DISCONNECTED)
    make_store(found[BOB], id=1005, name="Wood")
    Membership.create(merchant=admin, store=1005, role="manager")
    make_store(id=1006, name="Nobody's")
    summarize(lambda _store_id: True, utc_now())
    return found


@pytest.fixture
def notify(runtime: Runtime, admin: Merchant, people: dict[str, Merchant]) -> Notify:
    """Start an e-mail to the merchants of all stores, and queue it for each of them."""

    def start() -> BulkAction:
        action = start_bulk_action(
            runtime,
            BulkActionKind.NOTIFY,
            StoreSelection(StoreFilter()),
            admin,
            expected=4,
            message=MESSAGE,
        )
        advance_bulk_action(runtime, action.id)
        found = find_bulk_action(action.id)
        assert found is not None
        return found

    return start


def states(action: BulkAction) -> dict[str, str]:
    """Return the state of each e-mail by recipient."""
    rows = BulkActionEmail.select(BulkActionEmail, Merchant).join(Merchant)
    return {row.merchant.email: row.state for row in rows.where(rows.model.bulk_action == action)}


def send_due(runtime: Runtime, action: BulkAction) -> None:
    """Send as if all retries were due."""
    Lease.delete().execute()
    BulkActionEmail.update(due_at=utc_now()).execute()
    send_bulk_action_emails(runtime, action.id)


def test_each_merchant_gets_one_email_about_all_their_stores(
    runtime: Runtime, office: PostOffice, notify: Notify
) -> None:
    action = notify()
    send_bulk_action_emails(runtime, action.id)
    send_bulk_action_emails(runtime, action.id)

    letters = {letter["To"]: letter for letter in office.letters}
    assert len(office.letters) == 2
    assert set(letters) == {ANN, BOB}
    text = part_of(letters[ANN], "plain").replace("\r\n", "\n")
    assert letters[ANN]["Subject"] == "New fees from May"
    assert letters[ANN]["Reply-To"] == "help@market.example"
    assert text.startswith("Hello,\n\nfees change <soon>.\n\n- 3 % for cards\n")
    assert "About your stores: Bowls, Clay & Co" in text
    assert "fees change &lt;soon&gt;." in part_of(letters[ANN], "html")
    assert "About your store: Wood" in part_of(letters[BOB], "plain")
    assert count_bulk_action_emails(action) == {"sent": 2}


def test_each_store_has_an_audit_log_entry_and_one_without_people_is_skipped(
    notify: Notify, admin: Merchant, people: dict[str, Merchant]
) -> None:
    action = notify()

    entries = AuditLogEntry.select().where(AuditLogEntry.action == "merchants.notified")
    facts = [(entry.store_id, entry.actor_id, entry.after) for entry in entries]
    assert sorted(facts, key=itemgetter(0)) == [
        (1003, admin.id, {"merchants": [people[ANN].id]}),
        (1004, admin.id, {"merchants": [people[ANN].id]}),
        (1005, admin.id, {"merchants": [people[BOB].id]}),
    ]
    skipped = BulkActionItem.get(BulkActionItem.state == "skipped")
    assert (action.done, skipped.store_id, skipped.reason) == (3, 1006, "no_recipient")


def test_many_stores_are_counted_not_listed(
    runtime: Runtime, office: PostOffice, people: dict[str, Merchant], notify: Notify
) -> None:
    action = notify()
    for number in range(10):
        store = make_store(people[BOB], id=2000 + number, name=f"Shop {number}")
        BulkActionItem.create(bulk_action=action, store=store, state="done")

    send_bulk_action_emails(runtime, action.id)

    assert "Shop 8, Shop 9 and 1 more" in part_of(office.letters[1], "plain").replace("\r\n", " ")


def test_email_is_retried_and_given_up_and_an_operator_has_it_sent_again(
    runtime: Runtime, office: PostOffice, admin: Merchant, notify: Notify
) -> None:
    office.answers |= {ANN: "451 come again later", BOB: "550 no such mailbox"}
    action = notify()
    for _ in range(ATTEMPTS_LIMIT):
        send_due(runtime, action)
    assert states(action) == {ANN: NotificationState.FAILED, BOB: NotificationState.BOUNCED}

    office.answers.clear()
    retried = [
        retry_failing_group(runtime, group, admin)
        for group in report_failing().groups
        if group.kind == "bulk_action_emails"
    ]
    send_bulk_action_emails(runtime, action.id)

    assert retried == [1, 1]
    assert states(action) == {ANN: NotificationState.SENT, BOB: NotificationState.SENT}
    assert report_failing().groups == []


def cancel(action: BulkAction, admin: Merchant) -> None:
    assert cancel_bulk_action(action, admin)
    assert not cancel_bulk_action(action, admin)


def leave(_action: BulkAction, _admin: Merchant) -> None:
    Membership.delete().execute()


def lock(_action: BulkAction, _admin: Merchant) -> None:
    Merchant.update(locked_at=utc_now()).execute()


@pytest.mark.parametrize("change", [cancel, leave, lock])
def test_email_that_is_no_longer_wanted_is_dropped(
    runtime: Runtime, office: PostOffice, admin: Merchant, notify: Notify, change: Callable
) -> None:
    action = notify()
    change(action, admin)

    send_bulk_action_emails(runtime, action.id)

    assert office.letters == []
    assert {row.error for row in BulkActionEmail.select()} == {NO_LONGER_NEEDED}
    assert count_bulk_action_emails(action) == {"dropped": 2}


def test_canceled_email_that_failed_is_not_listed_as_failing(
    runtime: Runtime, office: PostOffice, admin: Merchant, notify: Notify
) -> None:
    office.answers |= {ANN: "451 come again later"}
    action = notify()
    send_bulk_action_emails(runtime, action.id)
    [group] = report_failing().groups

    cancel(action, admin)

    assert report_failing().groups == []
    assert retry_failing_group(runtime, group, admin) == 0


def test_unavailable_server_pauses_the_emails(
    runtime: Runtime, office: PostOffice, notify: Notify
) -> None:
    action = notify()
    runtime.redis.flushall()
    send_bulk_action_emails(replace(runtime, mailer=Mailer("smtp://127.0.0.1:1")), action.id)
    BulkActionEmail.update(due_at=utc_now()).execute()

    assert Lease.is_held(MAIL_SERVER_DOWN)
    assert wake_due_bulk_action_emails(runtime) == 0
    send_bulk_action_emails(runtime, action.id)
    assert {row.attempts for row in BulkActionEmail.select()} == {0, 1}
    Lease.delete().execute()
    assert wake_due_bulk_action_emails(runtime) == 1
    assert office.letters == []


def test_slices_are_short_and_one_worker_sends_at_a_time(
    runtime: Runtime, office: PostOffice, notify: Notify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_action_emails, "TIME_SLICE_S", 0)
    action = notify()
    office.on_letter = lambda: send_bulk_action_emails(runtime, action.id)

    send_bulk_action_emails(runtime, action.id)
    assert len(office.letters) == 1
    send_bulk_action_emails(runtime, action.id)

    assert len(office.letters) == 2


@pytest.mark.promise(1)
def test_killed_daemon_sends_no_second_email(
    runtime: Runtime, office: PostOffice, notify: Notify
) -> None:
    action = notify()
    with pytest.raises(Killed):
        send_bulk_action_emails(replace(runtime, mailer=DyingMailer(office.url)), action.id)

    send_due(runtime, action)
    send_due(runtime, action)

    assert [letter["To"] for letter in office.letters] == [ANN, BOB]
    assert BulkActionEmail.get(BulkActionEmail.state == "failed").error == INTERRUPTED


def test_old_actions_are_deleted_with_their_stores_and_emails(
    runtime: Runtime, notify: Notify, monkeypatch: pytest.MonkeyPatch
) -> None:
    recent, old = notify(), notify()
    long_ago = utc_now() - pruning.KEPT_FOR - timedelta(days=1)
    BulkAction.update(finished_at=long_ago).where(BulkAction.id == old.id).execute()

    assert prune_bulk_actions(runtime) == 4 + 2 + 1
    assert prune_bulk_actions(runtime) == 0

    assert [action.id for action in BulkAction.select()] == [recent.id]
    assert BulkActionItem.select().count() == 4
    assert Store.select().count() == 4
