"""Locked accounts lose every access until they are unlocked; each change is logged and mailed."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from portal.errors import UserRefusedError
from portal.models import (
    AuditLogEntry,
    BrowserSession,
    Membership,
    Merchant,
    Notification,
    NotificationTrigger,
    Role,
    Store,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.accounts.account_access import (
    end_sessions,
    lock_account,
    reset_factor,
    unlock_account,
)
from portal.services.accounts.browser_sessions import browser_session_by_token, open_browser_session
from portal.services.accounts.second_factor import (
    begin_factor,
    confirm_factor,
    factor_of,
    pending_secret,
)
from portal.services.api_keys.keys import authenticate_key, create_key
from portal.services.notifications.queue_notifications import queue_notifications
from portal.services.outbox.publish import find_subscribers
from portal.services.runtime import Runtime
from tests.factories import make_endpoint, make_issue, make_merchant
from tests.web.emails import sent_emails, text_of


@pytest.fixture
def admin(runtime: Runtime) -> Merchant:
    """An admin, who makes the changes."""
    return make_merchant(email="root@example.com", operator_role=OperatorRole.ADMIN)


def signed_in(merchant: Merchant) -> Callable[[], bool]:
    """Sign in; return a function that returns whether the session continues."""
    _opened, token = open_browser_session(merchant, ip_address="", user_agent="")
    return lambda: browser_session_by_token(merchant.id, token) is not None


def test_lock_ends_sessions_and_stops_keys_and_webhooks_until_the_account_is_unlocked(
    runtime: Runtime, merchant: Merchant, admin: Merchant, store: Store
) -> None:
    is_signed_in = signed_in(merchant)
    key = create_key(merchant, "ERP", KeyScope)
    assert key is not None
    make_endpoint(merchant, runtime.sealer)

    assert lock_account(runtime, merchant, actor=admin)
    assert not lock_account(runtime, merchant, actor=admin)
    late = signed_in(merchant)

    assert not is_signed_in()
    assert not late()
    assert authenticate_key(key.text) is None
    assert find_subscribers(store.id) == []

    assert unlock_account(runtime, merchant)
    assert not unlock_account(runtime, merchant)

    assert authenticate_key(key.text) == key.key
    assert len(find_subscribers(store.id)) == 1
    entries = AuditLogEntry.select().where(AuditLogEntry.store.is_null())
    locked, unlocked = entries.order_by(AuditLogEntry.id)
    assert (locked.action, locked.actor, locked.after) == (
        "account.locked",
        admin,
        {"sessions_ended": 1},
    )
    assert (unlocked.action, unlocked.actor_name) == ("account.unlocked", "command line")
    emails = [text_of(email) for email in sent_emails(runtime)]
    assert ["Support locked your account" in text for text in emails] == [True, False]
    assert "Support unlocked your account" in emails[1]


def test_locked_people_get_no_notifications_about_stores(
    runtime: Runtime, merchant: Merchant, admin: Merchant, store: Store
) -> None:
    colleague = make_merchant(email="colleague@example.com")
    Membership.create(merchant=colleague, store=store, role=Role.MANAGER)
    lock_account(runtime, merchant, actor=admin)

    queue_notifications(make_issue(store), NotificationTrigger.OPENED)

    assert [row.merchant for row in Notification.select()] == [colleague]


def test_admin_cannot_lock_their_own_account(runtime: Runtime, admin: Merchant) -> None:
    make_merchant(email="other@example.com", operator_role=OperatorRole.ADMIN)

    with pytest.raises(UserRefusedError, match="own account"):
        lock_account(runtime, admin, actor=admin)


def test_ended_sessions_are_counted_and_logged_if_there_were_any(
    runtime: Runtime, merchant: Merchant
) -> None:
    signed_in(merchant)
    signed_in(merchant)

    assert end_sessions(runtime, merchant) == 2
    assert end_sessions(runtime, merchant) == 0

    assert not BrowserSession.select().exists()
    assert [entry.action for entry in AuditLogEntry.select()] == ["account.sessions_ended"]
    assert "signed you out" in text_of(sent_emails(runtime)[0])


def test_reset_of_the_second_factor_is_logged_if_there_was_one(
    runtime: Runtime, merchant: Merchant
) -> None:
    assert not reset_factor(runtime, merchant)
    begin_factor(runtime.sealer, merchant)
    secret = pending_secret(runtime.sealer, merchant)
    assert secret is not None
    assert confirm_factor(runtime.sealer, merchant, pyotp.TOTP(secret).now())

    assert reset_factor(runtime, merchant)

    assert factor_of(merchant) is None
    assert [entry.action for entry in AuditLogEntry.select()] == ["account.factor_reset"]
    assert "two-step verification for your account" in text_of(sent_emails(runtime)[0])
