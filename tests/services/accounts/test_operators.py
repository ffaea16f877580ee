"""Operators get, change and lose their roles; one admin who can sign in always remains."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from portal.errors import UserRefusedError
from portal.models import AuditLogEntry, Merchant, utc_now
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.account_access import lock_account
from portal.services.accounts.delete_account import delete_account
from portal.services.accounts.operators import default_role, set_operator_role
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.emails import sent_emails, text_of

ADMIN, SUPPORT = OperatorRole.ADMIN, OperatorRole.SUPPORT


@pytest.fixture
def admin(runtime: Runtime) -> Merchant:
    """The only admin."""
    return make_merchant(email="root@example.com", operator_role=ADMIN)


def role_of(merchant: Merchant) -> str | None:
    role: str | None = Merchant.get_by_id(merchant.id).operator_role
    return role


def test_first_operator_is_admin_by_default_and_later_ones_are_support(
    runtime: Runtime, merchant: Merchant
) -> None:
    assert default_role() is ADMIN

    set_operator_role(runtime, merchant, SUPPORT)

    assert default_role() is SUPPORT


def test_change_of_a_role_is_logged_and_mailed_once(
    runtime: Runtime, merchant: Merchant, admin: Merchant
) -> None:
    assert set_operator_role(runtime, merchant, SUPPORT, actor=admin)
    assert not set_operator_role(runtime, merchant, SUPPORT, actor=admin)
    assert set_operator_role(runtime, merchant, None)

    first, second = AuditLogEntry.select().order_by(AuditLogEntry.id)
    assert (first.actor, first.actor_name) == (admin, f"merchant {admin.id}")
    assert first.action == "account.made_support"
    assert (first.store, first.target) == (None, f"merchant {merchant.id}")
    assert (first.before, first.after) == ({"operator_role": None}, {"operator_role": "support"})
    assert (second.actor_name, second.action) == ("command line", "account.removed_operator")
    emails = [text_of(email) for email in sent_emails(runtime)]
    assert ["have the support role" in text for text in emails] == [True, False]
    assert "no longer an operator" in emails[1]


def test_last_admin_keeps_role_access_and_account_unless_forced(
    runtime: Runtime, admin: Merchant
) -> None:
    make_merchant(email="locked@example.com", operator_role=ADMIN, locked_at=utc_now())

    for change in (
        lambda: set_operator_role(runtime, admin, SUPPORT),
        lambda: set_operator_role(runtime, admin, None),
        lambda: lock_account(runtime, admin),
        lambda: delete_account(admin),
    ):
        with pytest.raises(UserRefusedError, match="last admin"):
            change()
    assert role_of(admin) == ADMIN
    assert not AuditLogEntry.select().exists()

    assert set_operator_role(runtime, admin, None, force=True)
    assert role_of(admin) is None


def test_one_of_two_admins_can_be_removed(
    runtime: Runtime, admin: Merchant, merchant: Merchant
) -> None:
    set_operator_role(runtime, merchant, ADMIN)

    assert set_operator_role(runtime, admin, None, actor=merchant)
    assert delete_account(admin)


def test_two_admins_who_remove_each_other_leave_one(
    runtime: Runtime, admin: Merchant, merchant: Merchant
) -> None:
    set_operator_role(runtime, merchant, ADMIN)
    both, start = (admin, merchant), Barrier(2)
    refused = []

    def remove(actor: Merchant, other: Merchant) -> None:
        with runtime.database.connection_context():
            start.wait(10)
            try:
                set_operator_role(runtime, other, None, actor=actor)
            except UserRefusedError as error:
                refused.append(error.reason)

    threads = [Thread(target=remove, args=pair) for pair in (both, both[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert refused == ["last_admin"]
    assert sorted(map(str, map(role_of, both))) == ["None", "admin"]
